package io.pikaconnect.source;

import java.time.Duration;

/**
 * How much one {@code poll()} gathers, since each batch is a transaction of its own; an event may continue in the next one.
 *
 * @param snapshot large, for throughput
 * @param binlog smaller: the master is acknowledged only with a commit, and its window is 9,000 items, or 3,000 in early
 *     3.2, which should not stand still during a commit
 */
record PollLimit(Size snapshot, Size binlog) {

    /**
     * A batch is full when it has reached one of these.
     *
     * @param records that one part more may exceed, where it is a barrier on several partitions
     * @param bytes of memory, roughly, that one part more may exceed
     * @param items binlog items wholly in the batch
     * @param time since the first of it was put in
     */
    record Size(int records, long bytes, int items, Duration time) {}

    static final PollLimit DEFAULT = new PollLimit(
            new Size(60_000, 32L << 20, Integer.MAX_VALUE, Duration.ofSeconds(1)),
            new Size(60_000, 4L << 20, 2_500, Duration.ofMillis(50)));

    /** The same in both phases. */
    PollLimit(int records, long bytes, int items) {
        this(new Size(records, bytes, items, Duration.ofSeconds(1)));
    }

    private PollLimit(Size size) {
        this(size, size);
    }

    Size in(SourceOffset.Phase phase) {
        return phase == SourceOffset.Phase.BINLOG ? binlog : snapshot;
    }
}
