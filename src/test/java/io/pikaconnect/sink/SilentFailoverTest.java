package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lagging replica takes over, and no connection breaks: the node before it gives way and keeps its clients. */
class SilentFailoverTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture();

    private final ModelTopic topic = new ModelTopic("pika.db0", 2)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();

    @Test
    void whatItLacksIsAppliedAgainThoughNoOtherRecordIsForItsSlots() {
        // the control ledger is on another node than c: asking for it would show the failover
        topic.command("INCR", "c").command("INCR", "b");
        ModelWorker worker = sink.applyAll(topic);
        sink.cluster.awaitReplicas();
        RedisServer master = sink.cluster.masterOf(KeySlot.slot(Resp.bytes("c")));
        sink.cluster.detach(sink.cluster.replicaOf(master));
        topic.command("INCR", "c");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        sink.cluster.replace(master);
        worker.until(() -> sink.value("c").filter("2"::equals).isPresent(), 60_000);
        sink.bringForward(topic);
        assertThat(sink.content()).isEqualTo(Map.of("b", "1", "c", "2"));
    }
}
