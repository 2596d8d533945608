package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.Deadlines;
import io.pikaconnect.demo.RedisServer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/** Small values of a full sync into a cluster are created by RESTORE where a node takes that, and by their commands elsewhere. */
class ClusterRestoreTest {

    private static final int PARTITIONS = 3;

    /** The first node has no RESTORE, as one of an earlier release does not have all forms. The control ledger is on the third. */
    @RegisterExtension
    private final ClusterFixture sink =
            new ClusterFixture(3, 0, node -> node == 0 ? List.of("--rename-command", "RESTORE", "") : List.of());

    @RegisterExtension
    private final SinkFixture single = new SinkFixture();

    private static long restored(RedisServer node) {
        try (Jedis redis = node.connect()) {
            return redis.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_restore:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                    .sum();
        }
    }

    @Test
    void whatItHoldsIsWhatASingleRedisHolds() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        ModelTopic topic = RestoredValuesTest.mixed(new Random(seed), PARTITIONS);
        for (String policy : List.of("skip", "overwrite")) {
            sink.empty();
            ModelWorker worker = sink.applyAll(topic, "on.wrong.type", policy);
            Map<String, Object> content = sink.content();
            content.replaceAll((key, value) -> value + " until " + sink.deadline(key));
            single.redis().flushAll();
            single.committed.clear();
            ModelWorker other = single.applyAll(topic, "on.wrong.type", policy);
            Map<String, Object> expected = single.content();
            expected.replaceAll((key, value) -> value + " until " + Deadlines.of(single.redis(), key));
            assertThat(content).as("seed %d", seed).isEqualTo(expected);
            assertThat(worker.task.started().counters().discards.counts())
                    .as("seed %d", seed)
                    .isEqualTo(other.task.started().counters().discards.counts())
                    .isNotEmpty();
            assertThat(sink.keys()).noneMatch(key -> key.endsWith("nothing"));
            worker.close();
            other.close();
        }
        List<RedisServer> nodes = sink.cluster.nodes();
        assertThat(List.of(restored(nodes.get(1)) > 100, restored(nodes.get(2)) > 100))
                .containsOnly(single.takesRestore());
        assertThat(restored(nodes.get(0))).isZero();
    }
}
