package io.pikaconnect.sink;

/** The clocks by which a task acts; tests pass their own. */
interface TaskClock {

    /** The machine's clocks. */
    TaskClock SYSTEM = new TaskClock() {

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMs() {
            return System.currentTimeMillis();
        }
    };

    /** For durations: only the difference of two values means something. */
    long nanos();

    /** This worker's wall clock, ms since 1970. */
    long wallMs();
}
