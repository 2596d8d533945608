package io.pikaconnect.snapshot;

import static io.pikaconnect.snapshot.DumpWriter.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.DumpWriter.StoredStream;
import io.pikaconnect.snapshot.DumpWriter.StoredStream.Entry;
import io.pikaconnect.snapshot.DumpWriter.StoredStream.Id;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.commands.ProtocolCommand;

/** Streams, which only dumps of 4.0 hold. */
class StreamsTest {

    private static final Id NONE = new Id(0, 0);

    @TempDir
    Path dump;

    private final DiscardCounts discards = new DiscardCounts();

    private static Entry entry(long ms, long sequence, String... fieldsAndValues) {
        return new Entry(
                new Id(ms, sequence),
                List.of(fieldsAndValues).stream().map(DumpWriter::bytes).toList());
    }

    private FloydDumpWriter writer() throws Exception {
        return new FloydDumpWriter(dump, 1);
    }

    private List<SnapshotChunk> read(int chunkElements) throws SnapshotException {
        return Dumps.read(dump, Dumps.options(chunkElements), SnapshotCursor.START, discards);
    }

    @Test
    void entriesComeInTheirOrderAndThePlaceOfTheNextOneBehindThem() throws Exception {
        List<Entry> entries =
                List.of(entry(1, 1, "f", "v"), entry(2, 0, "f", "v", "f", ""), entry(1_795_337_870_150L, 0, "g", "w"));
        try (FloydDumpWriter writer = writer()) {
            writer.stream(bytes("x:1"), new StoredStream(entries, 9, new Id(1_795_337_870_151L, 3), new Id(2, 7)))
                    .stream(
                            bytes("x:2"),
                            new StoredStream(List.of(entry(256, 255, "a", "b")), 1, new Id(256, 255), NONE));
        }

        assertThat(read(2))
                .extracting(c -> c.change().commands().stream()
                        .map(Command::values)
                        .toList()
                        .toString())
                .containsExactly(
                        "[XADD x:1 1-1 f v, XADD x:1 2-0 f v f ]",
                        "[XADD x:1 1795337870150-0 g w,"
                                + " XSETID x:1 1795337870151-3 ENTRIESADDED 9 MAXDELETEDID 2-7]",
                        "[XADD x:2 256-255 a b, XSETID x:2 256-255 ENTRIESADDED 1 MAXDELETEDID 0-0]");
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void everyCursorGivesTheRest() throws Exception {
        List<Entry> entries = IntStream.range(0, 500)
                .mapToObj(i -> entry(i / 3 + 1, i % 3, "f" + i, "v"))
                .toList();
        try (FloydDumpWriter writer = writer()) {
            writer.string("a", "b", 0).stream(
                    bytes("x"), new StoredStream(entries, 700, new Id(900, 0), new Id(899, 0)))
                    .stream(bytes("y"), new StoredStream(entries.subList(0, 10), 10, new Id(900, 0), NONE));
        }

        for (int chunkElements : new int[] {1, 7, 500}) {
            List<SnapshotChunk> all = read(chunkElements);
            List<String> told = Dumps.told(all);
            for (int i = 0; i < all.size(); i += 1 + i / 10) {
                SnapshotCursor after = SnapshotCursor.parse(all.get(i).after().toText());
                List<SnapshotChunk> rest = Dumps.read(dump, Dumps.options(chunkElements), after, discards);
                assertThat(Dumps.told(rest)).isEqualTo(told.subList(i + 1, told.size()));
            }
        }
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void chunksAreBoundedByBytesToo() throws Exception {
        List<Entry> entries = IntStream.range(1, 100)
                .mapToObj(i -> entry(i, 0, "field", "x".repeat(i)))
                .toList();
        try (FloydDumpWriter writer = writer()) {
            writer.stream(bytes("x"), new StoredStream(entries, 99, new Id(99, 0), NONE));
        }

        SnapshotOptions byBytes = new SnapshotOptions(Integer.MAX_VALUE, 300, false, false, Dumps.REQUESTED);
        List<SnapshotChunk> chunks = Dumps.read(dump, byBytes, SnapshotCursor.START, discards);

        assertThat(chunks).hasSizeGreaterThan(20).allMatch(c -> {
            long bytes = 0;
            for (Command command : c.change().commands()) {
                bytes += command.name().equals("xadd") ? command.args().get(4).length : 0;
            }
            return bytes <= 300;
        });
        assertThat(new Model().applyAll(chunks).key("x").elements()).hasSize(100);
    }

    @Test
    void whatIsGoneOrOfAnEarlierLifeIsLeftOut() throws Exception {
        byte[] key = bytes("x");
        byte[] message = DumpWriter.join(1, "f", 1, "v");
        try (FloydDumpWriter writer = writer()) {
            writer.element(PikaType.STREAM, key, 2, FloydDumpWriter.id(new Id(9, 9)), message)
                    .element(PikaType.STREAM, key, 4, FloydDumpWriter.id(new Id(3, 0)), message)
                    .streamMeta(key, 0, 1, new Id(3, 0), new Id(3, 0), NONE, 1, 4)
                    .element(PikaType.STREAM, bytes("emptied"), 2, FloydDumpWriter.id(new Id(1, 0)), message)
                    .streamMeta(bytes("emptied"), 0, 1, NONE, new Id(1, 0), new Id(1, 0), 0, 2)
                    .element(PikaType.STREAM, bytes("set"), 2, FloydDumpWriter.id(new Id(1, 0)), message)
                    .set("set", 0, "m");
        }

        assertThat(Dumps.commands(read(10)))
                .containsExactly("SADD set m", "XADD x 3-0 f v", "XSETID x 3-0 ENTRIESADDED 1 MAXDELETEDID 0-0");
        assertThat(discards.counts()).isEmpty();
    }

    /** First ID and length of a stream whose last entry was deleted before a trim, as 4.0.1 leaves them. */
    @Test
    void neitherFirstIdNorLengthDecideWhichEntriesGoOut() throws Exception {
        byte[] key = bytes("x");
        try (FloydDumpWriter writer = writer()) {
            for (int i = 2; i <= 8; i++) {
                byte[] message = DumpWriter.join(1, "f", 1, "v");
                writer.element(PikaType.STREAM, key, 2, FloydDumpWriter.id(new Id(i, 0)), message);
            }
            writer.streamMeta(key, 0, 9, new Id(8, 0), new Id(9, 0), new Id(9, 0), 4, 2);
        }

        assertThat(new Model().applyAll(read(3)).key("x").elements()).hasSize(8);
        assertThat(discards.counts()).isEmpty();
    }

    @Test
    void aStreamWhoseEntriesWereStoredUnderWrongIdsIsLeftOut() throws Exception {
        List<Entry> entries = List.of(entry(5, 0, "f", "v"), entry(-7, 3, "f", "v"));
        try (FloydDumpWriter writer = writer()) {
            writer.stream(bytes("w"), new StoredStream(List.of(entry(0, 0, "f", "v")), 1, new Id(5, 0), NONE)).stream(
                    bytes("x"), new StoredStream(entries, 2, new Id(6, 0), NONE))
                    .stream(bytes("y"), new StoredStream(entries.subList(0, 1), 1, new Id(5, 0), NONE));
        }

        assertThat(Dumps.commands(read(1)))
                .containsExactly("XADD y 5-0 f v", "XSETID y 5-0 ENTRIESADDED 1 MAXDELETEDID 0-0");
        assertThat(discards.counts()).containsOnlyKeys("stream.garbled").containsValue(2L);
    }

    @Test
    void consumerGroupsThatCannotBeReadAreCounted() throws Exception {
        byte[] message = DumpWriter.join(1, "f", 1, "v");
        try (FloydDumpWriter writer = writer()) {
            writer.element(PikaType.STREAM, bytes("x"), 2, FloydDumpWriter.id(new Id(1, 0)), message)
                    .streamMeta(bytes("x"), 3, 1, new Id(1, 0), new Id(1, 0), NONE, 1, 2);
        }

        assertThat(read(1)).hasSize(1);
        assertThat(discards.counts()).containsOnlyKeys("stream.groups");
    }

    @Test
    void aMessageThatIsNotMadeOfPairsCostsItsEntryOnly() throws Exception {
        List<byte[]> messages = List.of(
                new byte[0],
                DumpWriter.join(1, "f"),
                DumpWriter.join(1, "f", 9, "v"),
                DumpWriter.join(1, "f", -1, "v"));
        try (FloydDumpWriter writer = writer()) {
            for (int i = 0; i < messages.size(); i++) {
                writer.element(PikaType.STREAM, bytes("x"), 2, FloydDumpWriter.id(new Id(1, i)), messages.get(i));
            }
            writer.element(
                            PikaType.STREAM,
                            bytes("x"),
                            2,
                            FloydDumpWriter.id(new Id(2, 0)),
                            DumpWriter.join(1, "f", 1, "v"))
                    .streamMeta(bytes("x"), 0, 5, new Id(1, 0), new Id(2, 0), NONE, 5, 2);
        }
        assertThat(Dumps.commands(read(10)))
                .containsExactly("XADD x 2-0 f v", "XSETID x 2-0 ENTRIESADDED 5 MAXDELETEDID 0-0");
        assertThat(discards.counts()).isEqualTo(Map.of("element.unreadable", 4L));
    }

    @Test
    void redisHoldsTheSameStreamAndGoesOnWherePikaWould() throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= 250; i++) {
            entries.add(entry(1_795_337_870_000L + i / 2, i % 2, "field", "value " + i, "other", "\0"));
        }
        entries.add(entry(-2, -3, "unsigned", ""));
        try (FloydDumpWriter writer = writer()) {
            writer.stream(bytes("x"), new StoredStream(entries, 300, new Id(-2, -3), new Id(-9, 0))).stream(
                    bytes("y"), new StoredStream(entries.subList(0, 1), 2, new Id(-9, 0), new Id(-8, 0)));
        }

        try (RedisServer redis = RedisServer.start();
                Jedis client = redis.connect()) {
            for (SnapshotChunk chunk : read(100)) {
                for (Command command : chunk.change().commands()) {
                    ProtocolCommand name = () -> command.args().get(0);
                    client.sendCommand(
                            name, command.args().subList(1, command.size()).toArray(byte[][]::new));
                }
            }
            List<String> shown = texts(client.sendCommand(() -> bytes("XRANGE"), "x", "-", "+"));
            assertThat(shown).hasSize(251 + 250 * 4 + 2);
            assertThat(shown).startsWith("1795337870000-1", "field", "value 1", "other", "\0", "1795337870001-0");
            assertThat(shown).endsWith("18446744073709551614-18446744073709551613", "unsigned", "");
            assertThat(texts(client.sendCommand(() -> bytes("XINFO"), "STREAM", "x")))
                    .containsSequence("last-generated-id", "18446744073709551614-18446744073709551613")
                    .containsSequence("max-deleted-entry-id", "18446744073709551607-0")
                    .containsSequence("entries-added", "300");
            assertThat(texts(client.sendCommand(() -> bytes("XINFO"), "STREAM", "y")))
                    .containsSequence("last-generated-id", "18446744073709551607-0")
                    .containsSequence("max-deleted-entry-id", "18446744073709551607-0");
            assertThatThrownBy(() -> client.sendCommand(() -> bytes("XADD"), "y", "18446744073709551607-0", "f", "v"))
                    .hasMessageContaining("equal or smaller");
        }
    }

    /** Every text and number in a reply, one after the other. */
    private static List<String> texts(Object reply) {
        List<String> texts = new ArrayList<>();
        if (reply instanceof List<?> parts) {
            parts.forEach(part -> texts.addAll(texts(part)));
        } else if (reply instanceof byte[] bytes) {
            texts.add(new String(bytes, StandardCharsets.UTF_8));
        } else {
            texts.add(String.valueOf(reply));
        }
        return texts;
    }
}
