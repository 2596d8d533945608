package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.VERSION;
import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.DumpWriter.hex;
import static io.pikaconnect.snapshot.DumpWriter.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Tally;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class SnapshotReaderTest {

    private static final byte[] EMPTY = {};

    @TempDir
    Path dump;

    private final Tally tally = new Tally();

    private List<String> commands() throws SnapshotException {
        return Dumps.commands(Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, tally));
    }

    @Test
    void readsTheBytesOfTheWorkedExamples() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.name(PikaType.STRING, hex("733a706c61696e"), hex("68656c6c6f 00000000"))
                    .name(PikaType.STRING, hex("733a74746c"), hex("776f726c64 2d35046b"))
                    .name(PikaType.STRING, hex("733a656d707479"), hex("00000000"))
                    .name(PikaType.HASH, hex("683a31"), hex("03000000 8dae026b 00000000"))
                    .data(PikaType.HASH, hex("03000000 683a31 8dae026b 6631"), hex("7631"))
                    .data(PikaType.HASH, hex("03000000 683a31 8dae026b 6632"), hex("7632"))
                    .data(PikaType.HASH, hex("03000000 683a31 8dae026b 6633"), hex(""))
                    .name(PikaType.SET, hex("7365743a31"), hex("02000000 8eae026b 00000000"))
                    .data(PikaType.SET, hex("05000000 7365743a31 8eae026b"), hex(""))
                    .data(PikaType.SET, hex("05000000 7365743a31 8eae026b 61"), hex(""))
                    .name(
                            PikaType.LIST,
                            hex("6c3a31"),
                            hex("0500000000000000 8dae026b 00000000 fdffffffffffff7f 0300000000000080"))
                    .data(PikaType.LIST, hex("03000000 6c3a31 8dae026b 0000000000000080"), hex("61"))
                    .data(PikaType.LIST, hex("03000000 6c3a31 8dae026b 0100000000000080"), hex("62"))
                    .data(PikaType.LIST, hex("03000000 6c3a31 8dae026b 0200000000000080"), hex("63"))
                    .data(PikaType.LIST, hex("03000000 6c3a31 8dae026b ffffffffffffff7f"), hex("7a"))
                    .data(PikaType.LIST, hex("03000000 6c3a31 8dae026b feffffffffffff7f"), hex("79"))
                    .name(PikaType.ZSET, hex("7a3a31"), hex("02000000 8eae026b 00000000"))
                    .data(PikaType.ZSET, hex("03000000 7a3a31 8eae026b 61"), hex("000000000000f83f"))
                    .data(PikaType.ZSET, hex("03000000 7a3a31 8eae026b 64"), hex("0000000000000080"));
        }

        assertThat(commands())
                .containsExactly(
                        "SET s:empty ",
                        "SET s:plain hello",
                        "SET s:ttl world",
                        "PEXPIREAT s:ttl 1795437869999",
                        "HSET h:1 f1 v1 f2 v2 f3 ",
                        "RPUSH l:1 y z a b c",
                        "ZADD z:1 1.5 a -0 d",
                        "SADD set:1  a");
        assertThat(tally.counts()).isEmpty();
    }

    @Test
    void leavesOutWhatAnEarlierLifeOfAKeyLeftBehind() throws Exception {
        byte[] again = bytes("h:del");
        byte[] gone = bytes("gone");
        byte[] orphan = bytes("orphan");
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.element(PikaType.HASH, again, 1_795_337_869, bytes("a"), bytes("1"))
                    .element(PikaType.HASH, again, 1_795_337_869, bytes("b"), bytes("2"))
                    .element(PikaType.HASH, again, 1_795_337_871, bytes("c"), bytes("3"))
                    .element(PikaType.HASH, again, 1_795_337_999, bytes("never"), bytes("4"))
                    .meta(PikaType.HASH, again, 1, 1_795_337_871, 0)
                    .element(PikaType.SET, gone, VERSION, bytes("m"), EMPTY)
                    .meta(PikaType.SET, gone, 0, VERSION, 0)
                    .element(PikaType.ZSET, orphan, VERSION, bytes("m"), join(1L));
        }

        assertThat(commands()).containsExactly("HSET h:del c 3");
        assertThat(tally.counts()).isEmpty();
    }

    @Test
    void readsListsFromHeadToTailBetweenTheirTwoEnds() throws Exception {
        byte[] trimmed = bytes("l:trim");
        byte[] pushed = bytes("l:push");
        long right = Long.MIN_VALUE;
        try (DumpWriter writer = new DumpWriter(dump)) {
            for (int i = 0; i < 10; i++) {
                writer.element(trimmed, VERSION, right + i, bytes("e" + i));
            }
            writer.listMeta(trimmed, 3, VERSION, 0, right + 2, right + 6).flush();
            List<Integer> indexes = new ArrayList<>();
            for (int i = -700; i < 700; i++) {
                indexes.add(i);
            }
            Collections.shuffle(indexes, new Random(7));
            for (int i : indexes) {
                writer.element(pushed, VERSION, right + i, bytes("p" + i));
                if (i % 100 == 0) {
                    writer.flush();
                }
            }
            writer.element(pushed, VERSION - 256, right, bytes("garbage"))
                    .element(pushed, VERSION + 256, right, bytes("garbage"))
                    .element(bytes("l:pusha"), VERSION, right, bytes("garbage"))
                    .listMeta(pushed, 1_300, VERSION, Dumps.LIVE, right - 651, right + 650);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, tally);
        Model model = new Model().applyAll(chunks);
        List<String> expected = new ArrayList<>();
        for (int i = -650; i < 650; i++) {
            expected.add("p" + i);
        }
        assertThat(model.key("l:push")).isEqualTo(new Model.Key("list", expected, Dumps.LIVE * 1_000L + 999));
        assertThat(model.key("l:trim").elements()).containsExactly("e3", "e4", "e5");
        assertThat(model.keys()).hasSize(2);
        assertThat(chunks).hasSize(14);
    }

    @Test
    void aDeadlineComesOnceWithTheLastChunkOfItsKey() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.hash("h", Dumps.LIVE, "a", "1", "b", "2", "c", "3", "d", "4").hash("i", 0, "a", "1");
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(2), SnapshotCursor.START, tally);

        assertThat(chunks)
                .extracting(c -> c.change().commands().toString())
                .containsExactly("[HSET h a 1 b 2]", "[HSET h c 3 d 4, PEXPIREAT h 1795400000999]", "[HSET i a 1]");
        assertThat(chunks).extracting(c -> c.position(1).toString()).containsExactly("s/1/2/1", "s/1/4/1", "s/1/5/1");
    }

    @Test
    void expiredKeysGoOutWithTheirDeadlineAndANegativeOneIsOver() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.string("old", "v", 1).string("overflow", "v", -499_629_426).set("s", Dumps.EXPIRED, "m");
        }

        assertThat(commands())
                .containsExactly(
                        "SET old v",
                        "PEXPIREAT old 1999",
                        "SET overflow v",
                        "PEXPIREAT overflow 0",
                        "SADD s m",
                        "PEXPIREAT s 1795399999999");
    }

    @Test
    void takesEmptyAndBinaryKeysFieldsValuesAndMembers() throws Exception {
        byte[] binary = hex("00ff0d0a00");
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.string(EMPTY, EMPTY, 0)
                    .string(binary, binary, 0)
                    .element(PikaType.HASH, EMPTY, VERSION, EMPTY, EMPTY)
                    .meta(PikaType.HASH, EMPTY, 1, VERSION, Dumps.EXPIRED)
                    .element(PikaType.HASH, hex("00"), VERSION, binary, EMPTY)
                    .meta(PikaType.HASH, hex("00"), 1, VERSION, 0)
                    .element(hex("0000"), VERSION, Long.MIN_VALUE, EMPTY)
                    .listMeta(hex("0000"), 1, VERSION, 0, Long.MAX_VALUE, Long.MIN_VALUE + 1)
                    .element(PikaType.SET, hex("000000"), VERSION, EMPTY, EMPTY)
                    .meta(PikaType.SET, hex("000000"), 1, VERSION, 0);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, tally);

        assertThat(Dumps.commands(chunks))
                .containsExactly(
                        "SET  ",
                        "SET \\x00\\xff\\x0d\\x0a\\x00 \\x00\\xff\\x0d\\x0a\\x00",
                        "HSET \\x00 \\x00\\xff\\x0d\\x0a\\x00 ",
                        "RPUSH \\x00\\x00 ",
                        "SADD \\x00\\x00\\x00 ");
        assertThat(tally.of("type.collision")).isEqualTo(1);
        assertEveryCursorGivesTheRest(chunks, 100);
    }

    @Test
    void takesKeysAndElementsLongerThanAnyBuffer() throws Exception {
        byte[] longKey = new byte[70_000];
        Arrays.fill(longKey, (byte) 'k');
        byte[] longer = Arrays.copyOf(longKey, 70_001);
        byte[] big = new byte[3 << 20];
        new Random(5).nextBytes(big);
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.string(longKey, big, Dumps.LIVE)
                    .element(longer, VERSION, Long.MAX_VALUE, bytes("head"))
                    .element(longer, VERSION, Long.MIN_VALUE, big)
                    .element(longer, VERSION, Long.MIN_VALUE + 1, bytes("tail"))
                    .listMeta(longer, 3, VERSION, 0, Long.MAX_VALUE - 1, Long.MIN_VALUE + 2)
                    .element(PikaType.HASH, bytes("h"), VERSION, big, big)
                    .element(PikaType.HASH, bytes("h"), VERSION, bytes("z"), EMPTY)
                    .meta(PikaType.HASH, bytes("h"), 2, VERSION, 0);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, tally);

        assertThat(chunks).hasSize(6);
        Model model = new Model().applyAll(chunks);
        assertThat(model.key(Model.text(longKey)))
                .isEqualTo(new Model.Key("string", List.of(Model.text(big)), Dumps.LIVE * 1_000L + 999));
        assertThat(model.key(Model.text(longer)).elements()).isEqualTo(List.of("head", Model.text(big), "tail"));
        assertThat(model.key("h").elements()).hasSize(2);
        assertEveryCursorGivesTheRest(chunks, 100);
    }

    @Test
    void noChunkIsLargerThanAskedForHoweverLargeTheKey() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            for (int i = 0; i < 200_000; i++) {
                writer.element(PikaType.HASH, bytes("big"), VERSION, bytes("field" + i), bytes("value" + i));
            }
            writer.meta(PikaType.HASH, bytes("big"), 200_000, VERSION, Dumps.LIVE);
        }

        SnapshotOptions byBytes = new SnapshotOptions(Integer.MAX_VALUE, 2_000, false, Dumps.REQUESTED);
        List<SnapshotChunk> chunks = Dumps.read(dump, byBytes, SnapshotCursor.START, tally);
        assertThat(chunks).allMatch(c -> elementBytes(c) <= 2_000);
        assertThat(new Model().applyAll(chunks).key("big").elements()).hasSize(200_000);

        SnapshotOptions byCount = new SnapshotOptions(Integer.MAX_VALUE, Integer.MAX_VALUE, false, Dumps.REQUESTED);
        chunks = Dumps.read(dump, byCount, SnapshotCursor.START, tally);
        assertThat(chunks).allMatch(c -> c.change().commands().get(0).size() <= Command.MAX_ARGS);
        assertThat(chunks).hasSize(101);
        assertThat(tally.counts()).isEmpty();
    }

    @Test
    void leavesOutScoresThatAreNoNumbers() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.member("z", "a", Double.NEGATIVE_INFINITY)
                    .member("z", "b", Double.POSITIVE_INFINITY)
                    .member("z", "c", -0.0)
                    .member("z", "d", Double.NaN)
                    .meta(PikaType.ZSET, bytes("z"), 4, VERSION, Dumps.LIVE)
                    .zset("zz", Dumps.LIVE, "m", Double.NaN);
        }

        SnapshotOptions three = Dumps.options(3);
        List<SnapshotChunk> chunks = Dumps.read(dump, three, SnapshotCursor.START, tally);

        assertThat(Dumps.commands(chunks)).containsExactly("ZADD z -inf a inf b -0 c", "PEXPIREAT z 1795400000999");
        assertThat(tally.counts()).containsOnlyKeys("score.nan").containsEntry("score.nan", 2L);
        assertEveryCursorGivesTheRest(chunks, 3);
    }

    @Test
    void leavesOutPikasOwnKeys() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.set("_internal:slotkey:4migrate:17", 0, "kmine")
                    .set("_internal:slottag:4migrate:99", 0, "kmine")
                    .set("_internal:mine", 0, "m");
        }

        assertThat(commands()).containsExactly("SADD _internal:mine m");
        assertThat(tally.of("key.internal")).isEqualTo(2);
    }

    @Test
    void trustsTheElementsWhereARecordCountsOthers() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.element(PikaType.SET, bytes("s"), VERSION, bytes("m"), EMPTY)
                    .meta(PikaType.SET, bytes("s"), 5, VERSION, 0);
        }

        assertThat(commands()).containsExactly("SADD s m");
        assertThat(tally.of("count.mismatch")).isEqualTo(1);
    }

    @Test
    void closingFromAnotherThreadEndsAReading() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.string("a", "1", 0).string("b", "2", 0);
        }
        SnapshotReader reader = SnapshotReader.open(dump, Dumps.options(1), SnapshotCursor.START, tally);
        assertThat(reader.next()).isPresent();
        Thread other = new Thread(reader::close);
        other.start();
        other.join();

        assertThatThrownBy(reader::next).isInstanceOf(SnapshotException.class).hasMessageContaining("closed");
        reader.close();
    }

    @Test
    void closingWhileAnotherThreadReadsEndsThatReading() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            for (int i = 0; i < 20_000; i++) {
                writer.element(PikaType.SET, bytes("garbage"), VERSION, bytes("m" + i), EMPTY);
            }
        }
        for (int round = 0; round < 10; round++) {
            SnapshotReader reader = SnapshotReader.open(dump, Dumps.options(1), SnapshotCursor.START, tally);
            CompletableFuture<Optional<SnapshotChunk>> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.next();
                } catch (SnapshotException e) {
                    assertThat(e).hasMessageContaining("closed");
                    return Optional.empty();
                }
            });
            reader.close();
            assertThat(reading.get(5, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void readsAFolderThatHoldsAWriteAheadLog() throws Exception {
        try (DumpWriter writer = new DumpWriter(dump)) {
            writer.string("a", "1", 0);
        }
        Path strings = dump.resolve("strings");
        try (Options options = new Options();
                RocksDB database = RocksDB.open(options, strings.toString())) {
            database.put(bytes("b"), join("2", 0));
        }

        assertThat(strings).isDirectoryContaining("glob:**.log");
        assertThat(commands()).containsExactly("SET a 1", "SET b 2");
    }

    private void assertEveryCursorGivesTheRest(List<SnapshotChunk> chunks, int chunkElements) throws SnapshotException {
        List<String> told = Dumps.told(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            SnapshotCursor after = SnapshotCursor.parse(chunks.get(i).after().toText());
            List<SnapshotChunk> rest = Dumps.read(dump, Dumps.options(chunkElements), after, tally);
            assertThat(Dumps.told(rest)).isEqualTo(told.subList(i + 1, told.size()));
        }
    }

    private static long elementBytes(SnapshotChunk chunk) {
        List<byte[]> args = chunk.change().commands().get(0).args();
        return args.subList(2, args.size()).stream().mapToLong(a -> a.length).sum();
    }
}
