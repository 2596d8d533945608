package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.SlotMove;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A slot is half moved when its node fails over, which the node that takes over does not know before Redis 8. */
class TornSlotTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture();

    private final ModelTopic topic = new ModelTopic("pika.db0", 2)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();

    /** A key of another partition, on the same node: the one to which the slot moves refuses everything then. */
    private String other() {
        RedisServer node = sink.cluster.masterOf(KeySlot.slot(Resp.bytes("{a}a")));
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "key" + i)
                .filter(key -> KeySlot.partition(Resp.bytes(key), 2) != KeySlot.partition(Resp.bytes("{a}a"), 2))
                .filter(key -> sink.cluster.masterOf(KeySlot.slot(Resp.bytes(key))) == node)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSinkWaitsForItAndTouchesNothingInIt() {
        String other = other();
        topic.command("INCR", "{a}a").command("INCR", "{a}b").command("INCR", other);
        ModelWorker worker = sink.applyAll(topic);
        int slot = KeySlot.slot(Resp.bytes("{a}a"));
        RedisServer from = sink.cluster.masterOf(slot);
        List<RedisServer> others = new ArrayList<>(sink.cluster.masters());
        others.remove(from);
        RedisServer to = others.get(1); // neither the first node that is named nor that of the control ledger
        SlotMove move =
                sink.cluster.beginMove(slot, to).keys(key -> new String(key, StandardCharsets.UTF_8).equals("{a}a"));
        sink.cluster.failOverHalfway(from);
        topic.command("INCR", "{a}a").command("INCR", "{a}b");
        for (int i = 0; i < 20; i++) {
            topic.command("INCR", other);
            String value = String.valueOf(2 + i);
            worker.until(() -> sink.value(other).filter(value::equals).isPresent(), 60_000);
        }
        move.finish();
        sink.cluster.awaitAgreement();
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        assertThat(sink.content()).isEqualTo(Map.of("{a}a", "2", "{a}b", "2", other, "21"));
    }
}
