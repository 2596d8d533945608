package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.sink.SinkFixture;
import io.pikaconnect.sink.TargetFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stand-in master under live random writes of all types, with commands over several keys, short and long deadlines and
 * flushes, from before the full sync until the end; tasks are killed at random moments. Redis holds what the master
 * holds, and so does another one that replays the topic when the short deadlines have long passed.
 *
 * <p>Which releases have their turn, beside 3.5.5, depends on the seed. {@code -Dreleases=all} takes them all, {@code
 * -Dreleases=4.0.2,4.0.4} these; {@code -Dseed} repeats one that failed.
 */
class LiveWritesTest {

    private static final int SEEDS = 10;
    private static final int SEEDS_OF_OTHERS = 5;
    /** How many other releases have their turn where not all are wanted. */
    private static final int PULLED_AT_ONCE = 3;

    private static final int PUSHING_AT_ONCE = 1;
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

    static Stream<Arguments> othersThatArePulled() {
        return others(PikaRelease::isPulled, PULLED_AT_ONCE);
    }

    @ParameterizedTest(name = "{0}, exactly-once {1}")
    @MethodSource("othersThatArePulled")
    void redisHoldsWhatAMasterOfAnotherReleaseHolds(PikaRelease release, boolean exactlyOnce) throws Exception {
        together(seeds(SEEDS_OF_OTHERS), seed -> trial(release, seed, exactlyOnce));
    }

    static Stream<Arguments> othersThatPush() {
        return others(release -> !release.isPulled(), PUSHING_AT_ONCE);
    }

    @NeedsRsync
    @ParameterizedTest(name = "{0}, exactly-once {1}")
    @MethodSource("othersThatPush")
    void redisHoldsWhatAMasterThatPushesItsDumpHolds(PikaRelease release, boolean exactlyOnce) throws Exception {
        together(seeds(SEEDS_OF_OTHERS), seed -> trial(release, seed, exactlyOnce));
    }

    /**
     * All of them, or some, each with exactly-once and without; or a share that is another one with each seed, one way
     * each.
     */
    private static Stream<Arguments> others(Predicate<PikaRelease> kind, int share) {
        String wanted = System.getProperty("releases", "");
        List<PikaRelease> all = Stream.of(PikaRelease.values())
                .filter(release -> release != PikaRelease.V355 && kind.test(release))
                .toList();
        if (!wanted.isEmpty()) {
            return all.stream()
                    .filter(release ->
                            wanted.equals("all") || List.of(wanted.split(",")).contains(release.number()))
                    .flatMap(release -> Stream.of(true, false).map(once -> Arguments.of(release, once)));
        }
        return IntStream.range(0, share)
                .mapToObj(i -> Arguments.of(all.get((int) ((FIRST + i) % all.size())), i % 2 == 0));
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
        return release.keepsMillis() ? lively.withLongDeadlines() : lively;
    }

    /** Whether 4.0.3 and 4.0.4 call themselves so, or 4.0.2, is not known; a password changes the replication port of 4.0.4. */
    private static MasterSetup setup(PikaRelease release, long seed) {
        MasterSetup setup = MasterSetup.of(release);
        if (release.isNew() && seed % 3 == 0) {
            setup = setup.withPassword("secret");
        }
        return release.hasOneType() && release.isNew() && seed % 2 != 0 ? setup.reporting("4.0.2") : setup;
    }

    private static void trial(PikaRelease release, long seed, boolean exactlyOnce) throws Exception {
        System.out.println("live writes, " + release + ", seed " + seed + ", exactly-once " + exactlyOnce);
        trial(release, seed, exactlyOnce, SinkFixture::new, KEYS, WRITES);
    }

    /**
     * One trial.
     *
     * @param targets starts what is written to, see {@link LiveTrial}
     */
    static void trial(
            PikaRelease release, long seed, boolean exactlyOnce, Supplier<TargetFixture> targets, int keys, int least)
            throws Exception {
        try (FakePika pika = FakePika.start(setup(release, seed));
                LiveTrial trial = new LiveTrial(pika, exactlyOnce, seed, targets)) {
            // Of every other trial the first half is an hour old: Redis gets it as a topic that is replayed later.
            pika.clockOffset(Duration.ofHours(seed % 2 == 0 ? 0 : -1));
            RandomWrites writes = new RandomWrites(seed, release, options(release));
            RandomWrites others = new RandomWrites(~seed, release, options(release));
            if (release.isNew() && seed % 2 == 0) {
                pika.unreleased().hsetOfSeveralPairs();
                writes.withSeveralPairs();
            }
            pika.execute(writes.fill(keys));
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes, others), PER_SECOND)) {
                trial.runWithTroubleUntil(() -> {
                    if (live.written() > least / 2) {
                        pika.clockOffset(Duration.ZERO);
                    }
                    return live.written() >= least && trial.kills() > 2;
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
