package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What concerns the whole cluster: the control ledger, and the epoch that it is in. */
class ClusterControlTest {

    private static final int SLOT = KeySlot.slot(Resp.bytes(ClusterFixture.CONTROL));

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final ModelTopic topic = new ModelTopic("pika.db0", 2)
            .at(System.currentTimeMillis() - 3_600_000) // never caught up
            .begin();

    @Test
    void itsSlotMayBeMovedWhileRecordsCome() {
        topic.command("INCR", "a").command("INCR", "b");
        ModelWorker worker = sink.applyAll(topic);
        RedisServer before = sink.cluster.masterOf(SLOT);
        RedisServer other = sink.cluster.masters().stream()
                .filter(master -> master != before)
                .findFirst()
                .orElseThrow();
        sink.cluster.move(SLOT, SLOT, other);
        topic.command("INCR", "a").command("INCR", "c");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        assertThat(sink.cluster.masterOf(SLOT)).isEqualTo(other);
        assertThat(sink.content()).isEqualTo(Map.of("a", "2", "b", "1", "c", "1"));
    }

    @Test
    void aPartitionThatIsTwoEpochsBehindTheOthersPassesOverTheOneBetween() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.applyAll(topic).close();
        for (int i = 0; i < 2; i++) {
            topic.epoch(topic.epoch() + 1)
                    .begin()
                    .command("INCR", "a")
                    .command("INCR", "b")
                    .command("INCR", "c");
            topic.barrier(Command.of("FLUSHDB")).command("INCR", "b").command("INCR", "c");
        }
        ModelWorker first = sink.worker(topic).assign(0);
        first.until(() -> {
            first.commit();
            return sink.committed.get(topic.partition(0)) == topic.end(0);
        });
        first.close();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("b", "1", "c", "1"));
    }

    @Test
    void ifItIsLostTheSinkStopsAndClearBuildsEverythingAgain() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.applyAll(topic).close();
        RedisServer node = sink.cluster.masterOf(SLOT);
        sink.cluster.takeAway(node);
        sink.cluster.restartEmpty(node);
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("has no ledger but is not empty")
                .hasMessageContaining("on.target.not.empty=clear");
        topic.command("INCR", "c");
        sink.committed.clear();
        sink.applyAll(topic, "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1", "c", "2"));
    }
}
