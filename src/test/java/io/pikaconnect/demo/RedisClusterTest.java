package io.pikaconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.KeySlot;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Each test leaves a cluster in which all nodes are alive, and every master has a replica. */
class RedisClusterTest {

    private static final int KEYS = 300;

    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(3, 1, "--appendonly", "yes", "--appendfsync", "always");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void fill() {
        cluster.masters().forEach(master -> on(master, Jedis::flushDB));
        for (int i = 0; i < KEYS; i++) {
            set("k" + i);
        }
        cluster.awaitReplicas();
    }

    private static <T> T on(RedisServer server, Function<Jedis, T> question) {
        return RedisCluster.ask(server, question);
    }

    private static int slot(String key) {
        return KeySlot.slot(key.getBytes(StandardCharsets.UTF_8));
    }

    private static void set(String key) {
        on(cluster.masterOf(slot(key)), node -> node.set(key, "v"));
    }

    private static Set<String> keys(RedisServer server) {
        Set<String> keys = on(server, node -> node.keys("*"));
        return new TreeSet<>(keys);
    }

    private static Set<String> allKeys() {
        Set<String> all = new HashSet<>();
        cluster.masters().forEach(master -> all.addAll(keys(master)));
        return all;
    }

    @Test
    void threeMastersShareTheSlotsAndEachHasAReplicaWithItsKeys() {
        assertThat(cluster.nodes()).hasSize(6);
        assertThat(cluster.masters()).hasSize(3);
        assertThat(cluster.masters().stream().mapToInt(cluster::slotsOf).sum()).isEqualTo(16_384);
        for (RedisServer master : cluster.masters()) {
            RedisServer replica = cluster.replicaOf(master);
            await().untilAsserted(() -> assertThat(keys(replica)).isNotEmpty().isEqualTo(keys(master)));
        }
        assertThat(allKeys()).hasSize(KEYS);
    }

    @Test
    void afterAFailoverByOrderTheReplicaIsTheMasterAndHasEverything() {
        RedisServer master = cluster.masterOf(slot("k1"));
        RedisServer replica = cluster.replicaOf(master);
        assertThat(cluster.failOver(master)).isEqualTo(replica);
        assertThat(cluster.masterOf(slot("k1"))).isEqualTo(replica);
        assertThat(cluster.replicaOf(replica)).isEqualTo(master);
        assertThat(allKeys()).hasSize(KEYS);
        assertThatThrownBy(() -> on(master, node -> node.set("k1", "w"))).isInstanceOf(JedisMovedDataException.class);
    }

    @Test
    void aReplicaThatGetsNothingAnyMoreIsElectedWithoutTheLastWrites() {
        RedisServer master = cluster.masterOf(slot("{k1}"));
        RedisServer replica = cluster.replicaOf(master);
        await().until(() -> keys(replica).equals(keys(master)));
        cluster.detach(replica);
        set("{k1}late");
        assertThat(cluster.crash(master)).isEqualTo(replica);
        assertThat(allKeys()).hasSize(KEYS).doesNotContain("{k1}late");
        set("{k1}later");
        cluster.restart(master);
        assertThat(cluster.replicaOf(replica)).isEqualTo(master);
        await().untilAsserted(
                        () -> assertThat(keys(master)).isEqualTo(keys(replica)).contains("{k1}later"));
    }

    @Test
    void aNodeThatIsAwayKeepsItsSlotsAndComesBackWithWhatItSavedOrEmpty() {
        RedisServer master = cluster.masterOf(slot("k1"));
        cluster.takeAway(master);
        assertThat(cluster.masterOf(slot("k1"))).isEqualTo(master);
        assertThat(cluster.masters()).hasSize(2).doesNotContain(master);
        cluster.restart(master);
        assertThat(allKeys()).hasSize(KEYS);
        cluster.takeAway(master);
        cluster.restartEmpty(master);
        assertThat(cluster.masterOf(slot("k1"))).isEqualTo(master);
        assertThat(keys(master)).isEmpty();
        assertThat(allKeys()).isNotEmpty();
    }

    @Test
    void slotsMoveWithTheirKeysAndAreSharedEvenlyAgain() {
        List<RedisServer> masters = cluster.masters();
        RedisServer from = masters.get(0);
        RedisServer to = masters.get(1);
        int first = view(from).self().allSlots().min().orElseThrow();
        cluster.move(first, first + 200, to);
        assertThat(cluster.slotsOf(to)).isGreaterThanOrEqualTo(5_461 + 200);
        assertThat(cluster.masterOf(first)).isEqualTo(to);
        assertThat(allKeys()).hasSize(KEYS);
        assertThat(keys(to)).allMatch(key -> cluster.masterOf(slot(key)) == to);
        cluster.rebalance();
        assertThat(cluster.masters()).allMatch(master -> cluster.slotsOf(master) - 5_461 <= 1);
        assertThat(allKeys()).hasSize(KEYS);
    }

    private static ClusterView view(RedisServer server) {
        return RedisCluster.view(server);
    }

    @Test
    void aSlotThatIsHalfwayHasItsKeysAtBothEndsUntilItIsFinished() {
        set("{k1}a");
        set("{k1}b");
        RedisServer from = cluster.masterOf(slot("k1"));
        RedisServer to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        SlotMove move =
                cluster.beginMove(slot("k1"), to).keys(key -> new String(key, StandardCharsets.UTF_8).equals("{k1}a"));
        assertThat(RedisClusterTest.<String>on(from, node -> node.get("k1"))).isEqualTo("v");
        assertThatThrownBy(() -> on(from, node -> node.get("{k1}a"))).isInstanceOf(JedisAskDataException.class);
        assertThatThrownBy(() -> on(from, node -> node.mget("{k1}a", "{k1}b"))).hasMessageContaining("TRYAGAIN");
        assertThat(keys(to)).contains("{k1}a").doesNotContain("{k1}b");
        move.finish();
        cluster.awaitAgreement();
        assertThat(cluster.masterOf(slot("k1"))).isEqualTo(to);
        assertThat(keys(to)).contains("k1", "{k1}a", "{k1}b");
        assertThat(allKeys()).hasSize(KEYS + 2);
    }

    @Test
    void aSlotWhoseMasterFailedOverHalfwayIsFinishedAllTheSame() {
        set("{k1}a");
        RedisServer from = cluster.masterOf(slot("k1"));
        RedisServer to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        SlotMove move =
                cluster.beginMove(slot("k1"), to).keys(key -> new String(key, StandardCharsets.UTF_8).equals("{k1}a"));
        RedisServer successor = cluster.failOver(to);
        cluster.failOver(from);
        move.finish();
        cluster.awaitAgreement();
        assertThat(cluster.masterOf(slot("k1"))).isEqualTo(successor);
        assertThat(keys(successor)).contains("k1", "{k1}a");
        assertThat(allKeys()).hasSize(KEYS + 1);
    }
}
