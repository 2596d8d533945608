package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.BlackwidowDumpWriter.VERSION;
import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.DumpWriter.hex;
import static io.pikaconnect.snapshot.DumpWriter.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** The bytes of 3.2 – 3.5. */
class BlackwidowReaderTest {

    private static final byte[] EMPTY = {};

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    private List<String> commands() throws SnapshotException {
        return Dumps.commands(Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards));
    }

    @Test
    void readsTheBytesOfTheWorkedExamples() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
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
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void leavesOutWhatAnEarlierLifeOfAKeyLeftBehind() throws Exception {
        byte[] again = bytes("h:del");
        byte[] gone = bytes("gone");
        byte[] orphan = bytes("orphan");
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
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
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void readsListsFromHeadToTailBetweenTheirTwoEnds() throws Exception {
        byte[] trimmed = bytes("l:trim");
        byte[] pushed = bytes("l:push");
        long right = Long.MIN_VALUE;
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
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
                    .listMeta(pushed, 1_300, VERSION, (int) (Dumps.LIVE / 1_000), right - 651, right + 650);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards);
        Model model = new Model().applyAll(chunks);
        List<String> expected = new ArrayList<>();
        for (int i = -650; i < 650; i++) {
            expected.add("p" + i);
        }
        assertThat(model.key("l:push")).isEqualTo(new Model.Key("list", expected, Dumps.LIVE));
        assertThat(model.key("l:trim").elements()).containsExactly("e3", "e4", "e5");
        assertThat(model.keys()).hasSize(2);
        assertThat(chunks).hasSize(14);
    }

    @Test
    void expiredKeysGoOutWithTheirDeadlineAndANegativeOneIsOver() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.name(PikaType.STRING, bytes("overflow"), join("v", -499_629_426))
                    .string("old", "v", 1_000)
                    .set("s", Dumps.EXPIRED, "m");
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
    void trustsTheElementsWhereARecordCountsOthers() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.element(PikaType.SET, bytes("s"), VERSION, bytes("m"), EMPTY)
                    .meta(PikaType.SET, bytes("s"), 5, VERSION, 0);
        }

        assertThat(commands()).containsExactly("SADD s m", "pika.scount s 5");
        assertThat(discards.of("count.mismatch")).isEqualTo(1);
    }

    @Test
    void countsAListOfWhichNoElementIsLeft() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.element(bytes("l"), VERSION, Long.MIN_VALUE + 9, bytes("outside"))
                    .listMeta(bytes("l"), 1, VERSION, 0, Long.MAX_VALUE, Long.MIN_VALUE + 1);
        }

        assertThat(commands()).isEmpty();
        assertThat(discards.of("count.mismatch")).isEqualTo(1);
    }

    @Test
    void readsAFolderThatHoldsAWriteAheadLog() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
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

    @Test
    void tellsAHyperLogLogByItsRegisters() throws Exception {
        byte[] registers = new byte[131_072];
        registers[7] = 16;
        byte[] bitmap = registers.clone();
        bitmap[9] = 17;
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string(bytes("bitmap"), bitmap, 0)
                    .string(bytes("hll"), registers, 0)
                    .string(bytes("short"), new byte[131_071], 0);
        }

        assertThat(commands()).hasSize(3);
        assertThat(discards.counts()).containsOnlyKeys("hyperloglog.opaque").containsValue(1L);
        SnapshotOptions failing = new SnapshotOptions(100, 1_000, false, true, Dumps.REQUESTED);
        assertThatThrownBy(() -> Dumps.read(dump, failing, SnapshotCursor.START, discards))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("the key hll is a HyperLogLog")
                .hasMessageContaining("on.hyperloglog=opaque");
    }
}
