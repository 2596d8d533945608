package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.pika.PikaRelease;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stand-in master under live random writes of all types, with short and long deadlines and flushes, from before the
 * full sync until the end; tasks are killed at random moments. Redis holds what the master holds, and so does another
 * one that replays the topic when the short deadlines have passed.
 */
class LiveWritesTest {

    private static final int SEEDS = 10;
    private static final int WRITES = 6_000;
    private static final int PER_SECOND = 3_000;

    static Stream<Arguments> trials() {
        long first = Long.getLong("seed", System.nanoTime() % 1_000_000_000);
        int seeds = Integer.getInteger("seeds", SEEDS);
        return IntStream.range(0, seeds)
                .boxed()
                .flatMap(i -> Stream.of(Arguments.of(first + i, true), Arguments.of(first + i, false)));
    }

    @ParameterizedTest(name = "seed {0}, exactly-once {1}")
    @MethodSource("trials")
    @Timeout(120)
    void redisHoldsWhatTheMasterHolds(long seed, boolean exactlyOnce) throws Exception {
        System.out.println("live writes, seed " + seed + ", exactly-once " + exactlyOnce);
        try (FakePika pika = FakePika.start(MasterSetup.REAL);
                LiveTrial trial = new LiveTrial(pika, exactlyOnce, seed)) {
            RandomWrites writes = new RandomWrites(seed, PikaRelease.V355, RandomWrites.Options.LIVELY);
            RandomWrites others = new RandomWrites(~seed, PikaRelease.V355, RandomWrites.Options.LIVELY);
            pika.execute(writes.fill(300));
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes, others), PER_SECOND)) {
                trial.runWithTroubleUntil(() -> live.written() >= WRITES);
            }
            trial.runUntilAllIsApplied();
            assertThat(trial.differences()).isEmpty();
            assertThat(trial.differencesOfReplay(new Random(seed))).isEmpty();
            assertThat(pika.offences()).isEmpty();
        }
    }
}
