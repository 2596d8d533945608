package io.pikaconnect.binlog;

/** What can be reproduced by rule only, or not in Redis' own form; counted, or a reason to stop. */
enum Lossy {
    SPOP(
            "spop.emulated",
            "the binlog does not hold what an SPOP popped, and on.spop=fail. Set on.spop=emulate, which finds it by the"
                    + " generator of the master"),
    HYPERLOGLOG(
            "hyperloglog.opaque",
            "Redis cannot read the HyperLogLogs of Pika, and on.hyperloglog=fail. Set on.hyperloglog=opaque, which copies"
                    + " them as strings and leaves PFADD and PFMERGE to Redis"),
    REPEATED_MEMBER(
            "member.repeated",
            "it names a member twice, of which 4.0.2 takes the first score, 4.0.3 and 4.0.4 the last, and all of these may"
                    + " report 4.0.2 in INFO. Set pika.version to the release that the master is (ZADD k 1 a 2 a, then"
                    + " ZSCORE k a, shows it: 1 on 4.0.2, 2 on a later one); or on.repeated.member=first, which takes the"
                    + " first");

    private final String counter;
    private final String why;

    Lossy(String counter, String why) {
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
