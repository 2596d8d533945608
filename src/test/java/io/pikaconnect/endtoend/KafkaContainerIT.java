package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicReader;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.tool.ConnectWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;
import redis.clients.jedis.Jedis;

/** The packaged plugin with a Kafka as it is shipped: the project's own image, in a container. */
@Testcontainers(disabledWithoutDocker = true)
class KafkaContainerIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int KEYS = 2_000;
    private static final int PER_SECOND = 400;
    private static final int SINK_TASKS = 2;
    /** That a broker with its own defaults allows (group.min.session.timeout.ms). */
    private static final String SHORTEST_SESSION = "6000";

    private static final String SOURCE = "container-source";
    private static final String SINK = "container-sink";

    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion());

    @Test
    void redisHoldsWhatTheMasterHoldsAlthoughTheWorkerWasKilledUnderWrites() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("live writes through a Kafka in a container, seed " + seed);
        RandomWrites writes = new RandomWrites(seed, PikaRelease.V355, new RandomWrites.Options(200, 300, 50));
        Path folder = Workplace.folder("container");
        ConnectWorker.Options options = ConnectWorker.Options.of(
                        KAFKA.getBootstrapServers(), "container", PluginArchive.plugins(), folder)
                .withOverrides(Map.of(
                        "session.timeout.ms", SHORTEST_SESSION, "consumer.session.timeout.ms", SHORTEST_SESSION));
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start()) {
            pika.execute(writes.fill(KEYS));
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes), PER_SECOND)) {
                try (ConnectWorker first = ConnectWorker.start(options)) {
                    first.rest().deployAndAwait(SOURCE, source(pika, folder), 1, LIMIT);
                    first.rest().deployAndAwait(SINK, sink(redis), SINK_TASKS, LIMIT);
                    awaitKeys(redis, KEYS / 2);
                    long soFar = live.written();
                    await().atMost(LIMIT).until(() -> live.written() > soFar + PER_SECOND);
                    first.kill();
                }
            }
            try (ConnectWorker second = ConnectWorker.start(options)) {
                second.rest()
                        .await(
                                "the acknowledgement of everything the master logged",
                                LIMIT,
                                List.of(SOURCE, SINK),
                                () -> pika.lastAcknowledged().equals(Optional.of(pika.end())));
                await("the same in Redis as in Pika")
                        .atMost(LIMIT)
                        .untilAsserted(() -> Pipeline.assertHolds(redis, pika));
            }
            assertThat(TopicReader.read(KAFKA.getBootstrapServers(), "container.db0")
                            .check()
                            .problems())
                    .isEmpty();
            assertThat(pika.offences()).isEmpty();
        }
    }

    private static Map<String, String> source(FakePika pika, Path folder) throws IOException {
        Map<String, String> config = ReadyConfiguration.json("pika-source");
        config.put("pika.address", "127.0.0.1:" + pika.port());
        config.put("pika.name", "container");
        config.put("topic.prefix", "container");
        config.put("snapshot.dir", folder.resolve("snapshots").toString());
        return config;
    }

    private static Map<String, String> sink(RedisServer redis) throws IOException {
        Map<String, String> config = ReadyConfiguration.json("redis-sink");
        config.put("redis.address", redis.address());
        config.put("topics", "container.db0");
        config.put("tasks.max", String.valueOf(SINK_TASKS));
        return config;
    }

    private static void awaitKeys(RedisServer redis, int count) {
        try (Jedis client = redis.connect()) {
            await(count + " keys in Redis").atMost(LIMIT).until(() -> client.dbSize() >= count);
        }
    }
}
