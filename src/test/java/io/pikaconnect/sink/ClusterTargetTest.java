package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.SlotMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which node is believed about who has which slot. The first one that is named has left the cluster, and takes itself for all of it. */
class ClusterTargetTest {

    private static RedisCluster cluster;

    private String state = "ok";
    private long epoch = 1;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(1, 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private LikeRedis left() {
        int[] port = {0};
        LikeRedis left = LikeRedis.answering(cluster.nodes().get(0).port(), words -> {
            if (!words.get(0).equalsIgnoreCase("CLUSTER") || words.get(1).equalsIgnoreCase("NODES")) {
                return Optional.empty();
            }
            if (words.get(1).equalsIgnoreCase("INFO")) {
                String info = "cluster_state:" + state + "\r\ncluster_current_epoch:" + epoch + "\r\n";
                return Optional.of("$" + info.length() + "\r\n" + info + "\r\n");
            }
            return Optional.of("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:" + port[0] + "\r\n");
        });
        port[0] = left.port();
        return left;
    }

    private static ClusterTarget target(LikeRedis left) {
        String addresses = left.address() + "," + cluster.addresses();
        return (ClusterTarget) new RedisSinkConfig(new HashMap<>(Map.of(
                        "name", "to-redis", "redis.cluster", "true", "redis.address", addresses, "topics", "t.db0")))
                .target();
    }

    private static int port(Optional<SlotMap> slots) {
        return slots.orElseThrow().master(0).orElseThrow().port();
    }

    @Test
    void oneForWhichTheClusterIsDownIsNotBelieved() {
        state = "fail";
        epoch = 1_000;
        try (LikeRedis left = left()) {
            assertThat(port(target(left).slots(socket -> {})))
                    .isEqualTo(cluster.nodes().get(0).port());
        }
    }

    @Test
    void ofSeveralTheOneInTheLatestEpochIsBelieved() {
        epoch = 0;
        try (LikeRedis left = left()) {
            assertThat(port(target(left).slots(socket -> {})))
                    .isEqualTo(cluster.nodes().get(0).port());
        }
    }

    @Test
    void thoseThatWereMetLastAreAskedBeforeThoseThatAreNamed() {
        epoch = 0;
        try (LikeRedis left = left()) {
            ClusterTarget target = target(left);
            target.slots(socket -> {});
            epoch = 1_000;
            assertThat(port(target.slots(socket -> {})))
                    .isEqualTo(cluster.nodes().get(0).port());
        }
    }

    @Test
    void ifTheClusterIsDownForAllNobodyIsBelieved() {
        state = "fail";
        try (LikeRedis left = left()) {
            ClusterTarget alone = (ClusterTarget) new RedisSinkConfig(new HashMap<>(Map.of(
                            "name",
                            "to-redis",
                            "redis.cluster",
                            "true",
                            "redis.address",
                            left.address(),
                            "topics",
                            "t.db0")))
                    .target();
            assertThat(alone.slots(socket -> {})).isEmpty();
        }
    }
}
