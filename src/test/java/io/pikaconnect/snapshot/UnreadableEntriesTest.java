package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static io.pikaconnect.snapshot.DumpWriter.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.LogLines;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.DumpWriter.StoredStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

/**
 * Entries that a master wrote in another way than it should: every dump of it has them, so each costs itself, is
 * counted, and everything around it comes through.
 */
class UnreadableEntriesTest {

    private static final byte[] KEY = {'k'};
    private static final long VERSION = FloydDumpWriter.VERSION;

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    private List<String> commands() throws SnapshotException {
        return Dumps.commands(Dumps.read(dump, Dumps.options(100), SnapshotCursor.START, discards));
    }

    private static void good(DumpWriter writer) throws RocksDBException {
        writer.string("s", "v", 0)
                .hash("h", 0, "f", "v")
                .list("l", 0, "e")
                .zset("z", 0, "m", 1)
                .set("t", 0, "m");
    }

    /** The same whatever the reading began with, as after a restart. */
    private void assertTheSameFromEveryCursor() throws SnapshotException {
        List<SnapshotChunk> all = Dumps.read(dump, Dumps.options(1), SnapshotCursor.START, new DiscardCounts());
        for (int i = 0; i < all.size(); i++) {
            List<SnapshotChunk> rest =
                    Dumps.read(dump, Dumps.options(1), all.get(i).after(), new DiscardCounts());
            assertThat(Dumps.told(rest)).isEqualTo(Dumps.told(all.subList(i + 1, all.size())));
        }
    }

    // ---- 4.0.0's HINCRBY of a field of a deleted or expired hash

    private static byte[] field(String name) {
        return join(FloydDumpWriter.name(KEY), VERSION, name, new byte[16]);
    }

    private FloydDumpWriter hashOf(int fields) throws Exception {
        return new FloydDumpWriter(dump, 1).meta(PikaType.HASH, KEY, fields, VERSION, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "-1", "0", "12345678901234567890123", "1234567890123456789012345678.5"})
    void aFieldThatWasStoredWithoutItsTailIsReadAsItIs(String value) throws Exception {
        try (FloydDumpWriter writer = hashOf(2)) {
            writer.data(KEY, PikaType.HASH, field("112000005"), bytes(value))
                    .element(PikaType.HASH, KEY, VERSION, bytes("other"), bytes("whole"))
                    .string("s", "v", 0);
        }
        assertThat(commands()).containsExactly("SET s v", "HSET k 112000005 " + value + " other whole");
        assertThat(discards.counts()).isEqualTo(Map.of("element.bare", 1L));
        assertTheSameFromEveryCursor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"twenty-four bytes of text", "1000 and then some more text"})
    void aFieldOfWhichNobodyCanTellWhereItEndsIsLeftOut(String value) throws Exception {
        try (FloydDumpWriter writer = hashOf(2)) {
            writer.data(KEY, PikaType.HASH, field("a"), bytes(value))
                    .element(PikaType.HASH, KEY, VERSION, bytes("b"), bytes("whole"));
        }
        assertThat(commands()).containsExactly("HSET k b whole");
        assertThat(discards.counts()).isEqualTo(Map.of("element.unreadable", 1L));
        assertTheSameFromEveryCursor();
    }

    @Test
    void aTailWithAnyReserveOrAnyTimeIsATail() throws Exception {
        long clockThatWasNotSet = 17;
        long flagged = VERSION | Long.MIN_VALUE;
        try (FloydDumpWriter writer = hashOf(4)) {
            writer.data(KEY, PikaType.HASH, field("a"), join("1000", new byte[16], VERSION / 1_000))
                    .data(KEY, PikaType.HASH, field("b"), join("1000", new byte[16], clockThatWasNotSet))
                    .data(KEY, PikaType.HASH, field("c"), join("1000", "reserve of later", flagged))
                    .data(KEY, PikaType.HASH, field("d"), join("1000", new byte[16], -1L));
        }
        assertThat(commands()).containsExactly("HSET k a 1000 b 1000 c 1000 d 1000");
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void elementsAndScoresWithoutATailAreReadAsTheyAre() throws Exception {
        byte[] list = {'l'};
        byte[] zset = {'z'};
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            writer.listMeta(list, 2, 5, 0, 0, 3)
                    .data(list, PikaType.LIST, join(FloydDumpWriter.name(list), 5L, 1L, new byte[16]), bytes("bare"))
                    .element(PikaType.LIST, list, 5, join(2L), bytes("whole"))
                    .meta(PikaType.ZSET, zset, 1, 5, 0)
                    .data(
                            zset,
                            PikaType.ZSET,
                            join(FloydDumpWriter.name(zset), 5L, "m", new byte[16]),
                            join(Double.doubleToRawLongBits(1.5)));
        }
        assertThat(commands()).containsExactly("RPUSH l bare whole", "ZADD z 1.5 m");
        assertThat(discards.of("element.bare")).isEqualTo(2);
    }

    @Test
    void aMasterWithThousandsOfThemComesThrough() throws Exception {
        int fields = 3_000;
        try (FloydDumpWriter writer = hashOf(fields)) {
            for (int i = 0; i < fields; i++) {
                writer.data(KEY, PikaType.HASH, field("f" + i), bytes("" + i));
            }
        }
        assertThat(commands()).hasSize(30);
        assertThat(discards.of("element.bare")).isEqualTo(fields);
    }

    // ---- everything else

    @Test
    void recordsOfAnImpossibleLengthCostTheirKeyOnly() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (PikaType type : BlackwidowFormat.INSTANCE.types()) {
                byte[] field = bytes("01234567");
                writer.name(type, KEY, new byte[3]);
                if (type != PikaType.STRING) {
                    writer.element(type, KEY, BlackwidowDumpWriter.VERSION, field, field)
                            .element(type, KEY, BlackwidowDumpWriter.VERSION, bytes("12345678"), field);
                }
            }
            good(writer);
        }
        assertThat(commands()).containsExactly("SET s v", "HSET h f v", "RPUSH l e", "ZADD z 1 m", "SADD t m");
        assertThat(discards.counts()).isEqualTo(Map.of("record.unreadable", 5L));
        assertTheSameFromEveryCursor();
    }

    @Test
    void theLogNamesTheirPlaceAndShowsNoneOfTheirBytes() throws Exception {
        LogLines log = LogLines.fromNow();
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.name(PikaType.STRING, bytes("too.short"), new byte[3])
                    .data(PikaType.SET, bytes("x.of.none"), new byte[0]);
            good(writer);
        }
        assertThat(commands()).hasSize(5);
        String record = log.warnings("record.unreadable").get(0);
        assertThat(record).contains("/strings with a RocksDB key of 9 bytes");
        assertThat(record).doesNotContain("too.short");
        String element = log.warnings("element.unreadable").get(0);
        assertThat(element).contains("/sets with a RocksDB key of 9 bytes");
        assertThat(element).doesNotContain("x.of.none");
    }

    @Test
    void anUnreadableRecordTakesTheNameFromNoOtherType() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.name(PikaType.STRING, KEY, new byte[3])
                    .name(PikaType.HASH, KEY, new byte[11])
                    .set("k", 0, "m");
        }
        assertThat(commands()).containsExactly("SADD k m");
    }

    @Test
    void recordsOf40OfAnImpossibleLengthCostTheirKeyOnly() throws Exception {
        List<Integer> numbers = List.of(0, 1, 3, 4, 2, 5);
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            for (PikaType type : PikaType.values()) {
                byte[] key = bytes("bad" + type);
                byte[] field = type == PikaType.LIST ? join(1L) : bytes("0123456789abcdef");
                writer.record(key, join(numbers.get(type.ordinal()).byteValue(), new byte[31]));
                if (type != PikaType.STRING) {
                    writer.element(type, key, 1, field, new byte[8]);
                }
            }
            good(writer);
        }
        assertThat(commands()).containsExactly("SET s v", "HSET h f v", "RPUSH l e", "ZADD z 1 m", "SADD t m");
        assertThat(discards.counts()).isEqualTo(Map.of("record.unreadable", 6L));
        assertTheSameFromEveryCursor();
    }

    @Test
    void aRecordWithoutATypeOrWithoutAWholeKeyCostsItsKeyOnly() throws Exception {
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            writer.record(bytes("nothing"), new byte[0])
                    .record(bytes("short"), join(FloydDumpWriter.name(bytes("short")), new byte[15]), new byte[33])
                    .record(bytes("none"), bytes("no end"), new byte[33])
                    .string("s", "v", 0);
        }
        assertThat(commands()).containsExactly("SET s v");
        assertThat(discards.counts()).isEqualTo(Map.of("record.unreadable", 3L));
    }

    /** It is data, of a release that is not known. */
    @ParameterizedTest
    @ValueSource(bytes = {6, 7, -1})
    void aRecordOfNoKnownTypeEndsTheReading(byte type) throws Exception {
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            for (int i = 0; i < 300; i++) {
                writer.string("a" + i, "v", 0);
            }
            writer.record(KEY, join(type, new byte[44])).string("s", "v", 0).string("zz", "v", 0);
        }
        assertThatThrownBy(this::commands)
                .isInstanceOf(SnapshotException.class)
                .hasMessageContainingAll("the key k", "type " + (type & 0xff), "Delete it in Pika");
    }

    @Test
    void elementsWhoseKeyIsNoneCostThemselvesOnly() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            for (PikaType type : List.of(PikaType.HASH, PikaType.ZSET, PikaType.SET, PikaType.LIST)) {
                writer.data(type, join(77, "k", 5), new byte[0]).data(type, bytes("x"), new byte[0]);
            }
            writer.element(PikaType.LIST, bytes("l"), BlackwidowDumpWriter.VERSION, new byte[7], new byte[0]);
            good(writer);
        }
        assertThat(commands()).containsExactly("SET s v", "HSET h f v", "RPUSH l e", "ZADD z 1 m", "SADD t m");
        assertThat(discards.of("element.unreadable")).isEqualTo(9);
        assertTheSameFromEveryCursor();
    }

    @Test
    void elementsOf40WhoseKeyIsNoneCostThemselvesOnly() throws Exception {
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            for (PikaType type : List.of(PikaType.HASH, PikaType.ZSET, PikaType.SET, PikaType.LIST)) {
                writer.data(KEY, type, join(FloydDumpWriter.name(KEY), 5L, new byte[15]), new byte[24])
                        .data(KEY, type, bytes("x"), new byte[24]);
            }
            good(writer);
        }
        assertThat(commands()).containsExactly("SET s v", "HSET h f v", "RPUSH l e", "ZADD z 1 m", "SADD t m");
        assertThat(discards.of("element.unreadable")).isEqualTo(8);
        assertTheSameFromEveryCursor();
    }

    @Test
    void anElementWithinItsRunThatHasNoRoomForItsTailCostsItselfOnly() throws Exception {
        byte[] start = join(FloydDumpWriter.name(KEY), VERSION);
        try (FloydDumpWriter writer = hashOf(2)) {
            writer.element(PikaType.HASH, KEY, VERSION, bytes("a"), bytes("1"))
                    .data(KEY, PikaType.HASH, join(start, "b"), bytes("2"))
                    .element(PikaType.HASH, KEY, VERSION, bytes("c"), bytes("3"));
        }
        assertThat(commands()).containsExactly("HSET k a 1 c 3");
        assertThat(discards.of("element.unreadable")).isEqualTo(1);
    }

    @Test
    void aScoreThatIsNoneCostsItsMemberOnly() throws Exception {
        try (BlackwidowDumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.element(PikaType.ZSET, KEY, BlackwidowDumpWriter.VERSION, bytes("aa"), new byte[7]);
            writer.zset("k", 0, List.of("a", "b"));
        }
        assertThat(commands()).containsExactly("ZADD k 0.5 a 1.5 b");
        assertThat(discards.of("element.unreadable")).isEqualTo(1);
    }

    private static StoredStream.Id id(long ms, long sequence) {
        return new StoredStream.Id(ms, sequence);
    }

    @Test
    void aMessageThatIsNoneCostsItsEntryOnly() throws Exception {
        byte[] message = join(1, "f", 1, "v");
        try (FloydDumpWriter writer = new FloydDumpWriter(dump, 1)) {
            writer.streamMeta(KEY, 0, 3, id(1, 1), id(1, 3), id(0, 0), 3, 2);
            for (int i = 1; i <= 3; i++) {
                byte[] stored = i == 2 ? join(9, "f") : message;
                writer.element(PikaType.STREAM, KEY, 2, FloydDumpWriter.id(id(1, i)), stored);
            }
        }
        assertThat(commands()).contains("XADD k 1-1 f v", "XADD k 1-3 f v").hasSize(3);
        assertThat(discards.of("element.unreadable")).isEqualTo(1);
        assertTheSameFromEveryCursor();
    }

    @Test
    void aKeyOfWhichNothingIsLeftDoesNotGoOut() throws Exception {
        try (FloydDumpWriter writer = hashOf(2)) {
            byte[] text = bytes("no number, but long enough");
            writer.data(KEY, PikaType.HASH, field("a"), text)
                    .data(KEY, PikaType.HASH, field("b"), text)
                    .string("s", "v", 0);
        }
        assertThat(commands()).containsExactly("SET s v");
        assertThat(discards.of("element.unreadable")).isEqualTo(2);
    }
}
