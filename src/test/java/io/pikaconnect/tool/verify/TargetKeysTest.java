package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.SlotMove;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.SinkRedis;
import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.Pipeline;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Keys of a Redis Cluster, also while slots are moved; and of a single Redis that goes away. */
class TargetKeysTest {

    private static final List<byte[]> KEYS = IntStream.range(0, 200)
            .mapToObj(i -> ("key:" + i).getBytes(StandardCharsets.UTF_8))
            .toList();
    private static final int SLOT = KeySlot.slot(KEYS.get(7));

    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(3, 0);
        for (byte[] key : KEYS) {
            try (Jedis client = cluster.masterOf(KeySlot.slot(key)).connect()) {
                client.set(key, key);
            }
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static TargetDb open() throws IOException {
        Map<String, String> settings = ReadyConfig.of(Pipeline.SINK);
        settings.put("redis.address", cluster.nodes().get(0).address());
        return new SinkRedis(settings).open("pika.db0");
    }

    private static TargetKeys keys(TargetDb db) {
        return new TargetKeys(db, server -> KeyReader.ofRedis(server, ms -> ms, Pace.free()));
    }

    private static void assertThatAllAreRead(TargetKeys keys) {
        assertThat(keys.read(KEYS))
                .extracting(KeyContent::value)
                .containsExactlyElementsOf(KEYS.stream().map(KeyContent::text).toList());
    }

    private static RedisServer otherThanOf(int slot) {
        RedisServer has = cluster.masterOf(slot);
        return cluster.masters().stream()
                .filter(node -> node != has)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachKeyIsReadAtTheNodeThatHasItAndAllAreVisited() throws IOException {
        try (TargetKeys keys = keys(open())) {
            assertThatAllAreRead(keys);
            List<String> visited = new ArrayList<>();
            keys.scan(page -> page.forEach(key -> visited.add(KeyContent.text(key))));
            assertThat(visited)
                    .containsExactlyInAnyOrderElementsOf(
                            KEYS.stream().map(KeyContent::text).toList());
        }
    }

    @Test
    void aSlotThatHasMovedIsReadAtItsNewNode() throws IOException {
        try (TargetKeys keys = keys(open())) {
            assertThatAllAreRead(keys);
            cluster.move(SLOT, SLOT, otherThanOf(SLOT));
            assertThatAllAreRead(keys);
        }
    }

    @Test
    void theKeysOfASlotThatIsBeingMovedAreWaitedFor() throws IOException {
        SlotMove move = cluster.beginMove(SLOT, otherThanOf(SLOT)).keys(key -> true);
        try (TargetKeys keys = keys(new FinishedWhenAskedAgain(open(), move))) {
            assertThatAllAreRead(keys);
        }
    }

    @Test
    void aSingleRedisThatIsAwayIsNotWaitedFor() {
        RedisServer redis = RedisServer.start();
        TargetKeys keys = keys(TargetDb.on(redis.connect(), LedgerView.PREFIX));
        redis.close();
        assertThatThrownBy(() -> keys.read(KEYS)).isInstanceOf(JedisConnectionException.class);
    }

    /** Somebody finishes the move once a reader has noticed it. */
    private record FinishedWhenAskedAgain(TargetDb db, SlotMove move) implements TargetDb {

        @Override
        public List<Jedis> servers() {
            return db.servers();
        }

        @Override
        public Jedis serverOf(byte[] key) {
            return db.serverOf(key);
        }

        @Override
        public boolean refresh() {
            move.finish();
            cluster.awaitAgreement();
            return db.refresh();
        }

        @Override
        public Optional<LedgerView> ledger() {
            return db.ledger();
        }

        @Override
        public void close() {
            db.close();
        }
    }
}
