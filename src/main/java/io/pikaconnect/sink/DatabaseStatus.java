package io.pikaconnect.sink;

import java.util.Set;

/**
 * The status of a topic's db when it was read.
 *
 * @param ready whether it was ready for the cut-over at that moment
 * @param untilNanos until when that holds if nothing more comes, by the task's clock
 * @param partitions of the epoch; empty before the first
 * @param why it is not ready, for people; empty if it is
 */
record DatabaseStatus(
        boolean ready, long untilNanos, DeadlineState deadlines, boolean stale, Set<Integer> partitions, String why) {

    boolean isReady(long nowNanos) {
        return ready && untilNanos - nowNanos > 0;
    }

    boolean isParticipant(int partition) {
        return partitions.isEmpty() || partitions.contains(partition);
    }

    /** Whether this partition is the one whose owner walks over the db. */
    boolean isLowest(int partition) {
        return partitions.contains(partition) && partitions.stream().allMatch(p -> p >= partition);
    }
}
