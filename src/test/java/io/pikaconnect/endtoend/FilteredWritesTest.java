package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Selection;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As {@link LiveWritesTest}, with some keys selected: Redis holds what the master holds of these, and nothing else. {@code
 * -Dseeds=5} takes that many seeds, {@code -Dseed} repeats one that failed.
 */
class FilteredWritesTest {

    private static final int KEYS = 300;
    private static final int WRITES = 2_500;
    private static final int PER_SECOND = 4_000;
    private static final long FIRST = Long.getLong("seed", System.nanoTime() % 1_000_000_000);
    private static final int SEEDS = Integer.getInteger("seeds", 1);

    private static final Selection NAMES = Selection.of(
            List.of("hash:*", "list:?", "regex:(str|zset|set):\\d*[02468]b?", "num:1*"),
            List.of("hash:1*", "*:3"),
            List.of());
    private static final Selection TYPES = Selection.of(List.of(), List.of("*7", "zset:1*"), List.of("hash", "zset"));

    /** Where one command may move what is in one key into another, all of its type are taken or none. */
    private static final Selection WHOLE_TYPES =
            Selection.of(List.of(), List.of("hash:1*"), List.of("string", "list", "zset", "hash"));

    /** A limited delete by pattern ends the task where names are selected, so there is none then. */
    private static final Options NO_DELETES = new Options(40, 0, 50);

    static Stream<Arguments> pulled() {
        return Stream.of(
                Arguments.of(PikaRelease.V355, NAMES, NO_DELETES),
                Arguments.of(PikaRelease.V354, NAMES, Options.LIVELY),
                Arguments.of(
                        PikaRelease.V355, Selection.of(List.of(), List.of(), List.of("hash", "zset")), Options.LIVELY),
                Arguments.of(PikaRelease.V402, TYPES, Options.LIVELY.withLongDeadlines()));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("pulled")
    void redisHoldsWhatTheMasterHoldsOfTheSelectedKeys(PikaRelease release, Selection selection, Options options)
            throws Exception {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            trial(release, selection, options, seed);
        }
    }

    @NeedsRsync
    @Test
    void andWhereCommandsOverSeveralKeysAreLogged() throws Exception {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            trial(PikaRelease.V336, WHOLE_TYPES, Options.LIVELY, seed);
        }
    }

    private static void trial(PikaRelease release, Selection selection, Options options, long seed) throws Exception {
        String what = release + " " + selection + ", seed " + seed;
        System.out.println("filtered writes, " + what);
        try (FakePika pika = FakePika.start(MasterSetup.of(release));
                LiveTrial trial = new LiveTrial(pika, seed % 2 == 0, seed, selection)) {
            RandomWrites writes = new RandomWrites(seed, release, options);
            RandomWrites others = new RandomWrites(~seed, release, options);
            pika.execute(writes.fill(KEYS));
            try (LiveWrites live = LiveWrites.start(pika, List.of(writes, others), PER_SECOND)) {
                trial.runWithTroubleUntil(() -> live.written() >= WRITES && trial.kills() > 0);
            }
            trial.runUntilAllIsApplied();
            assertThat(trial.differences()).as(what).isEmpty();
            assertThat(trial.differencesOfReplay(new Random(seed)))
                    .as("replay of " + what)
                    .isEmpty();
        }
    }
}
