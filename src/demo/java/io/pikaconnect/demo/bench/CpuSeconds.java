package io.pikaconnect.demo.bench;

/** CPU seconds, user and system, that the worker and the broker have used. */
record CpuSeconds(double worker, double broker) {

    /** Of one process. */
    static double of(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(used -> used.toMillis() / 1e3)
                .orElseThrow(() -> new IllegalStateException("the process " + pid + " has ended"));
    }

    CpuSeconds since(CpuSeconds before) {
        return new CpuSeconds(worker - before.worker, broker - before.broker);
    }
}
