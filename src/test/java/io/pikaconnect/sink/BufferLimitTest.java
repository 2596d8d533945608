package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.MBeans;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** sink.buffer.bytes is the most that a task holds, however many partitions it has, and nothing gets stuck by it. */
class BufferLimitTest {

    private static final int MIB = 1 << 20;

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private static long buffered() {
        return ((Number) MBeans.here()
                        .attributes("pika.connect:type=sink,connector=to-redis,task=0")
                        .get("buffered-bytes"))
                .longValue();
    }

    private static byte[] keyOn(int partition, int partitions) {
        return IntStream.range(0, 1_000_000)
                .mapToObj(i -> Resp.bytes("k" + i))
                .filter(k -> KeySlot.partition(k, partitions) == partition)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void largeRecordsOnManyPartitionsStayBelowTheLimitWhileRedisTakesNothing() {
        int partitions = 64;
        ModelTopic topic = ModelTopic.begun(partitions);
        ModelWorker worker = sink.applyAll(topic, "sink.buffer.bytes", String.valueOf(8 * MIB));
        sink.redis().configSet("maxmemory", "1");
        byte[] value = new byte[400_000];
        for (int p = 0; p < partitions; p++) {
            topic.change(keyOn(p, partitions), Command.of("SET", keyOn(p, partitions), value));
            topic.change(keyOn(p, partitions), Command.of("SET", keyOn(p, partitions), value));
        }
        worker.until(() -> buffered() > 6 * MIB);
        for (int i = 0; i < 200; i++) {
            worker.turn();
            assertThat(buffered()).isLessThanOrEqualTo(8 * MIB);
            LockSupport.parkNanos(1_000_000);
        }
        sink.redis().configSet("maxmemory", "0");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        assertThat(sink.content()).hasSize(partitions);
    }

    @Test
    void recordsLargerThanTheWholeBufferPassOneAfterTheOther() {
        ModelTopic topic = ModelTopic.begun(4);
        for (int i = 0; i < 40; i++) {
            topic.command("APPEND", "k" + i % 8, "x".repeat(5_000));
        }
        sink.applyAll(topic, "sink.buffer.bytes", "1024");
        for (int i = 0; i < 8; i++) {
            assertThat(sink.redis().strlen("k" + i)).isEqualTo(25_000);
        }
    }

    /** What is waited for at a barrier must get in, whatever those hold that wait. */
    @Test
    void barriersArePassedWithABufferThatHoldsNoneOfTheirRecords() {
        int partitions = 4;
        ModelTopic topic = ModelTopic.begun(partitions);
        Map<String, Object> expected = new TreeMap<>();
        for (int round = 0; round < 10; round++) {
            for (int p = 0; p < partitions; p++) {
                topic.change(keyOn(p, partitions), Command.of("APPEND", keyOn(p, partitions), "y".repeat(3_000)));
            }
            if (round == 4) {
                topic.barrier(Command.of("FLUSHDB"));
            }
            byte[] one = keyOn(round % partitions, partitions);
            byte[] other = keyOn((round + 1 + round % 3) % partitions, partitions);
            topic.several(List.of(one, other), Command.of("MSETNX", one, "z".repeat(2_000), other, "z".repeat(2_000)));
            topic.nextPosition();
            for (int p : Barrier.onAll(partitions).partitions()) {
                topic.barrierOn(p, Barrier.onAll(partitions), Command.of("pika.flushtype", "list"));
            }
        }
        sink.applyAll(topic, "sink.buffer.bytes", "1024");
        Map<String, Object> small = sink.content();
        try (SinkFixture other = new SinkFixture()) {
            other.applyAll(topic);
            expected.putAll(other.content());
        }
        assertThat(small).isEqualTo(expected);
    }
}
