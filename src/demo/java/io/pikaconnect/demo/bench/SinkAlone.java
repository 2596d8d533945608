package io.pikaconnect.demo.bench;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.QuietSinkContext;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.RedisSinkTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** A sink task without Connect and Kafka, for one partition of one topic, which is in memory. */
final class SinkAlone implements AutoCloseable {

    private static final TopicPartition PARTITION = new TopicPartition("waits.db0", 0);
    private static final long EPOCH = System.currentTimeMillis();
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final int PER_POLL = 500;

    private final RedisServer redis;
    private final RedisSinkTask task = new RedisSinkTask();
    private final List<SinkRecord> topic = new ArrayList<>();
    private final Map<TopicPartition, Long> rewinds = new HashMap<>();
    private long sequence;
    private int next;

    SinkAlone(RedisServer redis) {
        this.redis = redis;
        task.initialize(new Context());
        task.start(Map.of(
                "name",
                "waits",
                "topics",
                PARTITION.topic(),
                "redis.address",
                redis.address(),
                "key.converter",
                BYTES,
                "value.converter",
                BYTES));
        task.open(List.of(PARTITION));
        add(ChangeHeader.change(EPOCH, 0, Position.BEGIN, EPOCH), true, Command.of(Operation.BEGIN));
        applyAll(60);
    }

    /** Adds elements without the sink, each by a command. */
    void fill(int count, IntFunction<Object[]> command) {
        try (Jedis client = redis.connect();
                Pipeline pipeline = client.pipelined()) {
            for (int i = 0; i < count; i++) {
                Command one = Command.of(command.apply(i));
                pipeline.sendCommand(
                        () -> one.args().get(0),
                        one.args().subList(1, one.size()).toArray(byte[][]::new));
                if (i % 10_000 == 0) {
                    pipeline.sync();
                }
            }
        }
    }

    /** Applies them, each as a record; returns whether that was complete in time. */
    boolean apply(List<Command> commands, int seconds) {
        for (Command command : commands) {
            boolean many =
                    Set.of(Operation.PATTERNDEL, Operation.FLUSHTYPE, "flushdb").contains(command.name());
            sequence++;
            add(
                    ChangeHeader.change(
                            EPOCH, sequence, Position.binlog(1, sequence * 100, 0), System.currentTimeMillis()),
                    many,
                    command);
        }
        return applyAll(seconds);
    }

    private void add(ChangeHeader header, boolean barrier, Command command) {
        byte[] key = barrier ? null : keyOf(command);
        SinkRecord record = new SinkRecord(
                PARTITION.topic(),
                PARTITION.partition(),
                null,
                key,
                null,
                Resp.encode(List.of(command)),
                topic.size(),
                header.timeMs(),
                TimestampType.CREATE_TIME);
        record.headers().addString(ChangeHeader.NAME, header.toString());
        if (barrier) {
            record.headers().addString(Barrier.NAME, Barrier.onAll(1).toString());
        }
        topic.add(record);
    }

    private static byte[] keyOf(Command command) {
        return switch (command.name()) {
            case Operation.STAGE_PIECE -> Resp.bytes("{a}1");
            case Operation.RUN_STAGED -> command.args().get(3);
            case "bitop" -> command.args().get(2);
            default -> command.args().get(1);
        };
    }

    private boolean applyAll(int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (!isApplied()) {
            if (System.nanoTime() > end) {
                return false;
            }
            if (rewinds.containsKey(PARTITION)) {
                next = rewinds.remove(PARTITION).intValue();
            }
            List<SinkRecord> poll = topic.subList(next, Math.min(next + PER_POLL, topic.size()));
            next += poll.size();
            task.put(List.copyOf(poll));
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private boolean isApplied() {
        return task
                .preCommit(Map.of(PARTITION, new org.apache.kafka.clients.consumer.OffsetAndMetadata(topic.size())))
                .values()
                .stream()
                .anyMatch(offset -> offset.offset() == topic.size());
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
            return Set.of(PARTITION);
        }

        @Override
        public void pause(TopicPartition... partitions) {}

        @Override
        public void resume(TopicPartition... partitions) {}

        /** As before Kafka 4.1: there are none. */
        @Override
        public PluginMetrics pluginMetrics() {
            throw new NoSuchMethodError("pluginMetrics");
        }
    }
}
