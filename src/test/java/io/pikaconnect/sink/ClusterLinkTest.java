package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.Server;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A link to two nodes: a real one, and one before it that answers some commands as a test wants. */
class ClusterLinkTest {

    private static RedisCluster cluster;

    private final TestClock clock = TestClock.standing();

    /** What the second node answers to EVALSHA; empty: what Redis answers. */
    private Optional<String> scripts = Optional.empty();

    /** The last slot of the real node; the rest is the other's. */
    private int last = 8_191;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(1, 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static int port() {
        return cluster.nodes().get(0).port();
    }

    private static Server real(ClusterLink link) {
        return link.slots().master(0).orElseThrow();
    }

    private static Server other(ClusterLink link) {
        return link.slots().master(16_383).orElseThrow();
    }

    private LikeRedis otherNode() {
        return LikeRedis.answering(
                port(), words -> words.get(0).equalsIgnoreCase("EVALSHA") ? scripts : Optional.empty());
    }

    /** Says which of the two has which slots. */
    private LikeRedis seed(LikeRedis other) {
        return LikeRedis.answering(
                port(),
                words ->
                        words.get(0).equalsIgnoreCase("CLUSTER") && words.get(1).equalsIgnoreCase("SLOTS")
                                ? Optional.of(slots(other))
                                : Optional.empty());
    }

    private String slots(LikeRedis other) {
        return last == 16_383
                ? "*1\r\n" + range(0, last, port())
                : "*2\r\n" + range(0, last, port()) + range(last + 1, 16_383, other.port());
    }

    private static String range(int first, int last, int port) {
        return "*3\r\n:" + first + "\r\n:" + last + "\r\n*2\r\n$9\r\n127.0.0.1\r\n:" + port + "\r\n";
    }

    private ClusterLink link(LikeRedis seed) {
        RedisSinkConfig config = new RedisSinkConfig(new HashMap<>(Map.of(
                "name", "to-redis", "redis.cluster", "true", "redis.address", seed.address(), "topics", "t.db0")));
        return new ClusterLink(
                (ClusterTarget) config.target(), null, null, new NodeCounts((node, counts) -> {}), clock, socket -> {});
    }

    private static List<byte[]> places(int slot) {
        return List.of(Resp.bytes(SinkFixture.PREFIX), Resp.bytes(SlotTags.of(slot)));
    }

    private static String place(ClusterLink link, int slot) {
        ScriptReply reply =
                link.run(Script.PLACES, Map.of(real(link), places(slot))).get(real(link));
        return ScriptValues.text(reply.list("results").get(0));
    }

    @Test
    void aReplyThatNobodyHasReadIsNotTakenForThatOfALaterCall() {
        try (LikeRedis other = otherNode();
                LikeRedis seed = seed(other)) {
            ClusterLink link = link(seed);
            link.jedis(real(link)).hset(SinkFixture.PREFIX + "{" + SlotTags.of(1) + "}ledger", "place", "1 1 0 1");
            link.jedis(real(link)).hset(SinkFixture.PREFIX + "{" + SlotTags.of(2) + "}ledger", "place", "1 2 0 1");
            assertThat(place(link, 1)).isEqualTo("1 1 0 1");
            scripts = Optional.of("+no list\r\n");
            Map<Server, List<byte[]>> both = new LinkedHashMap<>();
            both.put(other(link), places(16_383));
            both.put(real(link), places(1));
            assertThatThrownBy(() -> link.run(Script.PLACES, both)).isInstanceOf(ClassCastException.class);
            assertThat(place(link, 2)).isEqualTo("1 2 0 1");
        }
    }

    @Test
    void aNodeThatHasNoSlotsAnyMoreIsNotAskedForAnything() {
        try (LikeRedis other = otherNode();
                LikeRedis seed = seed(other)) {
            ClusterLink link = link(seed);
            link.ping();
            last = 16_383;
            clock.pass(1_000);
            link.refresh();
            other.close();
            assertThatCode(link::ping).doesNotThrowAnyException();
        }
    }
}
