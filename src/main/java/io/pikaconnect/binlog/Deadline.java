package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;

/**
 * When a key dies, in Unix milliseconds, within 0 … 2^50; in named operations 0 stands for never.
 *
 * <p>Pika 3.5 keeps seconds, and a key can be read during the whole second of its deadline (binlog-commands 8): second
 * {@code T} ends at {@code T*1000+999}.
 */
final class Deadline {

    static final long NONE = 0;

    private static final long LAST = 1L << 50;
    private static final long LAST_SECOND = LAST / 1000;

    private Deadline() {}

    static long ofSecond(long second) {
        return second < 0 ? 0 : second >= LAST_SECOND ? LAST : second * 1000 + 999;
    }

    static long ofMillis(long millis) {
        return Math.max(0, Math.min(LAST, millis));
    }

    /** A time to live counted from {@code second}; none where it is not positive, as in Pika's storage. */
    static long after(long second, long ttlSeconds) {
        return ttlSeconds <= 0 ? NONE : ofSecond(second + Math.min(ttlSeconds, LAST_SECOND));
    }

    static Command command(byte[] key, long deadline) {
        return Command.of("PEXPIREAT", key, deadline);
    }
}
