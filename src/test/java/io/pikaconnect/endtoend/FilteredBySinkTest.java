package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.LiveWrites;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.sink.ClusterFixture;
import io.pikaconnect.sink.SinkFixture;
import io.pikaconnect.sink.TargetFixture;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As {@link FilteredWritesTest}, where the sink leaves keys out and gives others names of their own: Redis holds what the master holds
 * of the selected keys, under these names, and nothing else. In each build one of the cases, by its seed; {@code -Dseeds=5} takes all, with
 * that many seeds, {@code -Dseed} repeats one that failed, {@code -Dcluster=true} writes into a Redis Cluster.
 */
class FilteredBySinkTest {

    private static final int KEYS = 300;
    private static final int WRITES = 2_500;
    private static final int PER_SECOND = 4_000;
    private static final long FIRST = Long.getLong("seed", System.nanoTime() % 1_000_000_000);
    private static final int SEEDS = Integer.getInteger("seeds", 1);
    private static final boolean ALL = System.getProperty("seeds") != null;

    private static final Selection EVERYTHING = Selection.ALL;
    private static final Selection NAMES = Selection.of(
            List.of("hash:*", "list:?", "regex:(str|zset|set):\\d*[02468]b?", "num:1*"),
            List.of("hash:1*", "*:3"),
            List.of());
    private static final Selection TYPES = Selection.of(List.of(), List.of("*7", "zset:1*"), List.of("hash", "zset"));

    /** Where one command may move what is in one key into another, all of its type are taken or none. */
    private static final Selection WHOLE_TYPES =
            Selection.of(List.of(), List.of("hash:1*"), List.of("string", "list", "zset", "hash"));

    private static final KeyMapping ONE_FOR_ALL = KeyMapping.of(List.of("=app:"));
    private static final KeyMapping SEVERAL =
            KeyMapping.of(List.of("hash:=h{1}:", "str:2=two:", "str:=s*[", "list:=set-of-lists:", "zset:1=\\one"));

    private static final Options FLUSHED_OFTEN = new Options(40, 2_000, 50);

    /** A limited delete by pattern ends the task where names are selected. */
    private static final Options NO_DELETES = new Options(40, 0, 50);

    private static final boolean INTO_A_CLUSTER = Boolean.getBoolean("cluster");

    /** In a cluster a name has to stay in its partition. */
    private static final int PARTITIONS = INTO_A_CLUSTER ? 1 : 4;

    private static final List<Arguments> PULLED = List.of(
            Arguments.of(PikaRelease.V355, NAMES, SEVERAL, NO_DELETES),
            Arguments.of(PikaRelease.V354, NAMES, SEVERAL, FLUSHED_OFTEN),
            Arguments.of(PikaRelease.V355, EVERYTHING, ONE_FOR_ALL, FLUSHED_OFTEN),
            Arguments.of(PikaRelease.V402, TYPES, SEVERAL, FLUSHED_OFTEN.withLongDeadlines()));

    static Stream<Arguments> pulled() {
        return ALL ? PULLED.stream() : Stream.of(PULLED.get((int) (FIRST % PULLED.size())));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("pulled")
    void redisHoldsTheSelectedKeysUnderTheirNames(
            PikaRelease release, Selection selection, KeyMapping mapping, Options options) throws Exception {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            trial(release, new LiveTrial.Applied(selection, mapping, PARTITIONS), options, seed);
        }
    }

    static Stream<Arguments> pushed() {
        List<Arguments> all = List.of(
                Arguments.of(WHOLE_TYPES, SEVERAL),
                Arguments.of(EVERYTHING, SEVERAL),
                Arguments.of(EVERYTHING, ONE_FOR_ALL));
        return ALL ? all.stream() : Stream.of(all.get((int) (FIRST % all.size())));
    }

    @NeedsRsync
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("pushed")
    void andWhereCommandsOverSeveralKeysAreLogged(Selection selection, KeyMapping mapping) throws Exception {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            trial(PikaRelease.V336, new LiveTrial.Applied(selection, mapping, PARTITIONS), FLUSHED_OFTEN, seed);
        }
    }

    private static void trial(PikaRelease release, LiveTrial.Applied applied, Options options, long seed)
            throws Exception {
        String what = release + " " + applied + ", seed " + seed;
        System.out.println("filtered by the sink, " + what);
        Supplier<TargetFixture> targets = () -> INTO_A_CLUSTER ? new ClusterFixture() : new SinkFixture();
        try (FakePika pika = FakePika.start(MasterSetup.of(release));
                LiveTrial trial = new LiveTrial(pika, seed % 2 == 0, seed, EVERYTHING, applied, targets)) {
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
