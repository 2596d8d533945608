package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** A Redis that comes back with less than it had acknowledged is brought forward: everything once, in order. */
class RedisDataLossTest {

    private static final int PARTITIONS = 4;
    private static final int LARGEST_LOSS = 20_000;

    private Random random;
    private ModelTopic topic;

    @BeforeEach
    void begin() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        random = new Random(seed);
        topic = new ModelTopic("pika.db0", PARTITIONS)
                .at(System.currentTimeMillis() - 3_600_000)
                .begin();
    }

    @Test
    void aLogThatLacksItsEndWhileTasksCrashAndMove() {
        RandomChanges changes = new RandomChanges(random, topic).make(3_000);
        try (SinkFixture sink =
                new SinkFixture("--appendonly", "yes", "--appendfsync", "no", "--aof-load-truncated", "yes")) {
            Path directory = Path.of(sink.redis().configGet("dir").get("dir"));
            new Workers(sink, topic, random, "sync.batch.num", "30").applyUnderTrouble(250, () -> {
                switch (random.nextInt(50)) {
                    case 0 -> {
                        sink.server.kill();
                        cutEnd(directory);
                        sink.server.restart();
                        sink.reconnect();
                    }
                    case 1 ->
                        sink.redis()
                                .clientKill(ClientKillParams.clientKillParams()
                                        .type(ClientType.NORMAL)
                                        .skipMe(ClientKillParams.SkipMe.YES));
                    default -> {}
                }
            });
            assertThat(sink.content()).isEqualTo(changes.content());
        }
    }

    private void cutEnd(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            Path log = files.filter(
                            f -> f.toString().endsWith(".aof") && !f.toString().contains("base"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(Math.max(0, file.length() - random.nextInt(LARGEST_LOSS)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReplicaThatIsBehindAndBecomesTheMaster() throws Exception {
        RandomChanges changes = new RandomChanges(random, topic).make(3_000);
        try (SinkFixture sink = new SinkFixture();
                RedisServer replica = RedisServer.start();
                Jedis second = replica.connect();
                CuttingProxy way = new CuttingProxy(sink.server.port(), random)) {
            second.replicaof("127.0.0.1", sink.server.port());
            ModelWorker worker = sink.all(topic, "redis.address", way.address(), "sync.batch.num", "40");
            worker.until(() -> second.info("replication").contains("master_link_status:up"));
            long wanted = 200 + random.nextInt(2_000);
            worker.until(() -> worker.task.started().counters().sum(SinkCounter.RECORDS) >= wanted);
            sink.server.kill();
            way.leadTo(replica.port());
            for (int i = 0; i < 30; i++) { // it answers READONLY, which passes
                worker.turn();
                LockSupport.parkNanos(2_000_000);
            }
            second.replicaofNoOne();
            worker.until(() -> SinkFixture.isAtEnd(second, topic), 40_000);
            assertThat(SinkFixture.content(second)).isEqualTo(changes.content());
        }
    }
}
