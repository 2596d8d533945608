package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicContent;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A topic that holds several full syncs. */
class EpochsIT {

    private static final int KEYS = 500;
    private static final int FEW_KEYS = 50;

    @Test
    void aSinkThatMayAskKafkaRebuildsFromTheNewestCompleteEpoch() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                Pipeline pipeline = new Pipeline("epochs", true, pika)) {
            pika.execute(keys("old", KEYS));
            pipeline.deploySource();
            pipeline.awaitRecords(KEYS);
            pika.execute(Command.of("FLUSHALL"));
            pika.execute(keys("new", FEW_KEYS));
            pipeline.awaitAllApplied(List.of());
            long records = pipeline.records();
            pipeline.beginNewEpoch();
            pipeline.awaitRecords(records + FEW_KEYS);
            pika.execute(keys("newer", FEW_KEYS));
            TopicContent topic = pipeline.awaitAllApplied(List.of());
            assertThat(topic.check().epochs()).hasSize(2);

            String asking = pipeline.deploySinkThatAsksKafka(redis);
            // The first epoch is so young that this one is caught up with it, and would protect the target.
            String reading = pipeline.deploySink(second, Map.of("on.new.epoch", "clear"));
            pipeline.awaitAllApplied(List.of(asking, reading));
            Pipeline.assertHolds(redis, pika);
            Pipeline.assertHolds(second, pika);
            try (WorkerJmx jmx = pipeline.jmx()) {
                List<Long> epochs = topic.check().epochs();
                assertThat(records(jmx, asking)).isEqualTo(changes(topic, epochs.get(1)));
                assertThat(records(jmx, reading))
                        .isEqualTo(changes(topic, epochs.get(0)) + changes(topic, epochs.get(1)));
            }
        }
    }

    @Test
    void aTopicThatLosesItsHeadIsToldOfBeforeItDoes() throws Exception {
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("retention", true, pika)) {
            SharedKafka.kafka()
                    .createTopic("weekly.db0", 4, Map.of("retention.ms", "604800000", "cleanup.policy", "compact"));
            assertThat(pipeline.validateSink(redis, "weekly.db0").get("topics"))
                    .hasSize(2)
                    .anySatisfy(problem -> assertThat(problem).contains("cleanup.policy=compact"))
                    .anySatisfy(problem -> assertThat(problem)
                            .contains("retention.ms=604800000")
                            .contains("set both to -1"));
            assertThat(pipeline.validateSink(redis, "missing.db0").get("topics"))
                    .singleElement()
                    .asString()
                    .contains("missing.db0 does not exist");
            assertThat(pipeline.validateSource("weekly", Map.of()).get("topic.prefix"))
                    .hasSize(2);
            assertThat(pipeline.validateSource(
                                    "weekly", Map.of("topic.partitions", "8", "topic.creation.default.partitions", "8"))
                            .get("topic.partitions"))
                    .singleElement()
                    .asString()
                    .contains("has 4 partitions, but topic.partitions is 8");
            SharedKafka.kafka()
                    .createTopic(
                            "strict.db0",
                            4,
                            Map.of(
                                    "retention.ms",
                                    "-1",
                                    "min.insync.replicas",
                                    "2",
                                    "message.timestamp.before.max.ms",
                                    "3600000",
                                    "unclean.leader.election.enable",
                                    "true",
                                    "max.message.bytes",
                                    "500000"));
            Map<String, List<String>> strict = pipeline.validateSource("strict", Map.of());
            assertThat(strict).containsOnlyKeys("topic.prefix", "record.max.bytes");
            assertThat(strict.get("record.max.bytes").get(0)).contains("max.message.bytes=500000");
            assertThat(strict.get("topic.prefix"))
                    .hasSize(3)
                    .anySatisfy(problem -> assertThat(problem).contains("min.insync.replicas=2, but only 1"))
                    .anySatisfy(problem -> assertThat(problem).contains("message.timestamp.before.max.ms=3600000"))
                    .anySatisfy(problem -> assertThat(problem).contains("unclean.leader.election.enable=true"));
            assertThat(pipeline.validateSource("fresh", Map.of())).isEmpty();
            assertThat(pipeline.validateSource("fresh", Map.of("kafka.bootstrap.servers", "127.0.0.1:1"))
                            .get("kafka.bootstrap.servers"))
                    .singleElement()
                    .asString()
                    .contains("could not be checked");
        }
    }

    private static long records(WorkerJmx jmx, String sink) throws Exception {
        long records = 0;
        for (String name : jmx.beans().names("pika.connect:type=sink,connector=" + sink + ",*")) {
            records += (Long) jmx.beans().attributes(name).get("records");
        }
        return records;
    }

    /** Records of an epoch that are applied, barriers apart. */
    private static long changes(TopicContent topic, long epoch) {
        return topic.partitions().values().stream()
                .flatMap(List::stream)
                .filter(entry -> entry.barrier().isEmpty())
                .map(entry -> entry.change().orElseThrow())
                .filter(change -> change.epoch() == epoch && !change.isTick())
                .count();
    }

    private static List<Command> keys(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Command.of("SET", prefix + ":" + i, "value " + i))
                .toList();
    }
}
