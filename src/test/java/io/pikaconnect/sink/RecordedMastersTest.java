package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.ExpectedContent;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.source.Written;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real masters logged, written by the source for four partitions and applied by two tasks under rebalances and
 * crashes, makes Redis what they held.
 */
class RecordedMastersTest {

    private static final int PARTITIONS = 4;

    /**
     * What was recorded.
     *
     * @param lost the one key that a 4.0 master itself loses: a NUL in a name (storage-format 6.1)
     */
    private record Case(String folder, String version, int spops, String lost) {

        @Override
        public String toString() {
            return folder + " as " + version;
        }
    }

    private static final String LOST = "k:str:0\\x00\\xff\\x0d\\x0a";

    private static final List<Case> CASES = List.of(
            new Case("3.2.0", "3.2.0", 0, ""),
            new Case("3.3.6", "3.3.6", 0, ""),
            new Case("3.3.6-spop", "3.3.6", 46, ""),
            new Case("3.5.5", "3.5.5", 0, ""),
            new Case("4.0.1", "4.0.0", 0, LOST),
            new Case("4.0.1", "4.0.1", 0, LOST));

    static List<Case> all() {
        return CASES;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void redisEndsUpWithWhatTheMasterHeld(Case recorded) throws Exception {
        try (SinkFixture sink = new SinkFixture()) {
            applied(recorded, sink, Formats.INITIAL);
        }
    }

    /** One that depends on the seed, or all with {@code -Dall.recordings=true}. */
    static List<Case> some() {
        int one = Math.floorMod(Long.getLong("seed", System.nanoTime()), CASES.size());
        return Boolean.getBoolean("all.recordings") ? CASES : CASES.subList(one, one + 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("some")
    void redisEndsUpWithItWhereSomeRecordsAreStructs(Case recorded) throws Exception {
        try (SinkFixture sink = new SinkFixture()) {
            applied(recorded, sink, Formats.both(new Random()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("some")
    void aClusterEndsUpWithWhatTheMasterHeld(Case recorded) throws Exception {
        try (ClusterFixture sink = new ClusterFixture()) {
            applied(recorded, sink, Formats.INITIAL);
        }
    }

    private static void applied(Case its, TargetFixture sink, Formats formats) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(its + ", seed " + seed);
        Random random = new Random(seed);
        Path recorded = Recording.folder(its.folder);
        Content before = ExpectedContent.read(recorded.resolve("expected-after-full-sync.jsonl"));
        Content after = ExpectedContent.read(recorded.resolve("expected-after-binlog.jsonl"));
        Written written = new Written(BinlogDialect.of(PikaVersion.parse(its.version)), PARTITIONS, 20_000, random)
                .snapshot(changes(before))
                .items(Recording.load(recorded).items());
        assertThat(written.discards.of("spop.emulated")).isEqualTo(its.spops);
        ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS).in(formats);
        written.take().forEach(topic::add);
        new Workers(sink, topic, random).applyUnderTrouble(60);
        List<String> differences = sink.read().differencesFrom(after);
        differences.removeIf(d -> !its.lost.isEmpty() && d.startsWith(its.lost + " is "));
        assertThat(differences).as(Content.shown(differences)).isEmpty();
    }

    /** A data set as the snapshot brings it. */
    private static List<Change.OnKey> changes(Content content) {
        List<Change.OnKey> changes = new ArrayList<>();
        content.entries().forEach((name, entry) -> {
            byte[] key = bytes(name);
            List<Command> commands = new ArrayList<>();
            commands.add(whole(key, entry));
            entry.deadlineSecond().ifPresent(s -> commands.add(Command.of("PEXPIREAT", key, s * 1000 + 999)));
            changes.add(new Change.OnKey(key, commands));
        });
        return changes;
    }

    private static Command whole(byte[] key, Content.Entry entry) {
        List<byte[]> args = new ArrayList<>();
        args.add(Resp.bytes(
                switch (entry.type()) {
                    case "string" -> "SET";
                    case "hash" -> "HSET";
                    case "list" -> "RPUSH";
                    case "set" -> "SADD";
                    default -> "ZADD";
                }));
        args.add(key);
        if (entry.value() instanceof String text) {
            args.add(bytes(text));
        } else if (entry.value() instanceof List<?> elements) {
            elements.forEach(e -> args.add(bytes((String) e)));
        } else if (entry.type().equals("hash")) {
            ((Map<?, ?>) entry.value()).forEach((field, value) -> {
                args.add(bytes((String) field));
                args.add(bytes((String) value));
            });
        } else {
            ((Map<?, ?>) entry.value()).forEach((member, bits) -> {
                args.add(Resp.bytes(String.valueOf(Double.longBitsToDouble((Long) bits))));
                args.add(bytes((String) member));
            });
        }
        return new Command(args);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
