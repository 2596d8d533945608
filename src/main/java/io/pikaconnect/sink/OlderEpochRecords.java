package io.pikaconnect.sink;

import java.util.Optional;

/**
 * Records and ticks of an older epoch than the ledger's, among those of the ledger's own. A few are what a task of before
 * had still on its way; when they keep coming a second source writes the topic. Guarded by the partition.
 */
final class OlderEpochRecords {

    private final long timeoutNanos;
    private long epoch;
    private long spanNanos;
    private Optional<Long> last = Optional.empty();

    /** @param timeoutNanos for how long they may come; what comes later than that after the last one begins the count again */
    OlderEpochRecords(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    void received(long ofEpoch, long now) {
        long gap = last.map(at -> now - at).orElse(0L);
        spanNanos = gap > timeoutNanos ? 0 : spanNanos + gap;
        epoch = ofEpoch;
        last = Optional.of(now);
    }

    /** Nothing could be read in the meantime, so it is not known whether they kept coming. */
    void restartTimeouts() {
        last = Optional.empty();
    }

    boolean keepComing() {
        return spanNanos > 0 && spanNanos >= timeoutNanos;
    }

    /** The last one's. */
    long epoch() {
        return epoch;
    }
}
