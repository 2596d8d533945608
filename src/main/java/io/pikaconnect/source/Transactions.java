package io.pikaconnect.source;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;

/**
 * Ends Kafka's transactions where that is ours to do: early in the binlog, since a master is acknowledged only with a
 * commit and its window is 9,000 items; later in the snapshot, but with its end at once. Used by the task's thread only.
 */
final class Transactions {

    /** When a transaction has to end. */
    enum Limit {
        BINLOG(1_000, Integer.MAX_VALUE, 4L << 20, Duration.ofMillis(200)),
        SNAPSHOT(Integer.MAX_VALUE, 60_000, 32L << 20, Duration.ofSeconds(1)),
        SNAPSHOT_END(0, 0, 0, Duration.ZERO);

        private final int items;
        private final int records;
        private final long bytes;
        private final long nanos;

        Limit(int items, int records, long bytes, Duration time) {
            this.items = items;
            this.records = records;
            this.bytes = bytes;
            this.nanos = time.toNanos();
        }
    }

    private final Optional<TransactionContext> context;
    private boolean open;
    private long openedNanos;
    private long items;
    private long records;
    private long bytes;

    /** @param context absent where exactly-once is off or the boundary is not the connector's */
    Transactions(Optional<TransactionContext> context) {
        this.context = context;
    }

    /**
     * What {@code poll()} returns for a batch: null for nothing to do, an empty list to end a transaction that has been
     * open long enough.
     */
    List<SourceRecord> handOver(List<SourceRecord> batch, int batchItems, long batchBytes, Limit limit) {
        if (context.isEmpty()) {
            return batch.isEmpty() ? null : batch;
        }
        if (!batch.isEmpty() && !open) {
            open = true;
            openedNanos = System.nanoTime();
        }
        items += batchItems;
        records += batch.size();
        bytes += batchBytes;
        boolean full = items >= limit.items
                || records >= limit.records
                || bytes >= limit.bytes
                || System.nanoTime() - openedNanos >= limit.nanos;
        if (open && full) {
            context.get().commitTransaction();
            open = false;
            items = 0;
            records = 0;
            bytes = 0;
            return batch;
        }
        return batch.isEmpty() ? null : batch;
    }
}
