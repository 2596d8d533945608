package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stand-in master under live random writes of all types, with commands over several keys, short and long deadlines and
 * flushes, from before the full sync until the end; tasks are killed at random moments. Redis holds what the master
 * holds, and so does another one that replays the topic when the short deadlines have long passed.
 */
class LiveWritesTest {

    private static final int SEEDS = 10;
    private static final int SEEDS_OF_OTHERS = 5;
    private static final int AT_A_TIME = 5;
    private static final int KEYS = 300;
    private static final int WRITES = 5_000;
    private static final int PER_SECOND = 4_000;
    private static final long FIRST = Long.getLong("seed", System.nanoTime() % 1_000_000_000);

    private static LongStream seeds(int count) {
        return LongStream.range(FIRST, FIRST + Math.min(count, Integer.getInteger("seeds", count)));
    }

    @ParameterizedTest(name = "exactly-once {0}")
    @ValueSource(booleans = {true, false})
    void redisHoldsWhatTheMasterHolds(boolean exactlyOnce) throws Exception {
        together(seeds(SEEDS), seed -> trial(PikaRelease.V355, seed, exactlyOnce));
    }

    @ParameterizedTest
    @EnumSource(
            value = PikaRelease.class,
            names = {"V350", "V354", "V401"})
    void redisHoldsWhatAMasterOfAnotherReleaseHolds(PikaRelease release) throws Exception {
        together(seeds(SEEDS_OF_OTHERS), seed -> trial(release, seed, seed % 2 == 0));
    }

    @NeedsRsync
    @ParameterizedTest
    @EnumSource(
            value = PikaRelease.class,
            names = {"V320", "V336", "V340"})
    void redisHoldsWhatAMasterThatPushesItsDumpHolds(PikaRelease release) throws Exception {
        together(seeds(SEEDS_OF_OTHERS), seed -> trial(release, seed, seed % 2 == 0));
    }

    private interface Trial {
        void run(long seed) throws Exception;
    }

    /** A few trials at a time: most of one is waiting, for connections to be made again. */
    private static void together(LongStream seeds, Trial trial) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<Object>> running = new ArrayList<>();
            seeds.forEach(seed -> running.add(threads.submit(() -> {
                trial.run(seed);
                return null;
            })));
            for (Future<Object> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    /** The items of 4.0.1 tell their second, its deadlines end within one: which was first cannot be known. */
    private static Options options(PikaRelease release) {
        Options lively = Options.LIVELY;
        return release.keepsMillis() ? new Options(lively.names(), lively.flushes(), 0) : lively;
    }

    private static void trial(PikaRelease release, long seed, boolean exactlyOnce) throws Exception {
        System.out.println("live writes, " + release + ", seed " + seed + ", exactly-once " + exactlyOnce);
        try (FakePika pika = FakePika.start(MasterSetup.of(release));
                LiveTrial trial = new LiveTrial(pika, exactlyOnce, seed)) {
            // Of every other trial the first half is an hour old: Redis gets it as a topic that is replayed later.
            pika.clockOffset(Duration.ofHours(seed % 2 == 0 ? 0 : -1));
            RandomWrites writes = new RandomWrites(seed, release, options(release));
            RandomWrites others = new RandomWrites(~seed, release, options(release));
            pika.execute(writes.fill(KEYS));
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes, others), PER_SECOND)) {
                trial.runWithTroubleUntil(() -> {
                    if (live.written() > WRITES / 2) {
                        pika.clockOffset(Duration.ZERO);
                    }
                    return live.written() >= WRITES && trial.kills() > 2;
                });
            }
            trial.runUntilAllIsApplied();
            String what = release + ", seed " + seed + ", exactly-once " + exactlyOnce;
            assertThat(trial.differences()).as(what).isEmpty();
            assertThat(trial.differencesOfReplay(new Random(seed)))
                    .as("replay of " + what)
                    .isEmpty();
            assertThat(pika.offences()).isEmpty();
        }
    }
}
