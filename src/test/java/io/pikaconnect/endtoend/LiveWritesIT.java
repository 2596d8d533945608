package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicContent;
import io.pikaconnect.demo.pika.PikaRelease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master that is written to all the time goes through real workers into Redis, while they are killed. */
class LiveWritesIT {

    /** Slow enough for the snapshot to be caught in the middle. */
    private static final int SLOW = 100_000;

    private static final int KEYS = 3_000;
    private static final int PER_SECOND = 400;

    @ParameterizedTest(name = "exactly-once {0}")
    @ValueSource(booleans = {true, false})
    void redisHoldsWhatTheMasterHoldsAndSoDoesAReplay(boolean exactlyOnce) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("live writes through real workers, seed " + seed + ", exactly-once " + exactlyOnce);
        Random random = new Random(seed);
        RandomWrites writes = new RandomWrites(seed, PikaRelease.V355, new Options(200, 300, 50));
        RandomWrites others = new RandomWrites(~seed, PikaRelease.V355, new Options(200, 300, 50));
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                Pipeline pipeline = new Pipeline("live-" + exactlyOnce, exactlyOnce, pika)) {
            pika.execute(writes.fill(KEYS));
            String sink;
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes, others), PER_SECOND)) {
                pipeline.limitSource(Optional.of(SLOW));
                pipeline.deploySource();
                sink = pipeline.deploySink(redis);
                pipeline.awaitRecords(200 + random.nextInt(1_000));
                pipeline.killWorker();
                pipeline.awaitRecords(1_500 + random.nextInt(500));
                pipeline.restartSource();
                pipeline.limitSource(Optional.empty());
                pipeline.awaitRecords(KEYS + random.nextInt(1_000));
                pipeline.killWorker();
                pipeline.awaitRecords(KEYS + 2_000);
                pipeline.restart(sink);
                long soFar = live.written();
                await().atMost(Duration.ofMinutes(1)).until(() -> live.written() > soFar + 1_000);
            }
            TopicContent topic = pipeline.awaitAllApplied(List.of(sink));
            assertThat(topic.check().problems()).isEmpty();
            Pipeline.assertHolds(redis, pika);

            String replay = pipeline.deploySink(second);
            pipeline.awaitAllApplied(List.of(replay));
            Pipeline.assertHolds(second, pika);
            Pipeline.assertHolds(redis, pika);
            assertThat(pika.offences()).isEmpty();
        }
    }
}
