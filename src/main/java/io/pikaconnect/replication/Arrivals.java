package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Notices a master that keeps a session alive but sends nothing of what its log has. Only the time counts in which it may
 * be expected to send: it waits for an acknowledgement before it reads on (replication-protocol 7.6), and a large item
 * takes a while to arrive. For the thread that follows, one for each session.
 */
final class Arrivals {

    /**
     * A session at one moment.
     *
     * @param received end of the last new item received
     * @param expecting whether everything received is acknowledged, and more would be read from the network
     * @param masterEnd end of the master's log, as far as known
     * @param arrivedNanos when an item, or a part of one, last arrived, in {@link System#nanoTime}
     */
    record Moment(
            BinlogPosition received, boolean expecting, Optional<BinlogPosition> masterEnd, OptionalLong arrivedNanos) {

        private boolean lacksSomething() {
            return expecting && masterEnd.filter(end -> !received.reaches(end)).isPresent();
        }
    }

    private final Duration limit;
    /** Since when something has been missing, without anything having arrived. */
    private OptionalLong sinceNanos = OptionalLong.empty();

    Arrivals(Duration limit) {
        this.limit = limit;
    }

    /** Returns why the session is to be ended, if so. */
    Optional<String> look(Moment now, long nowNanos) {
        if (!now.lacksSomething()) {
            sinceNanos = OptionalLong.empty();
            return Optional.empty();
        }
        long since = later(sinceNanos.orElse(nowNanos), now.arrivedNanos);
        sinceNanos = OptionalLong.of(since);
        return nowNanos - since < limit.toNanos()
                ? Optional.empty()
                : Optional.of("the master has sent nothing for " + TimeUnit.NANOSECONDS.toSeconds(nowNanos - since)
                        + " s, although everything received is acknowledged and its log continues to "
                        + now.masterEnd.orElseThrow());
    }

    private static long later(long nanos, OptionalLong other) {
        return other.isPresent() && other.getAsLong() - nanos > 0 ? other.getAsLong() : nanos;
    }
}
