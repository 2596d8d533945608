package io.pikaconnect.sink;

import java.util.Collection;

/**
 * The limit {@code sink.buffer.bytes} for the records of a task: for all its partitions together, with an equal share for
 * each.
 *
 * <p>An empty partition may take a record larger than its share while the task's limit allows it. Beyond that limit one
 * partition at a time may, or a record larger than what is left would never be taken. A partition at a barrier does not count
 * as that one, because it may be waiting for the very record that is refused.
 *
 * <p>The task's thread only: no other thread adds records.
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

    /** Counts the bytes that are held; between two counts the senders can only reduce them. */
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
