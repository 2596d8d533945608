package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/** Settings that concern the whole target, in a cluster. */
class ClusterSettingsTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final ModelTopic topic = new ModelTopic("pika.db0", 2).begin();

    @Test
    void onceItWasCaughtUpANewEpochStopsTheSinkUnlessItMayClear() {
        topic.command("SET", "a", "1").command("SET", "b", "1").ticks();
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> sink.control("caught") != null, 60_000);
        worker.close();
        topic.epoch(topic.epoch() + 1).begin().command("SET", "b", "2").ticks();
        assertThat(sink.all(topic).untilItFails()).hasMessageContaining("on.new.epoch=clear");
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1"));
        sink.applyAll(topic, "on.new.epoch", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("b", "2"));
    }

    @Test
    void aClusterThatWasEmptiedIsFilledFromTheTopicUnlessThatIsForbidden() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "a");
        sink.applyAll(topic).close();
        for (RedisServer node : sink.cluster.nodes()) {
            try (Jedis redis = node.connect()) {
                redis.flushAll();
            }
        }
        assertThat(sink.all(topic, "rebuild", "never").untilItFails()).hasMessageContaining("rebuild=never");
        sink.committed.clear();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "2", "b", "1"));
    }

    @Test
    void itsOwnKeysMayHaveAnotherPrefix() {
        topic.command("INCR", "a").command("INCR", "b");
        sink.applyAll(topic, "ledger.prefix", "mine:").close();
        assertThat(sink.keys())
                .contains("a", "b", "mine:{control}ledger")
                .filteredOn(key -> !key.startsWith("mine:{"))
                .containsOnly("a", "b");
    }
}
