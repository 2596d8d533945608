package io.pikaconnect.binlog;

/** What can be reproduced by rule only, or not in Redis' own form; counted, or a reason to stop. */
enum Doubt {
    SPOP(
            "spop.emulated",
            "the binlog does not hold what an SPOP popped, and on.spop=fail. Set on.spop=emulate, which finds it by the"
                    + " generator of the master"),
    HYPERLOGLOG(
            "hyperloglog.opaque",
            "Redis cannot read the HyperLogLogs of Pika, and on.hyperloglog=fail. Set on.hyperloglog=opaque, which copies"
                    + " them as strings and leaves PFADD and PFMERGE to Redis");

    private final String counter;
    private final String why;

    Doubt(String counter, String why) {
        this.counter = counter;
        this.why = why;
    }

    String counter() {
        return counter;
    }

    /** Why it stops the task, and what to do. */
    String why() {
        return why;
    }
}
