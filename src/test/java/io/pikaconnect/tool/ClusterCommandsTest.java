package io.pikaconnect.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The commands where the sink writes to a Redis Cluster, which its settings do not name as one. */
class ClusterCommandsTest {

    /** Of three slots, each of another node. */
    private static final String[] KEYS = {"key", "b", "c"};

    private static RedisCluster cluster;

    private FakeMigration migration;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.start(3, 0);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void start() throws IOException {
        for (RedisServer node : cluster.masters()) {
            try (Jedis client = node.connect()) {
                client.flushAll();
            }
        }
        migration = new FakeMigration(cluster);
        for (String key : KEYS) {
            migration.inPika(client -> client.set(key, "value"));
            migration.inRedis(key, client -> client.set(key, "value"));
        }
        migration.catchUp();
    }

    @AfterEach
    void stop() {
        migration.close();
    }

    @Test
    void statusReadsTheLedgerOfTheWholeCluster() throws IOException {
        FakeMigration.Result result = migration.run("status", "--json");
        assertThat(result.exit()).as(result::err).isZero();
        JsonNode db = StatusCommandTest.json(result.out()).get(2);
        assertThat(db.path("ready").asBoolean()).isTrue();
        assertThat(db.path("recordsWaiting").asLong()).isZero();
    }

    @Test
    void verifyComparesTheKeysOfAllNodes() {
        assertThat(migration.run("verify", "--pause", "0").out()).isEqualTo("db0: EQUAL: 3 keys compared\n");
        for (String key : KEYS) {
            migration.inRedis(key, client -> client.set(key, "other"));
            migration.inRedis("{" + key + "}more", client -> client.set("{" + key + "}more", "?"));
        }
        assertThat(migration.run("verify", "--pause", "0").out())
                .contains("DIFFERENT: 6 of 3 keys", "value: key is", "value: b is", "value: c is")
                .contains("extra: {key}more is", "extra: {b}more is", "extra: {c}more is");
    }

    @Test
    void theCutOverSeesWhetherTheClusterIsReady() {
        assertThat(migration.run("cutover", "--dry-run").exit()).isZero();
        migration.ledger(false, "held");
        FakeMigration.Result notReady = migration.run("cutover", "--dry-run");
        assertThat(notReady.exit()).isEqualTo(ExitCode.NOT_SO);
        assertThat(notReady.out()).contains("db0 is not ready for the cut-over");
    }

    @Test
    void cleanUpDeletesTheSinksOwnKeysOnAllNodes() {
        ConnectRest rest = new ConnectRest(URI.create(migration.connect().address()), Optional.empty());
        rest.stop(Pipeline.SINK);
        rest.stop(Pipeline.SOURCE);
        migration.ledger(true, "native");
        for (String key : KEYS) {
            String own = "pika-connect:{" + key + "}ledger";
            migration.inRedis(own, client -> client.hset(own, "place", "7 4 0 1"));
        }
        FakeMigration.Result done = migration.run("cleanup", "--yes");
        assertThat(done.exit()).as(done::err).isZero();
        assertThat(done.out()).contains("deleted 4 of the sink's own keys");
        for (String key : KEYS) {
            migration.inRedis(
                    key, client -> assertThat(client.keys("*")).contains(key).noneMatch(k -> k.startsWith("pika-")));
        }
    }
}
