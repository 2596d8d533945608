package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What Connect answers to configurations, by REST. */
class ValidationIT {

    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final int KEYS = 50;
    private static final String NOBODY = "127.0.0.1:1";

    @Test
    void everyErrorStandsAtItsOwnSetting() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("mistaken", true, pika)) {
            assertThat(pipeline.validateSource(
                            "mistaken",
                            Map.of(
                                    "value.converter", JSON,
                                    "pika.pasword", "x",
                                    "errors.tolerance", "all",
                                    "topic.creation.default.retention.ms", "604800000",
                                    "producer.override.acks", "1")))
                    .containsOnlyKeys(
                            "value.converter",
                            "pika.pasword",
                            "errors.tolerance",
                            "topic.creation.default.retention.ms",
                            "producer.override.acks");
            assertThat(pipeline.validateSink(
                            redis,
                            "mistaken.db0",
                            Map.of(
                                    "key.converter", JSON,
                                    "header.converter", JSON,
                                    "redis.pasword", "x",
                                    "errors.tolerance", "all",
                                    "consumer.override.auto.offset.reset", "latest")))
                    .containsOnlyKeys(
                            "key.converter",
                            "header.converter",
                            "redis.pasword",
                            "errors.tolerance",
                            "consumer.override.auto.offset.reset");
        }
    }

    @Test
    void anotherWorkerKnowsByKafkaThatAConnectorHasRun() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("hasrun", true, pika);
                Pipeline other = new Pipeline("hasrun-other", true, pika)) {
            pika.execute(keys("dump"));
            pipeline.deploySource();
            pipeline.awaitRecords(KEYS);
            pika.execute(keys("binlog"));
            String sink = pipeline.deploySink(redis);
            pipeline.awaitAllApplied(List.of(sink));
            redis.kill();

            // The other worker is one of another group, and its sources would be other writers of the topic.
            Map<String, String> source =
                    Map.of("name", "hasrun-source", "pika.address", NOBODY, "topic.takeover", "hasrun-source@hasrun");
            assertThat(other.validateSource("hasrun", source)).isEmpty();
            assertThat(other.validateSource("nothing", source)).containsOnlyKeys("pika.address");
            Awaitility.await("offsets of the sink in Kafka")
                    .atMost(Duration.ofSeconds(120))
                    .untilAsserted(() -> assertThat(other.validateSink(redis, "hasrun.db0", Map.of("name", sink)))
                            .isEmpty());
            assertThat(other.validateSink(redis, "hasrun.db0", Map.of("name", "another-sink")))
                    .containsOnlyKeys("redis.address");
            assertThat(other.validateSink(
                            redis,
                            "hasrun.db0",
                            Map.of("name", "another-sink", "validate.connect", "false", "kafka.bootstrap.servers", "")))
                    .isEmpty();
        }
    }

    private static List<Command> keys(String prefix) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> Command.of("SET", prefix + ":" + i, "value"))
                .toList();
    }
}
