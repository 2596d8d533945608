package io.pikaconnect.kafka;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A topic in memory. Like Kafka's, its offsets have gaps where transactions end, and its head may be cut off. */
final class ModelRecords implements TopicRecords {

    private record Stored(Placed placed, long timestamp) {}

    private final Map<Integer, List<Stored>> records = new TreeMap<>();
    private final Map<Integer, Long> ends = new TreeMap<>();
    private final Map<Integer, Long> sequences = new TreeMap<>();
    private Optional<Writer> writer = Optional.empty();

    ModelRecords(int partitions) {
        for (int p = 0; p < partitions; p++) {
            records.put(p, new ArrayList<>());
            ends.put(p, 0L);
        }
    }

    /** Whose the barriers are from now on; until then a source's of release 0.1.0. */
    void by(Writer source) {
        writer = Optional.of(source);
    }

    /** The ticks before an epoch's barrier, on all partitions. */
    void begin(long epoch) {
        records.keySet().forEach(p -> add(p, ChangeHeader.begin(epoch, epoch), false, epoch));
    }

    /** The epoch's barrier; its offset. */
    long barrier(int partition, long epoch, long now) {
        sequences.put(partition, 0L);
        return add(partition, ChangeHeader.change(epoch, 0, Position.BEGIN, epoch), true, now);
    }

    void snapshot(int partition, long epoch, long now) {
        long sequence = sequences.merge(partition, 1L, Long::sum);
        add(partition, ChangeHeader.change(epoch, sequence, Position.snapshot(0, sequence, 0), epoch), false, now);
    }

    void binlog(int partition, long epoch, long sourceTime, long now) {
        long sequence = sequences.merge(partition, 1L, Long::sum);
        Position at = Position.binlog(1, sequence, 0);
        add(partition, ChangeHeader.change(epoch, sequence, at, sourceTime), false, Math.min(sourceTime, now));
    }

    void tick(int partition, long epoch, long sourceTime, long now) {
        long time = sourceTime == 0 ? now : Math.min(sourceTime, now);
        add(partition, ChangeHeader.tick(epoch, sequences.get(partition), sourceTime), false, time);
    }

    /** The end of a transaction takes an offset. */
    void marker(int partition) {
        ends.merge(partition, 1L, Long::sum);
    }

    /** Removes everything before that offset. */
    void cut(int partition, long before) {
        records.get(partition).removeIf(r -> r.placed.offset() < before);
    }

    private long add(int partition, ChangeHeader header, boolean barrier, long timestamp) {
        long offset = ends.merge(partition, 1L, Long::sum) - 1;
        records.get(partition)
                .add(new Stored(new Placed(offset, header, barrier, barrier ? writer : Optional.empty()), timestamp));
        return offset;
    }

    @Override
    public Set<Integer> partitions() {
        return records.keySet();
    }

    @Override
    public long end(int partition) {
        return ends.get(partition);
    }

    @Override
    public Optional<Placed> lastBefore(int partition, long offset) {
        return records.get(partition).stream()
                .map(Stored::placed)
                .filter(p -> p.offset() < offset)
                .reduce((a, b) -> b);
    }

    @Override
    public Optional<Long> firstSince(int partition, long timestamp) {
        return records.get(partition).stream()
                .filter(r -> r.timestamp >= timestamp)
                .map(r -> r.placed.offset())
                .findFirst();
    }

    @Override
    public Optional<Placed> find(int partition, long from, int most, Predicate<Placed> wanted) {
        return records.get(partition).stream()
                .map(Stored::placed)
                .filter(p -> p.offset() >= from)
                .limit(most)
                .filter(wanted)
                .findFirst();
    }
}
