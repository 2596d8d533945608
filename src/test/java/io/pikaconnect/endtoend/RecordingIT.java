package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.metrics.MBeans;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real masters sent goes through Kafka into Redis, and nothing is lost, doubled or changed on the way. */
class RecordingIT {

    private static final int ALL = Integer.MAX_VALUE;
    private static final String AFTER_FULL_SYNC = "expected-after-full-sync.jsonl";
    private static final String AFTER_BINLOG = "expected-after-binlog.jsonl";

    @ParameterizedTest(name = "exactly-once {0}")
    @ValueSource(booleans = {true, false})
    void reachesRedisAndReplaysIntoAnEmptyOne(boolean exactlyOnce) throws Exception {
        Path recorded = Recording.folder("3.5.5");
        try (RecordedMaster master = RecordedMaster.start(Recording.load(recorded));
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                Pipeline pipeline = new Pipeline("straight-" + exactlyOnce, exactlyOnce, master)) {
            master.writeUpTo(0);
            pipeline.deploySource();
            String sink = pipeline.deploySink(redis);
            pipeline.awaitHolds(redis, recorded.resolve(AFTER_FULL_SYNC));
            Pipeline.assertSound(pipeline.topic(), true);

            master.writeUpTo(ALL);
            Pipeline.assertSound(pipeline.awaitAllApplied(List.of(sink)), true);
            Pipeline.assertHolds(redis, recorded.resolve(AFTER_BINLOG));

            String replay = pipeline.deploySink(second);
            pipeline.awaitAllApplied(List.of(replay));
            Pipeline.assertHolds(second, recorded.resolve(AFTER_BINLOG));
            Pipeline.assertHolds(redis, recorded.resolve(AFTER_BINLOG));

            try (WorkerJmx jmx = pipeline.jmx()) {
                assertShows(jmx.beans(), pipeline, master, List.of(sink, replay));
                pipeline.delete(replay, jmx.beans());
            }
            assertThat(pipeline.failingSink(redis).lines().filter(line -> line.startsWith("Caused by: ")))
                    .first()
                    .asString()
                    .contains("belongs to topic straight-" + exactlyOnce + ".db0 of connector " + sink)
                    .contains(redis.address())
                    .contains("set ledger.takeover=" + sink);
        }
    }

    /** The same by JMX and as metrics of the plugin, of each task. */
    private static void assertShows(MBeans beans, Pipeline pipeline, RecordedMaster master, List<String> sinks) {
        Map<String, Object> plugin =
                beans.attributes("kafka.connect:type=plugins,connector=" + pipeline.source() + ",task=0");
        Map<String, Object> source =
                beans.attributes(beans.names("pika.connect:type=source,connector=" + pipeline.source() + ",*")
                        .iterator()
                        .next());
        for (Map<String, Object> shown : List.of(source, plugin)) {
            assertThat(shown)
                    .containsEntry("phase", "binlog")
                    .containsEntry("position", master.end().toString())
                    .containsEntry("master-position", master.end().toString())
                    .containsEntry("lag-bytes", 0L);
        }
        for (String sink : sinks) {
            long records = 0;
            for (int task = 0; task < 2; task++) {
                String tags = "connector=" + sink + ",task=" + task;
                Map<String, Object> shown = beans.attributes("pika.connect:type=sink," + tags);
                assertThat(shown).containsEntry("partitions", 2L).containsEntry("after-hole", 0L);
                assertThat(beans.attributes("kafka.connect:type=plugins," + tags))
                        .containsEntry("records", shown.get("records"));
                assertThat(beans.names("pika.connect:type=sink-partition," + tags + ",*"))
                        .hasSize(2);
                records += (Long) shown.get("records");
            }
            assertThat(records).as("records of " + sink).isGreaterThan(4_000);
        }
    }
}
