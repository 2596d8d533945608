package io.pikaconnect.sink;

import io.pikaconnect.change.Position;
import java.time.Duration;
import java.util.Optional;

/**
 * What the first record of a batch waits for: that another partition gives what its command needs, or has run the command; or
 * that another partition takes some of what was given. The sender's thread only, except {@link #wake}.
 */
final class ShareWait {

    private static final long FIRST_CHECK_NANOS = Duration.ofMillis(1).toNanos();
    private static final long STEADY_CHECK_NANOS = Duration.ofMillis(20).toNanos();

    /** So often the script runs whatever the ledger holds: the check before it is only a hint. */
    private static final long FORCED_RUN_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private final int partition;
    private final long epoch;
    private final Optional<Position> position;
    private final long sinceNanos;
    private long ranNanos;
    private long loggedNanos;
    private int checks;
    private volatile boolean woken;

    /**
     * @param partition that is waited for
     * @param position that it has to reach, or give something for; empty: it has to take something
     */
    ShareWait(int partition, long epoch, Optional<Position> position, long nowNanos) {
        this.partition = partition;
        this.epoch = epoch;
        this.position = position;
        this.sinceNanos = nowNanos;
        this.ranNanos = nowNanos;
        this.loggedNanos = nowNanos;
    }

    int partition() {
        return partition;
    }

    boolean isFor(int other, Optional<Position> wanted) {
        return partition == other && position.equals(wanted);
    }

    Optional<Position> position() {
        return position;
    }

    /** The other partition has got further; any thread. */
    void wake() {
        woken = true;
    }

    boolean isWoken() {
        return woken;
    }

    /** Whether the script is to run again without a look at the ledger. */
    boolean mustRun(long nowNanos) {
        return woken || nowNanos - ranNanos >= FORCED_RUN_NANOS;
    }

    /** Whether the other partition's field shows that the wait may be over. */
    boolean isOver(LedgerField other) {
        int colon = other.barrier().indexOf(':');
        return position.isPresent()
                        && other.position()
                                .filter(p -> p.compareTo(position.get()) >= 0)
                                .isPresent()
                || colon > 0 && Long.parseLong(other.barrier(), 0, colon, 10) > epoch;
    }

    /** The script has run, and told it to wait still. */
    void goesOn(long nowNanos) {
        woken = false;
        ranNanos = nowNanos;
    }

    /** Until the next check: 1 ms at first, then up to 20 ms. */
    long nanosUntilNextCheck() {
        return Math.min(STEADY_CHECK_NANOS, FIRST_CHECK_NANOS << Math.min(checks++, 10));
    }

    /** Seconds waited so far, if that is to be logged now; else 0. */
    long secondsToLog(long nowNanos) {
        if (nowNanos - loggedNanos < LOG_EVERY_NANOS) {
            return 0;
        }
        loggedNanos = nowNanos;
        return (nowNanos - sinceNanos) / 1_000_000_000L;
    }

    @Override
    public String toString() {
        return position.map(p -> "partition " + partition + " to reach " + p)
                .orElse("partition " + partition + " to take what was given to it");
    }
}
