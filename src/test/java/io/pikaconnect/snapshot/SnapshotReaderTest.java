package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.DumpWriter.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What dumps of every layout have in common. */
class SnapshotReaderTest {

    private static final byte[] EMPTY = {};

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    @ParameterizedTest
    @EnumSource
    void aDeadlineComesOnceWithTheLastChunkOfItsKey(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.hash("h", Dumps.LIVE, "a", "1", "b", "2", "c", "3", "d", "4").hash("i", 0, "a", "1");
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(2), SnapshotCursor.START, discards);

        assertThat(chunks)
                .extracting(c -> c.change().commands().stream()
                        .map(Command::values)
                        .toList()
                        .toString())
                .containsExactly("[HSET h a 1 b 2]", "[HSET h c 3 d 4, PEXPIREAT h 1795400000999]", "[HSET i a 1]");
        assertThat(chunks).extracting(c -> c.position(1).toString()).containsExactly("s/1/2/1", "s/1/4/1", "s/1/5/1");
    }

    @ParameterizedTest
    @EnumSource
    void tellsHowManyMembersASetCountsWhereThatMayDiffer(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.set(bytes("a"), Dumps.LIVE, List.of(bytes("m"), bytes("n")), 1)
                    .set("b", 0, "m", "n")
                    .set("c", 0, "m", "n", "o")
                    .set(bytes("d"), 0, List.of(bytes("m")), 0);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(2), SnapshotCursor.START, discards);

        assertThat(chunks)
                .extracting(c -> c.change().commands().stream()
                        .map(Command::values)
                        .toList()
                        .toString())
                .containsExactly(
                        "[SADD a m n, pika.scount a 1, PEXPIREAT a 1795400000999]",
                        "[SADD b m n]",
                        "[SADD c m n]",
                        "[SADD c o, pika.scount c 3]");
        assertThat(discards.counts()).isEqualTo(Map.of("count.mismatch", 1L));
        assertEveryCursorGivesTheRest(chunks, 2);
    }

    @ParameterizedTest
    @EnumSource
    void takesEmptyAndBinaryKeysFieldsValuesAndMembers(Layout layout) throws Exception {
        byte[] binary = hex("01ff0d0a0000");
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.string(EMPTY, EMPTY, 0)
                    .string(binary, binary, 0)
                    .hash(hex("00"), 0, List.of(EMPTY, EMPTY, binary, EMPTY))
                    .list(hex("0000"), 0, List.of(EMPTY, binary))
                    .set(hex("000000"), 0, List.of(EMPTY, binary))
                    .zset(hex("00000000"), 0, List.of(EMPTY, binary), List.of(1.0, 2.0));
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(1), SnapshotCursor.START, discards);

        assertThat(Dumps.commands(chunks))
                .containsExactly(
                        "SET  ",
                        "SET \\x01\\xff\\x0d\\x0a\\x00\\x00 \\x01\\xff\\x0d\\x0a\\x00\\x00",
                        "HSET \\x00  ",
                        "HSET \\x00 \\x01\\xff\\x0d\\x0a\\x00\\x00 ",
                        "RPUSH \\x00\\x00 ",
                        "RPUSH \\x00\\x00 \\x01\\xff\\x0d\\x0a\\x00\\x00",
                        "ZADD \\x00\\x00\\x00\\x00 1 ",
                        "ZADD \\x00\\x00\\x00\\x00 2 \\x01\\xff\\x0d\\x0a\\x00\\x00",
                        "SADD \\x00\\x00\\x00 ",
                        "SADD \\x00\\x00\\x00 \\x01\\xff\\x0d\\x0a\\x00\\x00",
                        "pika.scount \\x00\\x00\\x00 2");
        assertThat(discards.counts()).isEmpty();
        assertEveryCursorGivesTheRest(chunks, 1);
    }

    @ParameterizedTest
    @EnumSource
    void takesKeysAndElementsLongerThanAnyBuffer(Layout layout) throws Exception {
        byte[] longKey = new byte[70_000];
        Arrays.fill(longKey, (byte) 'k');
        byte[] longer = Arrays.copyOf(longKey, 70_001);
        byte[] big = new byte[3 << 20];
        new Random(5).nextBytes(big);
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.string(longKey, big, Dumps.LIVE)
                    .list(longer, 0, List.of(bytes("head"), big, bytes("tail")))
                    .hash(bytes("h"), 0, List.of(big, big, bytes("z"), EMPTY));
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards);

        assertThat(chunks).hasSize(6);
        Model model = new Model().applyAll(chunks);
        assertThat(model.key(Model.text(longKey)))
                .isEqualTo(new Model.Key("string", List.of(Model.text(big)), Dumps.LIVE));
        assertThat(model.key(Model.text(longer)).elements()).isEqualTo(List.of("head", Model.text(big), "tail"));
        assertThat(model.key("h").elements()).hasSize(2);
        assertEveryCursorGivesTheRest(chunks, 100);
    }

    @ParameterizedTest
    @EnumSource
    void noChunkIsLargerThanAskedForHoweverLargeTheKey(Layout layout) throws Exception {
        List<byte[]> fieldsAndValues = IntStream.range(0, 200_000)
                .boxed()
                .flatMap(i -> List.of(bytes("field" + i), bytes("value" + i)).stream())
                .toList();
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.hash(bytes("big"), Dumps.LIVE, fieldsAndValues);
        }

        SnapshotOptions byBytes = new SnapshotOptions(Integer.MAX_VALUE, 2_000, false, false, Dumps.REQUESTED);
        List<SnapshotChunk> chunks = Dumps.read(dump, byBytes, SnapshotCursor.START, discards);
        assertThat(chunks).allMatch(c -> elementBytes(c) <= 2_000);
        assertThat(new Model().applyAll(chunks).key("big").elements()).hasSize(200_000);

        SnapshotOptions byCount =
                new SnapshotOptions(Integer.MAX_VALUE, Integer.MAX_VALUE, false, false, Dumps.REQUESTED);
        chunks = Dumps.read(dump, byCount, SnapshotCursor.START, discards);
        assertThat(chunks).allMatch(c -> c.change().commands().get(0).size() <= Command.MAX_ARGS);
        assertThat(chunks).hasSize(101);
        assertThat(discards.counts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutScoresThatAreNoNumbers(Layout layout) throws Exception {
        List<byte[]> members = List.of(bytes("a"), bytes("b"), bytes("c"), bytes("d"));
        List<Double> scores = List.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -0.0, Double.NaN);
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.zset("y", 0, "m", Double.NaN)
                    .zset(bytes("z"), Dumps.LIVE, members, scores)
                    .zset("zz", Dumps.LIVE, "m", Double.NaN);
        }

        SnapshotOptions three = Dumps.options(3);
        List<SnapshotChunk> chunks = Dumps.read(dump, three, SnapshotCursor.START, discards);

        assertThat(Dumps.commands(chunks)).containsExactly("ZADD z -inf a inf b -0 c", "PEXPIREAT z 1795400000999");
        assertThat(discards.counts()).containsOnlyKeys("score.nan").containsEntry("score.nan", 3L);
        assertEveryCursorGivesTheRest(chunks, 3);
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutPikasOwnKeys(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.set("_internal:slotkey:4migrate:17", 0, "kmine")
                    .set("_internal:slottag:4migrate:99", 0, "kmine")
                    .set("_internal:mine", 0, "m");
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards);

        assertThat(Dumps.commands(chunks)).containsExactly("SADD _internal:mine m");
        assertThat(discards.of("key.internal")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void closingFromAnotherThreadEndsAReading(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.string("a", "1", 0).string("b", "2", 0);
        }
        SnapshotReader reader = SnapshotReader.open(dump, Dumps.options(1), SnapshotCursor.START, discards);
        assertThat(reader.next()).isPresent();
        Thread other = new Thread(reader::close);
        other.start();
        other.join();

        assertThatThrownBy(reader::next).isInstanceOf(SnapshotException.class).hasMessageContaining("closed");
        reader.close();
    }

    @ParameterizedTest
    @EnumSource
    void closingWhileAnotherThreadReadsEndsThatReading(Layout layout) throws Exception {
        String[] members = IntStream.range(0, 20_000).mapToObj(i -> "m" + i).toArray(String[]::new);
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.set("garbage", 0, members).set("garbage", 0);
        }
        for (int round = 0; round < 10; round++) {
            SnapshotReader reader = SnapshotReader.open(dump, Dumps.options(1), SnapshotCursor.START, discards);
            CompletableFuture<Optional<SnapshotChunk>> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.next();
                } catch (SnapshotException e) {
                    assertThat(e).hasMessageContaining("closed");
                    return Optional.empty();
                }
            });
            reader.close();
            assertThat(reading.get(30, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAtACursorThatTheFirstReleaseWrote(Layout layout) throws Exception {
        try (DumpWriter writer = Dumps.writer(layout, dump)) {
            writer.set("s", 0, "a", "b", "c", "d");
        }
        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(1), SnapshotCursor.START, discards);
        Map<Layout, byte[]> keyOfB = Map.of(
                Layout.BLACKWIDOW, DumpWriter.join(1, "s", BlackwidowDumpWriter.VERSION, "b"),
                Layout.FLOYD, DumpWriter.join(0L, "s", (byte) 0, (byte) 0, FloydDumpWriter.VERSION, "b", 0L, 0L));
        String released = chunks.get(1).after().toText().replaceFirst("#.*", "")
                + Base64.getUrlEncoder().withoutPadding().encodeToString(keyOfB.get(layout));

        List<SnapshotChunk> rest = Dumps.read(dump, Dumps.options(1), SnapshotCursor.parse(released), discards);
        assertThat(Dumps.told(rest)).isEqualTo(Dumps.told(chunks.subList(2, 4)));
    }

    private void assertEveryCursorGivesTheRest(List<SnapshotChunk> chunks, int chunkElements) throws SnapshotException {
        List<String> told = Dumps.told(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            SnapshotCursor after = SnapshotCursor.parse(chunks.get(i).after().toText());
            List<SnapshotChunk> rest = Dumps.read(dump, Dumps.options(chunkElements), after, discards);
            assertThat(Dumps.told(rest)).isEqualTo(told.subList(i + 1, told.size()));
        }
    }

    private static long elementBytes(SnapshotChunk chunk) {
        List<byte[]> args = new ArrayList<>(chunk.change().commands().get(0).args());
        return args.subList(2, args.size()).stream().mapToLong(a -> a.length).sum();
    }
}
