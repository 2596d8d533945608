package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.metrics.DiscardCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of real masters, compared with what these masters held. */
class RecordedDumpTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "3.2.0,100",
        "3.3.6,100",
        "3.3.6-spop,100",
        "3.5.5,100",
        "3.5.5,1",
        "3.5.5,3",
        "3.2.0,1",
        "3.3.6,3",
        "4.0.1,100",
        "4.0.1,1",
        "4.0.1,3",
    })
    void aRecordedDumpGivesExactlyWhatTheMasterHeld(String recording, int chunkElements) throws Exception {
        DiscardCounts discards = new DiscardCounts();
        List<SnapshotChunk> chunks =
                Dumps.read(dump(recording), Dumps.options(chunkElements), SnapshotCursor.START, discards);

        Map<String, Model.Key> expected = expected(recording);
        Map<String, Model.Key> read = asExpected(new Model().applyAll(chunks));
        if (recording.equals("4.0.1")) {
            read.replaceAll((name, key) -> withinASecond(key, expected.get(name)));
        }
        assertThat(read).isEqualTo(expected);
        assertThat(discards.counts()).isEqualTo(leftOut(recording));
    }

    /** Where deadlines are milliseconds, the seconds that the master told are those of its TTL, rounded. */
    private static Model.Key withinASecond(Model.Key key, Model.Key expected) {
        boolean close = expected != null
                && key.deadline() != null
                && expected.deadline() != null
                && Math.abs(key.deadline() - expected.deadline()) <= 1;
        return close ? new Model.Key(key.type(), key.elements(), expected.deadline()) : key;
    }

    /** What 4.0 left of keys with a NUL byte in them, which it cannot store (storage-format 6.1). */
    private static Map<String, Long> leftOut(String recording) {
        return recording.equals("4.0.1") ? Map.of("key.unreadable", 22L) : Map.of();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.2.0", "3.3.6", "3.3.6-spop", "3.5.5", "4.0.1"})
    void positionsRiseFromChunkToChunk(String recording) throws Exception {
        List<SnapshotChunk> chunks =
                Dumps.read(dump(recording), Dumps.options(1), SnapshotCursor.START, new DiscardCounts());

        assertThat(chunks).extracting(c -> c.position(0)).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"3.5.5,1", "3.5.5,3", "3.5.5,100", "4.0.1,1", "4.0.1,3", "4.0.1,100"})
    void resumesAtEveryCursorWithExactlyTheRest(String recording, int chunkElements) throws Exception {
        Path dump = dump(recording);
        SnapshotOptions options = Dumps.options(chunkElements);
        List<SnapshotChunk> all = Dumps.read(dump, options, SnapshotCursor.START, new DiscardCounts());
        List<String> told = Dumps.told(all);

        try (OpenDump open = OpenDump.open(
                dump, options, new DiscardCounts(), new Milestones(dump, Milestones.EVERY), new AtomicBoolean())) {
            for (int i = 0; i < all.size(); i++) {
                SnapshotCursor after = all.get(i).after();
                int most = i % 200 == 0 ? Integer.MAX_VALUE : 2;
                List<String> rest = Dumps.told(restOfInstance(open, after, most));
                int instance = after.instance();
                List<String> expected = new ArrayList<>();
                for (int j = i + 1; j < all.size() && expected.size() < most; j++) {
                    if (all.get(j).after().instance() == instance) {
                        expected.add(told.get(j));
                    }
                }
                assertThat(rest).as("behind %s", after).isEqualTo(expected);
            }
        }
        for (int i = 0; i < all.size(); i += Math.max(1, all.size() / 15)) {
            List<SnapshotChunk> rest = Dumps.read(
                    dump, options, SnapshotCursor.parse(all.get(i).after().toText()), new DiscardCounts());
            assertThat(Dumps.told(rest)).isEqualTo(told.subList(i + 1, told.size()));
        }
    }

    private static List<SnapshotChunk> restOfInstance(OpenDump open, SnapshotCursor from, int most)
            throws SnapshotException {
        List<SnapshotChunk> chunks = new ArrayList<>();
        try (Scan scan = open.scan(from)) {
            boolean more = true;
            while (more && chunks.size() < most) {
                more = scan.next().map(chunks::add).orElse(false);
            }
        }
        return chunks;
    }

    /** RocksDB writes its log into the folder that it reads. */
    private Path dump(String recording) throws IOException {
        return Dumps.copy(Recording.folder(recording).resolve("dump"), temporary.resolve(recording));
    }

    private static Map<String, Model.Key> expected(String recording) throws IOException {
        Map<String, Model.Key> keys = new TreeMap<>();
        ObjectMapper json = new ObjectMapper();
        try (Stream<String> lines =
                Files.lines(Recording.folder(recording).resolve("expected-after-full-sync.jsonl"))) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode key = json.readTree(line);
                JsonNode seconds = key.get("expiresAtSeconds");
                keys.put(
                        text(key.get("key").asText()),
                        new Model.Key(
                                key.get("type").asText(),
                                elements(key.get("type").asText(), key.get("value")),
                                seconds.isNull() ? null : seconds.asLong()));
            }
        }
        return keys;
    }

    private static List<String> elements(String type, JsonNode value) {
        List<String> elements = new ArrayList<>();
        switch (type) {
            case "string" -> elements.add(text(value.asText()));
            case "hash" ->
                value.properties()
                        .forEach(f -> elements.add(
                                text(f.getKey()) + "=" + text(f.getValue().asText())));
            case "zset" ->
                value.properties()
                        .forEach(f -> elements.add(
                                text(f.getKey()) + "=" + number(f.getValue().asText())));
            default -> value.forEach(e -> elements.add(text(e.asText())));
        }
        return type.equals("list") ? elements : elements.stream().sorted().toList();
    }

    /** Scores as doubles, deadlines in seconds, what has no order sorted. */
    private static Map<String, Model.Key> asExpected(Model model) {
        Map<String, Model.Key> keys = new TreeMap<>();
        model.keys().forEach((name, key) -> {
            Stream<String> elements = key.elements().stream();
            if (key.type().equals("zset")) {
                elements = elements.map(RecordedDumpTest::scoreAsDouble);
            }
            if (!key.type().equals("list")) {
                elements = elements.sorted();
            }
            Long deadline = key.deadline();
            keys.put(name, new Model.Key(key.type(), elements.toList(), deadline == null ? null : deadline / 1_000));
        });
        return keys;
    }

    private static String scoreAsDouble(String element) {
        int at = element.lastIndexOf('=');
        return element.substring(0, at + 1) + number(element.substring(at + 1));
    }

    private static double number(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text) + 0.0;
        };
    }

    private static String text(String base64) {
        return Model.text(Base64.getDecoder().decode(base64));
    }
}
