package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * Two dbs of a master go through a topic each and one sink connector into the Redis dbs of the same numbers. Their records
 * are structs, which converters of the worker write and read.
 */
class SeveralDbsIT {

    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final Map<String, String> WRITTEN = Map.of("record.format", "struct", "value.converter", JSON);
    private static final Map<String, String> READ = Map.of(
            "value.converter", "io.pikaconnect.struct.RawOrStructConverter", "value.converter.struct.converter", JSON);

    @Test
    void eachReachesTheRedisDbOfItsNumber() throws Exception {
        Path recorded = Recording.folder("3.5.5");
        Recording all = Recording.load(recorded);
        Recording dumpOnly = all.withItems(List.of());
        Map<String, Recording> played = Map.of("db0", all, "db1", dumpOnly, "db2", dumpOnly);
        try (RecordedMaster master = RecordedMaster.start(played, MasterSetup.REAL.withDatabases("db0", "db1", "db2"));
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("several", true, master, List.of("db0", "db2"))) {
            pipeline.deploySource(WRITTEN);
            pipeline.deploySink(redis, READ);
            pipeline.awaitRecords(500);
            pipeline.killWorker();
            pipeline.awaitHolds(redis, 0, recorded.resolve("expected-after-binlog.jsonl"));
            pipeline.awaitHolds(redis, 2, recorded.resolve("expected-after-full-sync.jsonl"));
            try (Jedis client = redis.connect()) {
                client.select(1);
                assertThat(client.dbSize())
                        .as("keys of the db that nobody named")
                        .isZero();
            }
            assertThat(pipeline.topic().check().problems()).isEmpty();
            assertThat(master.offences()).isEmpty();
        }
    }
}
