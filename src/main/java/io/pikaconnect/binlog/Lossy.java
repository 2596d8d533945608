package io.pikaconnect.binlog;

/** What can be reproduced only by a policy, or not in Redis' own format; it is counted, or stops the task. */
enum Lossy {
    SPOP(
            "spop.emulated",
            "the binlog does not contain what an SPOP popped, and on.spop=fail. Set on.spop=emulate, which computes it"
                    + " with the master's random generator"),
    HYPERLOGLOG(
            "hyperloglog.opaque",
            "Redis cannot read Pika's HyperLogLogs, and on.hyperloglog=fail. Set on.hyperloglog=opaque, which copies"
                    + " them as strings and leaves PFADD and PFMERGE to Redis"),
    REPEATED_MEMBER(
            "member.repeated",
            "it names a member twice, of which 4.0.2 takes the first score, 4.0.3 and 4.0.4 the last, and all of"
                    + " these may report 4.0.2 in INFO. Set pika.version to the master's release (ZADD k 1 a 2 a,"
                    + " then ZSCORE k a, shows it: 1 on 4.0.2, 2 on a later one); or on.repeated.member=first, which"
                    + " takes the first");

    private final String counter;
    private final String why;

    Lossy(String counter, String why) {
        this.counter = counter;
        this.why = why;
    }

    String counter() {
        return counter;
    }

    /** Why it stops the task, and the remedy. */
    String why() {
        return why;
    }
}
