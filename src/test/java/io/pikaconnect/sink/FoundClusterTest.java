package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node of a cluster is named, and nothing says that it is one. */
class FoundClusterTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final RedisServer named = sink.cluster.nodes().get(1);

    /** As Connect gives them to a task. */
    private Map<String, String> ofTask(ModelTopic topic) {
        Map<String, String> properties = sink.properties("topics", topic.name);
        properties.remove("redis.cluster");
        properties.put("redis.address", named.address());
        RedisSinkConnector connector = new RedisSinkConnector();
        connector.start(properties);
        return connector.taskConfigs(1).get(0);
    }

    private boolean isAtEnd(ModelTopic topic, ModelWorker worker) {
        worker.commit();
        return sink.isAtEnd(topic);
    }

    @Test
    void itIsFoundOutAlsoIfTheNodeWasAwayWhenTheSinkStarted() {
        ModelTopic topic = new ModelTopic("pika.db0", 2).begin();
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.cluster.takeAway(named);
        try (ModelWorker worker = new ModelWorker(topic, sink.committed, ofTask(topic), false).assign(0, 1)) {
            worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 0);
            sink.cluster.restart(named);
            worker.until(() -> isAtEnd(topic, worker), 60_000);
            assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
        }
    }

    @Test
    void aTaskWithoutPartitionsFindsItOutForThoseThatItGets() {
        ModelTopic topic = new ModelTopic("pika.db0", 2).begin();
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        try (ModelWorker worker = new ModelWorker(topic, sink.committed, ofTask(topic), false)) {
            StartedSinkTask before = worker.task.started();
            worker.until(() -> worker.task.started() != before);
            worker.assign(0, 1).until(() -> isAtEnd(topic, worker), 60_000);
            assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
        }
    }

    @Test
    void aTopicOfAnotherDbHasNoPlaceInIt() {
        ModelTopic topic = new ModelTopic("pika.db1", 1).begin();
        try (ModelWorker worker = new ModelWorker(topic, sink.committed, ofTask(topic), false).assign(0)) {
            assertThatThrownBy(() -> worker.until(() -> false))
                    .hasMessageContaining("redis.database")
                    .hasMessageContaining("cluster has only db 0");
        }
    }
}
