package io.pikaconnect.sink;

import java.util.Collection;

/**
 * What {@code sink.buffer.bytes} leaves for the records of a task: a limit for all its partitions together, and in it an
 * equal share for each.
 *
 * <p>An empty partition may take a record that is larger than its share, while there is room for it in the whole. Beyond
 * that one partition at a time may: else a record larger than what is left would be waited for for ever. What stands at a
 * barrier does not count as that one, for it may be waiting for the record that is not let in.
 *
 * <p>The task's thread only, which alone makes a partition hold more.
 */
final class BufferLimit {

    private final long limit;
    private final Collection<SinkPartition> partitions;
    private long used;

    /** @param partitions of the task, as they change */
    BufferLimit(long limit, Collection<SinkPartition> partitions) {
        this.limit = limit;
        this.partitions = partitions;
    }

    /** Counts again what is held; until the next time it only becomes less by what the senders do. */
    void recount() {
        used = partitions.stream().mapToLong(SinkPartition::bytes).sum();
    }

    /** Whether the partition may take a record of that size. */
    boolean fits(SinkPartition p, long bytes) {
        long own = p.bytes();
        if (own > 0 && own + bytes > share()) {
            return false;
        }
        if (used + bytes > limit) {
            recount();
        }
        return used + bytes <= limit || own == 0 && partitions.stream().noneMatch(SinkPartition::canProgress);
    }

    /** A partition has taken a record of that size. */
    void added(long bytes) {
        used += bytes;
    }

    /**
     * Whether more records are worth reading for the partition.
     *
     * @param next size of the next one, 0 if unknown
     */
    boolean wantsMore(SinkPartition p, long next) {
        return p.bytes() < share() / 2 && fits(p, next);
    }

    private long share() {
        return limit / Math.max(1, partitions.size());
    }
}
