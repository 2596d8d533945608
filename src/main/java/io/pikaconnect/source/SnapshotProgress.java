package io.pikaconnect.source;

import io.pikaconnect.snapshot.SnapshotCursor;
import io.pikaconnect.snapshot.SnapshotSize;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far a task is in its dump, by the estimates of RocksDB. The task's thread reports what it read; any thread may read
 * the rest.
 */
final class SnapshotProgress {

    private static final long WHOLE = 100;

    /** A rate of less than that is chance. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final SnapshotSize size;
    private final LongSupplier nanoTime;
    private final long firstBefore;
    private final long firstNanos;
    private volatile SnapshotCursor at;

    /**
     * @param from where this task starts to read, which need not be the start of the dump
     * @param nanoTime as {@link System#nanoTime}
     */
    SnapshotProgress(SnapshotSize size, SnapshotCursor from, LongSupplier nanoTime) {
        this.size = size;
        this.nanoTime = nanoTime;
        this.at = from;
        this.firstBefore = size.before(from);
        this.firstNanos = nanoTime.getAsLong();
    }

    /** Everything before this place was read. */
    void read(SnapshotCursor after) {
        at = after;
    }

    long keysEstimated() {
        return size.keys();
    }

    /** 0 to 99: an estimate does not know when the dump ends. */
    long percent() {
        long total = size.total();
        return total == 0 ? 0 : Math.min(WHOLE - 1, size.before(at) * WHOLE / total);
    }

    /** By the speed since the task started; {@link SourceProgress#UNKNOWN} for the first seconds. */
    long remainingMs() {
        long before = size.before(at);
        long read = before - firstBefore;
        long nanos = nanoTime.getAsLong() - firstNanos;
        if (read == 0 || nanos < LEAST_NANOS) {
            return SourceProgress.UNKNOWN;
        }
        return Math.round((double) TimeUnit.NANOSECONDS.toMillis(nanos) * (size.total() - before) / read);
    }
}
