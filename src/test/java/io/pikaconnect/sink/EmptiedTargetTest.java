package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.metrics.MBeans;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody empties the target, or takes the ledger away, while no record and no tick comes. */
class EmptiedTargetTest {

    private final MBeans jmx = MBeans.here();

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic;

    @BeforeEach
    void begin() {
        topic = ModelTopic.begun(4);
        topic.command("SET", "k", "v").command("RPUSH", "l", "x");
    }

    private Object task(String metric) {
        return jmx.attributes("pika.connect:type=sink,connector=to-redis,task=0")
                .get(metric);
    }

    @Test
    void itIsBuiltAgainFromTheTopic() {
        ModelWorker worker = sink.applyAll(topic);
        Map<String, Object> content = sink.content();
        assertThat(task("redis-losses")).isEqualTo(0L);
        sink.redis().flushAll();
        worker.until(() -> sink.isAtEnd(topic), 20_000);
        assertThat(sink.content()).isEqualTo(content);
        worker.until(() -> Long.valueOf(4).equals(task("redis-losses")));
    }

    /** Where it is stands in Redis: what Kafka stores of it is never read. */
    @Test
    void thatIsTheWayToHaveTheTopicAppliedAgainAndAlteringOffsetsIsNot() {
        sink.applyAll(topic).close();
        Map<String, Object> content = sink.content();
        assertThatThrownBy(
                        () -> new RedisSinkConnector().alterOffsets(sink.properties(), Map.of(topic.partition(0), 0L)))
                .hasMessageContaining("is kept in Redis " + sink.server.address())
                .hasMessageContaining("hash pika-connect:ledger")
                .hasMessageContaining(
                        "stop the connector, empty the target db (FLUSHDB; a cluster: FLUSHALL on each node) and resume it");
        sink.redis().flushDB();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(content);
    }

    @Test
    void everyTaskNotices() {
        ModelWorker one = sink.worker(topic).assign(0, 1);
        ModelWorker two = sink.worker(topic, "task.index", "1").assign(2, 3);
        one.until(() -> {
            two.turn();
            return sink.isAtEnd(topic);
        });
        sink.redis().flushDB();
        one.until(
                () -> {
                    two.turn();
                    return sink.isAtEnd(topic);
                },
                20_000);
        assertThat(sink.content()).hasSize(2);
    }

    @Test
    void itStopsWhereNothingIsToBeRebuilt() {
        ModelWorker first = sink.applyAll(topic);
        first.close();
        ModelWorker worker = sink.all(topic, "rebuild", "never");
        worker.until(
                () -> IntStream.range(0, 4).allMatch(p -> sink.field(p).owner().startsWith("2:")));
        sink.redis().flushAll();
        assertThat(worker.untilItFails()).hasMessageContaining("rebuild=never").hasMessageContaining("Redis has lost");
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void itStopsWhereOnlyTheLedgerIsGone() {
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().del(SinkFixture.PREFIX + "ledger");
        assertThat(worker.untilItFails()).hasMessageContaining("no ledger but is not empty");
        assertThat(sink.content()).hasSize(2);
    }

    @Test
    void onePartitionThatTheLedgerLacksIsNoticedToo() {
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().hdel(SinkFixture.PREFIX + "ledger", "p3");
        worker.until(() -> sink.ledger("p3") != null, 20_000);
    }
}
