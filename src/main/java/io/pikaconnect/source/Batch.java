package io.pikaconnect.source;

import io.pikaconnect.pika.BinlogPosition;
import java.util.Optional;

/**
 * The records of one {@code poll()} on their way to Kafka. Guarded by {@link InFlight}.
 */
final class Batch {

    private final long handedOverNanos;
    private final Optional<BinlogPosition> end;
    private int unacknowledged;

    /** @param end behind the last item that is wholly in this batch or an earlier one; empty outside the binlog */
    Batch(int records, Optional<BinlogPosition> end, long nowNanos) {
        this.unacknowledged = records;
        this.end = end;
        this.handedOverNanos = nowNanos;
    }

    void acknowledgeOne() {
        unacknowledged--;
    }

    boolean isAcknowledged() {
        return unacknowledged == 0;
    }

    int unacknowledged() {
        return unacknowledged;
    }

    Optional<BinlogPosition> end() {
        return end;
    }

    long handedOverNanos() {
        return handedOverNanos;
    }
}
