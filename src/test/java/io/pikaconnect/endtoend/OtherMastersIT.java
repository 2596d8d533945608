package io.pikaconnect.endtoend;

import io.pikaconnect.content.Content;
import io.pikaconnect.content.ExpectedContent;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.pika.PikaRelease;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What masters of other releases sent goes through Kafka into Redis as they held it, although the worker is killed once. */
class OtherMastersIT {

    /** Slow enough to be caught in the binlog's 4,000 records. */
    private static final int SLOW = 60_000;

    private static final int ALL = Integer.MAX_VALUE;
    private static final String AFTER_FULL_SYNC = "expected-after-full-sync.jsonl";
    private static final String AFTER_BINLOG = "expected-after-binlog.jsonl";

    @NeedsRsync
    @ParameterizedTest(name = "{0}")
    @CsvSource({"3.2.0, V320", "3.3.6, V336", "3.3.6-spop, V336"})
    void mastersThatPushTheirDumpComeOutTheSame(String folder, PikaRelease release) throws Exception {
        assertComesOutTheSame(folder, release, Optional.empty());
    }

    /** The one key that differs, a NUL in its name, is lost by a 4.0 master itself (storage-format 6.1). */
    @Test
    void aMasterOf40ComesOutTheSame() throws Exception {
        assertComesOutTheSame("4.0.1", PikaRelease.V401, Optional.of("k:str:0\\x00\\xff\\x0d\\x0a"));
    }

    private static void assertComesOutTheSame(String folder, PikaRelease release, Optional<String> lost)
            throws Exception {
        Path recorded = Recording.folder(folder);
        Content held = ExpectedContent.read(recorded.resolve(AFTER_BINLOG));
        MasterSetup setup = MasterSetup.of(release);
        try (RecordedMaster master = RecordedMaster.start(Recording.load(recorded), setup);
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                Pipeline pipeline = new Pipeline("recorded-" + folder, true, master)) {
            master.writeUpTo(0);
            pipeline.deploySource();
            String sink = pipeline.deploySink(redis);
            pipeline.awaitHolds(redis, recorded.resolve(AFTER_FULL_SYNC));

            pipeline.limitSource(Optional.of(SLOW));
            long snapshot = pipeline.records();
            master.writeUpTo(ALL);
            pipeline.awaitRecords(snapshot + 500);
            pipeline.killWorker();
            pipeline.limitSource(Optional.empty());
            Pipeline.assertSound(pipeline.awaitAllApplied(List.of(sink)), true);
            Pipeline.assertHolds(redis, held, lost);

            String replay = pipeline.deploySink(second);
            pipeline.awaitAllApplied(List.of(replay));
            Pipeline.assertHolds(second, held, lost);
        }
    }
}
