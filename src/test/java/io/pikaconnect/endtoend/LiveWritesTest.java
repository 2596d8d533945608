package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stand-in master under live random writes of all types, with commands over several keys, short and long deadlines and
 * flushes, from before the full sync until the end; tasks are killed at random moments. Redis holds what the master
 * holds, and so does another one that replays the topic when the short deadlines have long passed.
 */
class LiveWritesTest {

    private static final int SEEDS = 10;
    private static final int SEEDS_OF_OTHERS = 5;
    private static final int KEYS = 300;
    private static final int WRITES = 5_000;
    private static final int PER_SECOND = 4_000;
    private static final long FIRST = Long.getLong("seed", System.nanoTime() % 1_000_000_000);

    static Stream<Arguments> trials() {
        return seeds(SEEDS).boxed().flatMap(seed -> Stream.of(Arguments.of(seed, true), Arguments.of(seed, false)));
    }

    static Stream<Arguments> releases() {
        return Stream.of(PikaRelease.V320, PikaRelease.V336, PikaRelease.V340, PikaRelease.V350, PikaRelease.V354)
                .flatMap(release -> seeds(SEEDS_OF_OTHERS).mapToObj(seed -> Arguments.of(release, seed)));
    }

    private static LongStream seeds(int count) {
        return LongStream.range(FIRST, FIRST + Math.min(count, Integer.getInteger("seeds", count)));
    }

    @ParameterizedTest(name = "seed {0}, exactly-once {1}")
    @MethodSource("trials")
    @Timeout(180)
    void redisHoldsWhatTheMasterHolds(long seed, boolean exactlyOnce) throws Exception {
        trial(PikaRelease.V355, seed, exactlyOnce);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("releases")
    @Timeout(180)
    void redisHoldsWhatAMasterOfAnotherReleaseHolds(PikaRelease release, long seed) throws Exception {
        trial(release, seed, seed % 2 == 0);
    }

    private static void trial(PikaRelease release, long seed, boolean exactlyOnce) throws Exception {
        System.out.println("live writes, " + release + ", seed " + seed + ", exactly-once " + exactlyOnce);
        try (FakePika pika = FakePika.start(MasterSetup.of(release));
                LiveTrial trial = new LiveTrial(pika, exactlyOnce, seed)) {
            // Of every other trial the first half is an hour old: Redis gets it as a topic that is replayed later.
            pika.clockOffset(Duration.ofHours(seed % 2 == 0 ? 0 : -1));
            RandomWrites writes = new RandomWrites(seed, release, Options.LIVELY);
            RandomWrites others = new RandomWrites(~seed, release, Options.LIVELY);
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
            assertThat(trial.differences()).isEmpty();
            assertThat(trial.differencesOfReplay(new Random(seed))).isEmpty();
            assertThat(pika.offences()).isEmpty();
        }
    }
}
