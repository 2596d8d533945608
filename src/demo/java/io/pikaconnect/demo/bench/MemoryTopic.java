package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.QuietSinkContext;
import io.pikaconnect.sink.RedisSinkTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** A topic in memory, and a sink task without Connect and Kafka that applies it. */
final class MemoryTopic implements AutoCloseable {

    private static final String NAME = "memory.db0";
    private static final long EPOCH = System.currentTimeMillis();
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final int PER_POLL = 500;

    private final RedisSinkTask task = new RedisSinkTask();
    private final Map<TopicPartition, List<SinkRecord>> topic = new HashMap<>();
    private final Map<TopicPartition, Integer> next = new HashMap<>();
    private final Map<TopicPartition, Long> rewinds = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private final long[] sequences;
    private long position;

    MemoryTopic(int partitions, Map<String, String> settings) {
        sequences = new long[partitions];
        Map<String, String> properties = new HashMap<>(
                Map.of("name", "memory", "topics", NAME, "key.converter", BYTES, "value.converter", BYTES));
        properties.putAll(settings);
        task.initialize(new Context());
        task.start(properties);
        for (int p = 0; p < partitions; p++) {
            topic.put(new TopicPartition(NAME, p), new ArrayList<>());
            next.put(new TopicPartition(NAME, p), 0);
        }
        task.open(topic.keySet());
    }

    void begin() {
        for (int p = 0; p < sequences.length; p++) {
            add(p, null, ChangeHeader.change(EPOCH, 0, Position.BEGIN, EPOCH), true, Command.of(Operation.BEGIN));
        }
    }

    /** About the key after its name. */
    void command(Command command) {
        byte[] key = command.args().get(1);
        int p = KeySlot.partition(key, sequences.length);
        position++;
        add(p, key, header(p), false, command);
    }

    /** On all partitions. */
    void barrier(Command command) {
        position++;
        for (int p = 0; p < sequences.length; p++) {
            add(p, null, header(p), true, command);
        }
    }

    private ChangeHeader header(int p) {
        return ChangeHeader.change(
                EPOCH, ++sequences[p], Position.binlog(1, position * 100, 0), System.currentTimeMillis());
    }

    private void add(int p, byte[] key, ChangeHeader header, boolean barrier, Command command) {
        TopicPartition partition = new TopicPartition(NAME, p);
        List<SinkRecord> all = topic.get(partition);
        SinkRecord record = new SinkRecord(
                NAME,
                p,
                null,
                key,
                null,
                Resp.encode(List.of(command)),
                all.size(),
                header.timeMs(),
                TimestampType.CREATE_TIME);
        record.headers().addString(ChangeHeader.NAME, header.toString());
        if (barrier) {
            record.headers()
                    .addString(Barrier.NAME, Barrier.onAll(sequences.length).toString());
        }
        all.add(record);
    }

    /** Whether that was complete in time. */
    boolean applyAll(int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (!isApplied()) {
            if (System.nanoTime() > end) {
                return false;
            }
            rewinds.forEach((partition, offset) -> next.put(partition, offset.intValue()));
            rewinds.clear();
            List<SinkRecord> polled = new ArrayList<>();
            topic.forEach((partition, all) -> {
                if (!paused.contains(partition)) {
                    int from = next.get(partition);
                    int to = Math.min(from + PER_POLL, all.size());
                    polled.addAll(all.subList(from, to));
                    next.put(partition, to);
                }
            });
            task.put(polled);
            if (polled.isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return true;
    }

    private boolean isApplied() {
        Map<TopicPartition, OffsetAndMetadata> end = topic.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, all -> new OffsetAndMetadata(next.get(all.getKey()))));
        Map<TopicPartition, OffsetAndMetadata> applied = task.preCommit(end);
        return topic.entrySet().stream()
                .allMatch(all -> applied.containsKey(all.getKey())
                        && applied.get(all.getKey()).offset() == all.getValue().size());
    }

    @Override
    public void close() {
        task.stop();
    }

    private final class Context implements QuietSinkContext {

        @Override
        public void offset(TopicPartition partition, long offset) {
            rewinds.put(partition, offset);
        }

        @Override
        public Set<TopicPartition> assignment() {
            return topic.keySet();
        }

        @Override
        public void pause(TopicPartition... partitions) {
            paused.addAll(List.of(partitions));
        }

        @Override
        public void resume(TopicPartition... partitions) {
            paused.removeAll(List.of(partitions));
        }

        /** As before Kafka 4.1: there are none. */
        @Override
        public PluginMetrics pluginMetrics() {
            throw new NoSuchMethodError("pluginMetrics");
        }
    }
}
