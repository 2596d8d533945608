package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.EndOfSecond;

/**
 * When a key expires, in Unix milliseconds, within 1 … 2^50; in named operations 0 means never.
 *
 * <p>Up to 4.0.0 Pika keeps seconds, and a key lives to the end of its last one: {@link EndOfSecond}. Since 4.0.1 it
 * keeps milliseconds, though it logs many deadlines in seconds.
 */
final class LoggedDeadline {

    static final long NONE = 0;

    private static final long PAST = 1;
    private static final long LAST = 1L << 50;
    private static final long LAST_SECOND = LAST / 1000;

    private LoggedDeadline() {}

    static long ofSecond(long second, BinlogDialect dialect) {
        return ofSecond(second, dialect, dialect.keepsSeconds());
    }

    /** The deadline of a pksetexat; since 4.0.3 a PSETEX is logged as one, too, with its milliseconds rounded down. */
    static long ofPksetexat(long second, BinlogDialect dialect) {
        return ofSecond(second, dialect, dialect.keepsSeconds() || dialect.cutsPsetex());
    }

    private static long ofSecond(long second, BinlogDialect dialect, boolean whole) {
        long kept = dialect.cutsSeconds() ? (int) second : second;
        if (kept < 0) {
            return PAST;
        }
        if (kept >= LAST_SECOND) {
            return LAST;
        }
        return whole ? EndOfSecond.of(kept) : kept * 1000;
    }

    static long ofMillis(long millis) {
        return Math.max(PAST, Math.min(LAST, millis));
    }

    /** A time to live from the item's execution on; none if it is not positive, as in Pika's storage. */
    static long after(LoggedCommand logged, long ttlSeconds) {
        return ttlSeconds <= 0 ? NONE : ofSecond(logged.second() + Math.min(ttlSeconds, LAST_SECOND), logged.dialect());
    }

    /**
     * The same in milliseconds, which masters up to 3.5 truncate to seconds: below one second that is 0, and Pika sets
     * no deadline at all. 4.0.1 counts from the millisecond of the execution, of which an item has only the second: with
     * the last one of that second no key expires too early.
     */
    static long afterMillis(LoggedCommand logged, long ttlMillis) {
        if (!logged.dialect().hasOneKeySpace()) {
            return after(logged, ttlMillis / 1000);
        }
        if (ttlMillis <= 0) {
            return NONE;
        }
        if (ttlMillis < 1000 && logged.dialect().mayDropShortDeadlines()) {
            logged.count("deadline.unclear"); // only pika.version makes it certain
            return NONE;
        }
        return ofMillis(EndOfSecond.of(logged.second()) + Math.min(ttlMillis, LAST));
    }

    static Command command(byte[] key, long deadline) {
        return Command.of("PEXPIREAT", key, deadline);
    }
}
