package io.pikaconnect.kafka;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import io.pikaconnect.kafka.TopicRecords.Placed;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds where a rebuild may begin: at the newest complete epoch of a topic, since whatever is older would only be deleted
 * again at that epoch's barrier.
 *
 * <p>An epoch is complete when every partition has something after its snapshot: a change of the binlog, or a tick with a
 * time. While none is, as during the first full sync, it is the newest epoch whose barrier is on every partition.
 *
 * <p>It goes through the epochs from the end backwards: the last record of a partition names its epoch; an epoch's number
 * is a time no later than that of its first record and later than that of any record before it, so Kafka's time index
 * leads there.
 */
final class EpochSearch {

    /** Ticks of the begin and of a restart that may lie between the first record of an epoch and its barrier. */
    private static final int MOST_BEFORE_BARRIER = 1_000;

    /**
     * An epoch.
     *
     * @param complete whether its snapshot is in the topic as a whole
     * @param barriers offset of its barrier on each partition
     */
    record Found(long epoch, boolean complete, Map<Integer, Long> barriers) {}

    private final TopicRecords topic;

    EpochSearch(TopicRecords topic) {
        this.topic = topic;
    }

    /** The epoch to begin with; empty when no epoch has begun on all partitions. */
    Optional<Found> newest() {
        Optional<Found> newest = Optional.empty();
        Map<Integer, Long> before = new TreeMap<>();
        topic.partitions().forEach(p -> before.put(p, topic.end(p)));
        while (true) {
            Map<Integer, Placed> last = new TreeMap<>();
            before.forEach((p, offset) -> topic.lastBefore(p, offset).ifPresent(placed -> last.put(p, placed)));
            if (last.isEmpty()) {
                return newest;
            }
            long epoch = last.values().stream()
                    .mapToLong(placed -> placed.header().epoch())
                    .max()
                    .orElseThrow();
            Optional<Map<Integer, Long>> barriers = barriers(epoch);
            if (barriers.isPresent()) {
                Found found = new Found(epoch, isComplete(epoch, last, before), barriers.get());
                if (found.complete) {
                    return Optional.of(found);
                }
                newest = newest.or(() -> Optional.of(found));
            }
            last.forEach((p, placed) -> {
                if (placed.header().epoch() == epoch) {
                    long first = topic.firstSince(p, epoch).orElse(placed.offset());
                    before.put(p, Math.min(first, placed.offset()));
                }
            });
        }
    }

    private static boolean isComplete(long epoch, Map<Integer, Placed> last, Map<Integer, Long> partitions) {
        return partitions.keySet().stream()
                .allMatch(p -> last.containsKey(p)
                        && last.get(p).header().epoch() == epoch
                        && isAfterSnapshot(last.get(p).header()));
    }

    private static boolean isAfterSnapshot(ChangeHeader header) {
        return header.position()
                .map(position -> position.phase() == Position.Phase.BINLOG)
                .orElse(header.sequence().isPresent() && header.timeMs() > 0);
    }

    private Optional<Map<Integer, Long>> barriers(long epoch) {
        Map<Integer, Long> barriers = new TreeMap<>();
        for (int p : topic.partitions()) {
            Optional<Placed> barrier = barrier(p, epoch);
            if (barrier.isEmpty()) {
                return Optional.empty();
            }
            barriers.put(p, barrier.get().offset());
        }
        return Optional.of(barriers);
    }

    private Optional<Placed> barrier(int partition, long epoch) {
        return topic.firstSince(partition, epoch)
                .flatMap(from -> topic.find(
                        partition,
                        from,
                        MOST_BEFORE_BARRIER,
                        placed -> placed.header().epoch() == epoch && placed.isEpochBarrier()));
    }
}
