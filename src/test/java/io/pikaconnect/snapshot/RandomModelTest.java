package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.snapshot.DumpWriter.StoredStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random keys of all types, written and read back, amid what earlier lives of them left behind. */
class RandomModelTest {

    private static final int KEYS = 1_500;

    @TempDir
    Path temporary;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Map<String, Model.Key> expected = new TreeMap<>();

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(Layout layout) throws Exception {
        Path dump = temporary.resolve("dump");
        try (DumpWriter writer = writer(layout, dump)) {
            for (byte[] key : keys()) {
                litter(writer, key);
                write(layout, writer, key);
                if (random.nextInt(200) == 0) {
                    writer.flush();
                }
            }
        }
        SnapshotOptions options = new SnapshotOptions(1 + random.nextInt(12), 60, false, false, Dumps.REQUESTED);
        DiscardCounts discards = new DiscardCounts();

        List<SnapshotChunk> chunks = Dumps.read(dump, options, SnapshotCursor.START, discards);

        assertThat(sorted(new Model().applyAll(chunks).keys()))
                .as("seed %d", seed)
                .isEqualTo(sorted(expected));
        assertThat(discards.counts()).as("seed %d", seed).isEmpty();
        assertThat(chunks).extracting(c -> c.position(0)).isSorted().doesNotHaveDuplicates();
        List<String> told = Dumps.told(chunks);
        for (int i = 0; i < 25; i++) {
            int at = random.nextInt(chunks.size());
            String cursor = chunks.get(at).after().toText();
            assertThat(cursor).as("seed %d, no data in it", seed).matches("\\d+/\\d+/#[0-9a-f]{8}");
            SnapshotCursor after = SnapshotCursor.parse(cursor);
            List<SnapshotChunk> rest = i < 15
                    ? Dumps.read(dump, options, after, discards)
                    : Dumps.readWithMilestones(dump, options, after, discards);
            assertThat(Dumps.told(rest)).as("seed %d", seed).isEqualTo(told.subList(at + 1, told.size()));
        }
    }

    private static DumpWriter writer(Layout layout, Path dump) throws Exception {
        return layout == Layout.FLOYD ? new FloydDumpWriter(dump, 3) : new BlackwidowDumpWriter(dump);
    }

    /** Long and short, with common beginnings and zero bytes, with hash tags, none twice. */
    private List<byte[]> keys() {
        Map<String, byte[]> keys = new HashMap<>();
        while (keys.size() < KEYS) {
            byte[] key = new byte[random.nextInt(random.nextInt(8) == 0 ? 300 : 9)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(3) : "{}abc".charAt(random.nextInt(5)));
            }
            keys.put(Model.text(key), key);
        }
        return List.copyOf(keys.values());
    }

    /** Elements without a record of their version, of any type. */
    private void litter(DumpWriter writer, byte[] key) throws Exception {
        List<PikaType> types = List.of(PikaType.HASH, PikaType.LIST, PikaType.SET, PikaType.ZSET);
        for (PikaType type : types) {
            byte[] element = type == PikaType.LIST ? DumpWriter.join(Long.MIN_VALUE) : bytes(5);
            byte[] value = type == PikaType.ZSET ? DumpWriter.join(1L) : type == PikaType.SET ? new byte[0] : bytes(5);
            if (random.nextInt(4) == 0 && writer instanceof FloydDumpWriter w) {
                w.element(type, key, FloydDumpWriter.VERSION - 1 - random.nextInt(1_000), element, value);
            } else if (random.nextInt(4) == 0 && writer instanceof BlackwidowDumpWriter w) {
                w.element(type, key, BlackwidowDumpWriter.VERSION - 1 - random.nextInt(1_000), element, value);
            }
        }
    }

    private void write(Layout layout, DumpWriter writer, byte[] key) throws Exception {
        long deadline = random.nextInt(3) == 0 ? 1_000_000L + random.nextInt(Integer.MAX_VALUE) * 1_000L : 0;
        List<byte[]> elements = new ArrayList<>(distinct());
        List<String> texts = elements.stream().map(Model::text).toList();
        switch (random.nextInt(layout == Layout.FLOYD ? 6 : 5)) {
            case 0 -> {
                byte[] value = bytes(100);
                writer.string(key, value, deadline);
                expect(layout, key, "string", List.of(Model.text(value)), deadline);
            }
            case 1 -> {
                List<byte[]> flat =
                        elements.stream().flatMap(e -> List.of(e, e).stream()).toList();
                writer.hash(key, deadline, flat);
                expect(layout, key, "hash", texts.stream().map(t -> t + "=" + t).toList(), deadline);
            }
            case 2 -> {
                List<byte[]> twice = new ArrayList<>(elements);
                twice.addAll(elements);
                writer.list(key, deadline, twice);
                expect(layout, key, "list", twice.stream().map(Model::text).toList(), deadline);
            }
            case 3 -> {
                writer.set(key, deadline, elements);
                expect(layout, key, "set", texts, deadline);
            }
            case 4 -> {
                List<Double> scores =
                        elements.stream().map(e -> random.nextInt(100) * 0.5).toList();
                List<String> scored = new ArrayList<>();
                for (int i = 0; i < texts.size(); i++) {
                    scored.add(texts.get(i) + "=" + new String(Scores.text(scores.get(i))));
                }
                writer.zset(key, deadline, elements, scores);
                expect(layout, key, "zset", scored, deadline);
            }
            default -> writeStream(writer, key, elements);
        }
    }

    private void writeStream(DumpWriter writer, byte[] key, List<byte[]> values) throws Exception {
        List<StoredStream.Entry> entries = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        StoredStream.Id id = new StoredStream.Id(0, 0);
        for (byte[] value : values) {
            id = new StoredStream.Id(id.ms() + random.nextInt(3), id.sequence() + 1 + random.nextInt(300));
            entries.add(new StoredStream.Entry(id, List.of(value, value)));
            texts.add(id.ms() + "-" + id.sequence() + " " + Model.text(value) + " " + Model.text(value));
        }
        writer.stream(key, new StoredStream(entries, 77, id, new StoredStream.Id(0, 0)));
        texts.add("XSETID " + id.ms() + "-" + id.sequence() + " ENTRIESADDED 77 MAXDELETEDID 0-0");
        if (!values.isEmpty()) {
            expected.put(Model.text(key), new Model.Key("stream", texts, null));
        }
    }

    private void expect(Layout layout, byte[] key, String type, List<String> elements, long deadline) {
        Long ms = deadline == 0 ? null : layout == Layout.FLOYD ? deadline : deadline / 1_000 * 1_000 + 999;
        if (!elements.isEmpty()) {
            expected.put(Model.text(key), new Model.Key(type, elements, ms));
        }
    }

    /** Any number of byte strings, each other than the others. */
    private List<byte[]> distinct() {
        TreeSet<String> texts = new TreeSet<>();
        int most = random.nextInt(4) == 0 ? 60 : 5;
        for (int i = random.nextInt(most); i > 0; i--) {
            texts.add(Model.text(bytes(12)));
        }
        return texts.stream()
                .map(t -> t.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .toList();
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What has no order in Redis, sorted. */
    private static Map<String, Model.Key> sorted(Map<String, Model.Key> keys) {
        Map<String, Model.Key> sorted = new TreeMap<>();
        keys.forEach((name, key) -> {
            boolean ordered = key.type().equals("list") || key.type().equals("stream");
            List<String> elements =
                    ordered ? key.elements() : key.elements().stream().sorted().toList();
            sorted.put(name, new Model.Key(key.type(), elements, key.deadline()));
        });
        return sorted;
    }
}
