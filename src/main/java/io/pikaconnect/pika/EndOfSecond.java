package io.pikaconnect.pika;

/**
 * The last Unix millisecond of a second. Up to 4.0.0 Pika keeps deadlines in whole seconds, and a key can be read
 * during all of its last one (binlog-commands 8).
 */
public final class EndOfSecond {

    private static final long LAST_MILLISECOND = 999;

    private EndOfSecond() {}

    /** @param second in Unix time, such that its milliseconds fit into a long */
    public static long of(long second) {
        return second * 1_000 + LAST_MILLISECOND;
    }
}
