package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.DumpWriter.hex;
import static io.pikaconnect.snapshot.DumpWriter.join;
import static io.pikaconnect.snapshot.FloydDumpWriter.VERSION;
import static io.pikaconnect.snapshot.FloydDumpWriter.name;
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

/** The bytes of 4.0. */
class FloydReaderTest {

    private static final byte[] EMPTY = {};
    private static final byte[] TAIL = new byte[16];

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    private FloydDumpWriter writer() throws Exception {
        return new FloydDumpWriter(dump, 1);
    }

    private List<String> commands() throws SnapshotException {
        return Dumps.commands(Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards));
    }

    @Test
    void readsTheBytesOfTheWorkedExamples() throws Exception {
        String tail = "00000000000000000000000000000000";
        String times = "7b68e5cf8b010080 c8515c18a3010080";
        String element = tail + "7b68e5cf8b010080";
        String hash = "0000000000000000 683a31 0000";
        String list = "0000000000000000 6c3a31 0000";
        String zset = "0000000000000000 7a3a31 0000";
        String version = "7b68e5cf8b010000";
        try (FloydDumpWriter writer = writer()) {
            writer.record(EMPTY, hex("0000000000000000 757365723a31 0000" + tail), hex("00 68656c6c6f" + tail + times))
                    .record(EMPTY, hex("0000000000000000 610162 0000" + tail), hex("00" + element + "0000000000000000"))
                    .record(EMPTY, hex("0000000000000000 610001 0000" + tail), hex("00" + element + "0000000000000000"))
                    .record(EMPTY, hex(hash + tail), hex("01 02000000" + version + tail + times))
                    .data(EMPTY, PikaType.HASH, hex(hash + version + "6631" + tail), hex("7631" + element))
                    .data(EMPTY, PikaType.HASH, hex(hash + version + "6632" + tail), hex(element))
                    .record(
                            EMPTY,
                            hex(list + tail),
                            hex("03 0300000000000000" + version + "ffffffffffffff7f 0123456789abcdef"
                                    + "0300000000000080 fedcba9876543210" + element + "0000000000000000"))
                    .data(EMPTY, PikaType.LIST, hex(list + version + "0200000000000080" + tail), hex("63" + element))
                    .data(EMPTY, PikaType.LIST, hex(list + version + "0100000000000080" + tail), hex("62" + element))
                    .data(EMPTY, PikaType.LIST, hex(list + version + "0000000000000080" + tail), hex("61" + element))
                    .record(EMPTY, hex(zset + tail), hex("04 01000000" + version + element + "0000000000000000"))
                    .data(EMPTY, PikaType.ZSET, hex(zset + version + "6d31" + tail), hex("000000000000f83f" + element));
        }

        assertThat(commands())
                .containsExactly(
                        "SET a\\x00 ",
                        "SET a\\x01b ",
                        "SET user:1 hello",
                        "PEXPIREAT user:1 1800000000456",
                        "HSET h:1 f1 v1 f2 ",
                        "PEXPIREAT h:1 1800000000456",
                        "RPUSH l:1 a b c",
                        "ZADD z:1 1.5 m1");
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void takesEachTimeAsItWasStored() throws Exception {
        try (FloydDumpWriter writer = writer()) {
            writer.string(bytes("a.ms"), bytes("v"), 1_800_000_000_456L)
                    .record(bytes("b.s"), join("\0v", TAIL, 1_700_000_000L, 1_800_000_000L))
                    .record(bytes("c.none"), join("\0v", TAIL, 1_700_000_000L, 0L))
                    .record(bytes("d.over"), join("\0v", TAIL, 0L, 1L << 63 | 1))
                    .record(bytes("e.late"), join("\0v", TAIL, 0L, Long.MAX_VALUE))
                    .element(PikaType.SET, bytes("f.set"), 7, bytes("m"), EMPTY)
                    .meta(PikaType.SET, bytes("f.set"), 1, 7, 1_800_000_000L)
                    .element(PikaType.SET, bytes("g.set"), 7, bytes("m"), EMPTY)
                    .meta(PikaType.SET, bytes("g.set"), 1, 7, 1_800_000_000_000L | 1L << 63);
        }

        assertThat(commands())
                .containsExactly(
                        "SET a.ms v",
                        "PEXPIREAT a.ms 1800000000456",
                        "SET b.s v",
                        "PEXPIREAT b.s 1800000000999",
                        "SET c.none v",
                        "SET d.over v",
                        "PEXPIREAT d.over 1",
                        "SET e.late v",
                        "PEXPIREAT e.late " + (Long.MAX_VALUE - 1),
                        "SADD f.set m",
                        "PEXPIREAT f.set 1800000000999",
                        "SADD g.set m",
                        "PEXPIREAT g.set 1800000000000");
    }

    @Test
    void leavesOutWhatAnEarlierLifeOfAKeyLeftBehind() throws Exception {
        byte[] again = bytes("h:del");
        byte[] gone = bytes("gone");
        byte[] now = bytes("now");
        try (FloydDumpWriter writer = writer()) {
            writer.element(PikaType.HASH, again, 1_795_337_869, bytes("a"), bytes("1"))
                    .element(PikaType.HASH, again, VERSION - 1, bytes("b"), bytes("2"))
                    .element(PikaType.HASH, again, VERSION, bytes("c"), bytes("3"))
                    .element(PikaType.HASH, again, VERSION + (1L << 40), bytes("never"), bytes("4"))
                    .meta(PikaType.HASH, again, 1, VERSION, 0)
                    .element(PikaType.SET, gone, VERSION, bytes("m"), EMPTY)
                    .meta(PikaType.SET, gone, 0, VERSION, 0)
                    .element(PikaType.ZSET, bytes("orphan"), VERSION, bytes("m"), join(1L))
                    .element(PikaType.HASH, now, VERSION, bytes("f"), bytes("v"))
                    .element(PikaType.SET, now, VERSION, bytes("m"), EMPTY)
                    .element(PikaType.ZSET, now, VERSION, bytes("m"), join(1L))
                    .element(PikaType.LIST, now, VERSION, join(Long.MIN_VALUE), bytes("e"))
                    .meta(PikaType.SET, now, 1, VERSION, 0)
                    .element(PikaType.HASH, bytes("string"), VERSION, bytes("f"), bytes("v"))
                    .string("string", "v", 0);
        }

        assertThat(commands()).containsExactly("SET string v", "HSET h:del c 3", "SADD now m");
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void readsListsFromHeadToTailBetweenTheirTwoEnds() throws Exception {
        byte[] pushed = bytes("l:push");
        long middle = Long.MIN_VALUE;
        List<Integer> indexes = new ArrayList<>();
        for (int i = -700; i < 700; i++) {
            indexes.add(i);
        }
        Collections.shuffle(indexes, new Random(7));
        try (FloydDumpWriter writer = writer()) {
            for (int i : indexes) {
                writer.element(PikaType.LIST, pushed, VERSION, join(middle + i), bytes("p" + i));
                if (i % 100 == 0) {
                    writer.flush();
                }
            }
            writer.element(PikaType.LIST, pushed, VERSION - 256, join(middle), bytes("garbage"))
                    .element(PikaType.LIST, pushed, VERSION + 256, join(middle), bytes("garbage"))
                    .element(PikaType.LIST, bytes("l:pusha"), VERSION, join(middle), bytes("garbage"))
                    .listMeta(pushed, 1_300, VERSION, 0, middle - 651, middle + 650);
        }

        List<SnapshotChunk> chunks = Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards);
        List<String> expected = new ArrayList<>();
        for (int i = -650; i < 650; i++) {
            expected.add("p" + i);
        }
        assertThat(new Model().applyAll(chunks).keys())
                .containsOnlyKeys("l:push")
                .containsValue(new Model.Key("list", expected, null));
        assertThat(chunks).hasSize(13);
        assertThat(discards.counts()).isEmpty();
    }

    /** As the encoder of 4.0 writes them: the delimiter in front of the tail, which is not there any more. */
    @Test
    void countsKeysThatPikaCouldNotStore() throws Exception {
        byte[] whole = hex("6100");
        byte[] surplus = hex("0d7fee");
        byte[] zeros = hex("000000");
        byte[] set = join(new byte[1], "v", TAIL, 0L, 0L);
        try (FloydDumpWriter writer = writer()) {
            writer.record(EMPTY, join(name(whole), TAIL, surplus), set)
                    .record(EMPTY, join(name(whole), TAIL, zeros), set)
                    .record(EMPTY, join(name(bytes("b\0")), TAIL, surplus), join(hex("01"), 1, VERSION, TAIL, 0L, 0L))
                    .data(EMPTY, PikaType.HASH, join(name(bytes("b\0")), VERSION, "f", TAIL, surplus), new byte[24])
                    .data(EMPTY, PikaType.HASH, join(name(whole), VERSION - 1, "old", TAIL, zeros), new byte[24])
                    .data(EMPTY, PikaType.HASH, join(name(whole), VERSION, "torn", TAIL, surplus), new byte[24])
                    .element(PikaType.HASH, whole, VERSION, bytes("f"), bytes("v"))
                    .meta(PikaType.HASH, whole, 1, VERSION, 0)
                    .data(EMPTY, PikaType.LIST, join(name(bytes("l\0")), VERSION, 5L, TAIL, zeros), new byte[24])
                    .element(PikaType.LIST, bytes("l\0"), VERSION, join(6L), bytes("e"))
                    .listMeta(bytes("l\0"), 1, VERSION, 0, 4, 7);
        }

        assertThat(commands()).containsExactly("HSET a\\x00 f v", "RPUSH l\\x00 e");
        assertThat(discards.counts()).containsOnlyKeys("key.unreadable").containsValue(5L);
    }

    @Test
    void aMarkedStringIsAHyperLogLog() throws Exception {
        byte[] marked = TAIL.clone();
        marked[0] = (byte) 0x80;
        try (FloydDumpWriter writer = writer()) {
            writer.record(bytes("hll"), join(new byte[1], "registers", marked, 1_795_337_869_000L, 0L))
                    .string(bytes("plain"), new byte[131_072], 0);
        }

        assertThat(commands()).hasSize(2).contains("SET hll registers");
        assertThat(discards.counts()).containsOnlyKeys("hyperloglog.opaque").containsValue(1L);
        SnapshotOptions failing = new SnapshotOptions(100, 1_000, false, true, Dumps.REQUESTED);
        assertThatThrownBy(() -> Dumps.read(dump, failing, SnapshotCursor.START, discards))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("the key hll is a HyperLogLog")
                .hasMessageContaining("on.hyperloglog=opaque");
    }

    @Test
    void readsADumpOf400InSeconds() throws Exception {
        try (DumpWriter writer = new FloydDumpWriter(dump, 3, true, true)) {
            writer.string("s", "v", Dumps.LIVE)
                    .hash("h", Dumps.LIVE, "f", "v")
                    .list("l", 0, "a", "b")
                    .set("t", Dumps.EXPIRED, "m");
        }

        assertThat(commands())
                .containsExactlyInAnyOrder(
                        "SET s v",
                        "PEXPIREAT s 1795400000999",
                        "HSET h f v",
                        "PEXPIREAT h 1795400000999",
                        "RPUSH l a b",
                        "SADD t m",
                        "PEXPIREAT t 1795399999999");
    }
}
