package io.pikaconnect.sink;

import java.util.Optional;

/**
 * Counts records and ticks of an epoch older than the ledger's among those of the ledger's epoch. A few are what an earlier
 * task of the source still had in flight; if they keep coming, a second source writes the topic. Guarded by the partition.
 */
final class OlderEpochRecords {

    private final long timeoutNanos;
    private long epoch;
    private long spanNanos;
    private Optional<Long> last = Optional.empty();

    /** @param timeoutNanos how long they may keep coming; a gap longer than this starts the count again */
    OlderEpochRecords(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    void received(long ofEpoch, long now) {
        long gap = last.map(at -> now - at).orElse(0L);
        spanNanos = gap > timeoutNanos ? 0 : spanNanos + gap;
        epoch = ofEpoch;
        last = Optional.of(now);
    }

    /** Nothing could be read for a while, so it is unknown whether they kept coming. */
    void restartTimeouts() {
        last = Optional.empty();
    }

    boolean keepComing() {
        return spanNanos > 0 && spanNanos >= timeoutNanos;
    }

    /** Epoch of the last one. */
    long epoch() {
        return epoch;
    }
}
