package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.pika.PikaRelease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ready configuration, exactly-once on, paused, stopped and reset over REST while the master is written to. */
class PausedSourceIT {

    private static final int KEYS = 1_000;
    private static final int PER_SECOND = 200;

    /** Kafka's default is a minute; what a pause must not leave open ends after this long here. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);

    /** Kafka looks for transactions that are over every 10 s. */
    private static final Duration PAUSE = TRANSACTION_TIMEOUT.plusSeconds(12);

    @Test
    void goesOnWithoutADifferenceHoweverLongItWasPausedOrStoppedAndAnewOnceItIsReset() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("paused, stopped and reset under writes, seed " + seed);
        RandomWrites writes = new RandomWrites(seed, PikaRelease.V355, new Options(200, 300, 50));
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                RedisServer redis = RedisServer.start();
                Pipeline pipeline = new Pipeline("paused", true, pika)) {
            pika.execute(writes.fill(KEYS));
            String sink;
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes), PER_SECOND)) {
                pipeline.deploySource(Map.of(
                        "producer.override.transaction.timeout.ms", String.valueOf(TRANSACTION_TIMEOUT.toMillis())));
                sink = pipeline.deploySink(redis, Map.of("on.new.epoch", "clear"));
                pipeline.awaitRecords(KEYS + 300);

                pipeline.pauseSource();
                long before = live.written();
                await().atMost(PAUSE.multipliedBy(3))
                        .until(() -> live.written() > before + PER_SECOND * PAUSE.toSeconds());
                pipeline.resumeSource();
                pipeline.awaitRecords(pipeline.records() + 500);

                pipeline.stopSource();
                pipeline.resumeSource();
                pipeline.awaitRecords(pipeline.records() + 500);
            }
            assertThat(pipeline.awaitAllApplied(List.of(sink)).check().problems())
                    .isEmpty();
            Pipeline.assertHolds(redis, pika);

            pipeline.stopSource();
            String epoch = pipeline.sourceOffset().get("epoch");
            pipeline.resetSource();
            assertThat(pipeline.sourceOffset()).isEmpty();
            pika.execute(writes.next());
            pipeline.resumeSource();
            pipeline.awaitSnapshotsEndAfter(epoch);
            pika.execute(
                    writes.fill(KEYS)); // the new dump has everything from before, so nothing of that is acknowledged
            assertThat(pipeline.awaitAllApplied(List.of(sink)).check().epochs()).hasSize(2);
            Pipeline.assertHolds(redis, pika);
            assertThat(pika.offences()).isEmpty();
        }
    }
}
