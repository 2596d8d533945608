package io.pikaconnect.kafka;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Writer;
import io.pikaconnect.kafka.TopicRecords.Placed;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds where a rebuild may start: at the newest complete epoch of a topic, since whatever is older would only be
 * deleted again at that epoch's barrier.
 *
 * <p>An epoch is complete when every partition has something after its snapshot: a change of the binlog, or a tick with
 * a time. While none is complete, as during the first full sync, the newest epoch whose barrier is on every partition
 * is taken.
 *
 * <p>The search visits the epochs from the end backwards: the last record of a partition names its epoch; an epoch's
 * number is a time no later than that of its first record and later than that of any record before it, so Kafka's time
 * index finds the start.
 */
final class EpochSearch {

    /** Most ticks, of the begin phase and of restarts, between the first record of an epoch and its barrier. */
    private static final int MOST_BEFORE_BARRIER = 1_000;

    /**
     * An epoch.
     *
     * @param complete whether its whole snapshot is in the topic
     * @param barriers offset of its barrier on each partition
     * @param writer the source that started it; empty: one of release 0.1.0
     */
    record Found(long epoch, boolean complete, Map<Integer, Long> barriers, Optional<Writer> writer) {

        boolean follows(Found older) {
            return Writer.mayFollow(writer, older.writer, older.epoch);
        }
    }

    private final TopicRecords topic;

    EpochSearch(TopicRecords topic) {
        this.topic = topic;
    }

    /**
     * The epoch to start with; empty if no epoch has started on all partitions. If its writer may not follow the writer
     * of the previous epoch, the previous epoch is returned: a rebuild from there reaches the place where the second
     * source started.
     */
    Optional<Found> newest() {
        return search(writer -> true, true);
    }

    /** The same, among the epochs of one writer. */
    Optional<Found> newestOf(String writer) {
        return search(w -> w.filter(known -> known.isNamed(writer)).isPresent(), false);
    }

    private Optional<Found> search(Predicate<Optional<Writer>> wanted, boolean looksBefore) {
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
            Map<Integer, Placed> barriers = barriers(epoch);
            Optional<Writer> writer = barriers.values().stream().findFirst().flatMap(Placed::writer);
            if (!barriers.isEmpty() && wanted.test(writer)) {
                Found found = new Found(epoch, isComplete(epoch, last, before), offsets(barriers), writer);
                if (newest.filter(Found::complete).isPresent()) {
                    return newest.get().follows(found) ? newest : Optional.of(found);
                }
                if (found.complete && !looksBefore) {
                    return Optional.of(found);
                }
                newest = found.complete ? Optional.of(found) : newest.or(() -> Optional.of(found));
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

    private static Map<Integer, Long> offsets(Map<Integer, Placed> barriers) {
        return new TreeMap<>(barriers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset())));
    }

    /** The epoch's barrier on each partition; none where it is missing on one of them. */
    private Map<Integer, Placed> barriers(long epoch) {
        Map<Integer, Placed> barriers = new TreeMap<>();
        for (int p : topic.partitions()) {
            Optional<Placed> barrier = barrier(p, epoch);
            if (barrier.isEmpty()) {
                return Map.of();
            }
            barriers.put(p, barrier.get());
        }
        return barriers;
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
