package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.metrics.MBeans;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records that the topic lacks, or that Connect keeps to itself, are noticed whatever comes after them, and never stepped over. */
class MissingRecordsTest {

    private static final String[] SHORT = {"hole.timeout.ms", "10"};
    private static final String[] LONG = {"hole.timeout.ms", "600000"};

    private final MBeans jmx = MBeans.here();

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    private Object metric(String name) {
        return jmx.attributes("pika.connect:type=sink-partition,connector=to-redis,task=0,topic=pika.db0,partition=0")
                .get(name);
    }

    private static ConnectException untilItFails(ModelWorker worker, Runnable source) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            try {
                source.run();
                worker.turn();
                worker.commit();
                LockSupport.parkNanos(1_000_000);
            } catch (ConnectException e) {
                return e;
            }
        }
        throw new AssertionError(
                "the task did not fail; " + worker.task.started().counters());
    }

    @Test
    void thoseAtTheEndOfAPartitionAreNoticedByItsTicks() {
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.applyAll(topic, SHORT);
        topic.command("SET", "k", "2");
        topic.take(0); // lost in Kafka: the source is beyond it
        topic.tick(0);
        assertThat(worker.untilItFails())
                .hasMessageContaining("Records are missing")
                .hasMessageContaining("sequence 2 to 2 of epoch " + topic.epoch() + ", after position b/3/101/0")
                .hasMessageContaining("pika.db0-0@");
        assertThat(sink.field(0).sequence()).hasValue(1);
    }

    @Test
    void thoseThatComeAfterTheTickThatMissedThemAreApplied() {
        topic.command("SET", "k", "1");
        topic.command("RPUSH", "l", "2");
        SinkRecord late = topic.take(0);
        topic.tick(0);
        ModelWorker worker = sink.all(topic, LONG);
        worker.until(() -> Integer.valueOf(1).equals(metric("hole")));
        assertThat(metric("after-hole")).isEqualTo(1L);
        topic.give(0, late);
        topic.tick(0);
        worker.until(() -> sink.isAtEnd(topic) && metric("hole").equals(0));
        assertThat(sink.content()).isEqualTo(Map.of("k", "1", "l", List.of("2")));
    }

    @Test
    void theBarrierOfANewEpochIsNoticedByTheTicksAfterIt() {
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.applyAll(topic, SHORT);
        topic.epoch(topic.epoch() + 1).begin();
        topic.take(0);
        topic.tick(0);
        assertThat(worker.untilItFails()).hasMessageContaining("the barrier that begins epoch " + topic.epoch());
        assertThat(sink.content()).isEqualTo(Map.of("k", "1"));
    }

    @Test
    void aTopicOfWhichNothingButTicksIsLeftIsNoticed() {
        topic.tick(0);
        topic.cutHead(0, 2);
        assertThat(sink.all(topic, SHORT).untilItFails())
                .hasMessageContaining("the barrier that begins epoch " + topic.epoch());
    }

    @Test
    void ticksBeforeTheFirstBarrierMissNothing() {
        topic.epoch(topic.epoch() + 1);
        topic.raw(0, null, null, ChangeHeader.begin(topic.epoch(), 0).toString());
        topic.raw(0, null, null, ChangeHeader.tick(topic.epoch(), -1, 0).toString());
        ModelWorker worker = sink.all(topic, SHORT);
        worker.until(() -> Long.valueOf(3).equals(metric("ticks-skipped")));
        assertThat(metric("hole")).isEqualTo(0);
    }

    @Test
    void ticksThatATransformationLeavesOutAreNoticed() {
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.applyAll(topic, SHORT).leavingOut(r -> r.value() == null);
        assertThat(untilItFails(worker, topic::ticks))
                .hasMessageContaining("did not hand them to the sink")
                .hasMessageContaining("offsets 3 to ")
                .hasMessageContaining("Remove the transformation");
        assertThat(sink.content()).isEqualTo(Map.of("k", "1"));
    }

    @Test
    void aChangeThatATransformationLeavesOutIsNoticedByTheNextRecordOrTick() {
        topic.command("SET", "k", "1");
        ModelWorker worker = sink.applyAll(topic, SHORT)
                .leavingOut(r -> r.key() instanceof byte[] key && key.length == "left out".length());
        topic.command("SET", "left out", "2").command("SET", "k", "3");
        assertThat(worker.untilItFails()).hasMessageContaining("sequence 2 to 2");
        assertThat(sink.content()).isEqualTo(Map.of("k", "1"));
    }

    /** Connect may count what ends a transaction as read. */
    @Test
    void theEndOfATransactionIsNoRecordThatIsLeftOut() {
        topic.command("SET", "k", "1");
        topic.raw(0, null, new byte[] {1}, null);
        ModelWorker worker = sink.all(topic, SHORT).leavingOut(r -> r.value() instanceof byte[] v && v.length == 1);
        worker.until(() -> sink.content().size() == 1);
        for (int i = 0; i < 100; i++) {
            worker.commit();
            worker.turn();
        }
        assertThat(metric("hole")).isEqualTo(0);
    }

    @Test
    void whatIsHandedOverAfterARecordThatWasLeftOutShowsThatNothingIsMissing() {
        topic.command("SET", "k", "1");
        byte[] foreign = {1}; // a converter cannot read it
        ModelWorker worker = sink.all(topic, LONG).leavingOut(r -> r.value() instanceof byte[] v && v.length == 1);
        worker.until(() -> {
            topic.raw(0, null, foreign, null);
            worker.commit();
            return Integer.valueOf(1).equals(metric("hole"));
        });
        topic.ticks();
        worker.until(() -> metric("hole").equals(0));
    }

    @Test
    void recordsThatWaitForRoomInMemoryAreNotMissed() {
        topic.recordMaxBytes(20_000);
        for (int i = 0; i < 200; i++) {
            topic.command("RPUSH", "l", "x".repeat(2_000));
        }
        topic.ticks();
        ModelWorker worker = sink.all(topic, "hole.timeout.ms", "10", "sink.buffer.bytes", "10000");
        worker.until(() -> {
            worker.commit();
            assertThat(metric("hole")).isIn(null, 0);
            return sink.isAtEnd(topic);
        });
        assertThat(sink.redis().llen("l")).isEqualTo(200);
    }
}
