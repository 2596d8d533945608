package io.pikaconnect.endtoend;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker that is killed, and connectors that are restarted, in the snapshot and in the binlog lose, double and change
 * nothing. Both cases wait most of the time, for what Kafka does about a worker that is gone.
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledWorkersIT {

    /** Slow enough to be caught in the snapshot's 1,500 records and the binlog's 4,000 several times. */
    private static final int SLOW = 60_000;

    private static final int ALL = Integer.MAX_VALUE;
    private static final String AFTER_FULL_SYNC = "expected-after-full-sync.jsonl";
    private static final String AFTER_BINLOG = "expected-after-binlog.jsonl";

    @ParameterizedTest(name = "exactly-once {0}")
    @ValueSource(booleans = {true, false})
    void survivesKillsAndRestartsInSnapshotAndBinlog(boolean exactlyOnce) throws Exception {
        Path recorded = Recording.folder("3.5.5");
        try (RecordedMaster master = RecordedMaster.start(Recording.load(recorded));
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                Pipeline pipeline = new Pipeline("killed-" + exactlyOnce, exactlyOnce, master)) {
            master.writeUpTo(0);
            pipeline.limitSource(Optional.of(SLOW));
            pipeline.deploySource();
            String sink = pipeline.deploySink(redis);

            pipeline.awaitRecords(200);
            pipeline.killWorker();
            pipeline.awaitRecords(500);
            pipeline.restartSource();
            pipeline.awaitKeys(redis, 400);
            pipeline.restart(sink);
            pipeline.awaitKeys(redis, 900);
            pipeline.killWorker();
            pipeline.awaitHolds(redis, recorded.resolve(AFTER_FULL_SYNC));
            Pipeline.assertSound(pipeline.topic(), exactlyOnce);

            long snapshot = pipeline.records();
            master.writeUpTo(2000);
            pipeline.awaitRecords(snapshot + 500);
            pipeline.restartSource();
            pipeline.restart(sink);
            pipeline.awaitRecords(snapshot + 1000);
            pipeline.killWorker();
            master.writeUpTo(ALL);
            pipeline.awaitRecords(snapshot + 2500);
            pipeline.killWorker();
            pipeline.limitSource(Optional.empty());
            Pipeline.assertSound(pipeline.awaitAllApplied(List.of(sink)), exactlyOnce);
            Pipeline.assertHolds(redis, recorded.resolve(AFTER_BINLOG));

            String replay = pipeline.deploySink(second, Optional.of(SLOW));
            pipeline.awaitKeys(second, 300);
            pipeline.killWorker();
            pipeline.hurrySink(replay);
            pipeline.awaitAllApplied(List.of(sink, replay));
            Pipeline.assertHolds(second, recorded.resolve(AFTER_BINLOG));
            Pipeline.assertHolds(redis, recorded.resolve(AFTER_BINLOG));
        }
    }
}
