package io.pikaconnect.demo.pika;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogItem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real masters judge the model: what they logged, executed here, makes of what they held before what they held after. */
class RecordedCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_ARGS = 500;

    @ParameterizedTest
    @CsvSource({"3.2.0, V320", "3.3.6, V336", "3.3.6-spop, V336", "3.5.5, V355"})
    void theModelHoldsWhatTheRealMasterHeld(String recorded, PikaRelease release) throws Exception {
        Path folder = Recording.folder(recorded);
        Recording recording = Recording.load(folder);
        Database database = new Database(release);
        long now = recording.items().get(0).execTimeSeconds() * 1000;
        load(database, folder.resolve("expected-after-full-sync.jsonl"), now);
        for (BinlogItem item : recording.items()) {
            now = item.execTimeSeconds() * 1000;
            Command logged = Resp.parse(item.bytes(), BinlogItem.HEADER).get(0);
            for (Command command : asClientsSayIt(logged, database, now)) {
                Database.Done done = database.execute(command, now).orElseThrow();
                assertThat(done.reply()).as(command::toString).isNotInstanceOf(Reply.Failure.class);
            }
        }
        Database expected = new Database(release);
        load(expected, folder.resolve("expected-after-binlog.jsonl"), now);
        assertThat(content(database, now)).isEqualTo(content(expected, now));
    }

    /** A pksetexat without a time is what 3.5.5 makes of INCR and APPEND, which keep the deadline. */
    private static List<Command> asClientsSayIt(Command logged, Database database, long now) {
        if (!logged.name().equals("pksetexat") || !logged.text(2).equals("0")) {
            return List.of(logged);
        }
        long deadline = database.store()
                .strings
                .live(new Bytes(logged.args().get(1)))
                .map(Keyspace.Held::deadline)
                .orElse(Keyspace.NEVER);
        Command set = Command.of("SET", logged.args().get(1), logged.args().get(3));
        return deadline == Keyspace.NEVER
                ? List.of(set)
                : List.of(set, Command.of("EXPIREAT", logged.args().get(1), deadline / 1000));
    }

    private static void load(Database database, Path expected, long now) throws Exception {
        for (String line : Files.readAllLines(expected)) {
            JsonNode key = JSON.readTree(line);
            byte[] name = key.get("key").binaryValue();
            JsonNode value = key.get("value");
            List<Object> elements = new ArrayList<>();
            String command = switch (key.get("type").asText()) {
                case "string" -> {
                    elements.add(value.binaryValue());
                    yield "SET";
                }
                case "hash" -> {
                    value.properties().forEach(f -> {
                        elements.add(Base64.getDecoder().decode(f.getKey()));
                        elements.add(Base64.getDecoder().decode(f.getValue().asText()));
                    });
                    yield "HMSET";
                }
                case "zset" -> {
                    value.properties().forEach(m -> {
                        elements.add(m.getValue().asText());
                        elements.add(Base64.getDecoder().decode(m.getKey()));
                    });
                    yield "ZADD";
                }
                default -> {
                    for (JsonNode element : value) {
                        elements.add(element.binaryValue());
                    }
                    yield key.get("type").asText().equals("list") ? "RPUSH" : "SADD";
                }
            };
            for (int i = 0; i < elements.size(); i += MOST_ARGS) {
                List<Object> parts = new ArrayList<>(List.of(command, name));
                parts.addAll(elements.subList(i, Math.min(elements.size(), i + MOST_ARGS)));
                database.execute(Command.of(parts.toArray()), now).orElseThrow();
            }
            if (key.get("expiresAtSeconds").isNumber()) {
                Command ends =
                        Command.of("EXPIREAT", name, key.get("expiresAtSeconds").asText());
                database.execute(ends, now).orElseThrow();
            }
        }
    }

    /** Deadlines to ten seconds: the recordings' are known to one or two. */
    private static Map<String, String> content(Database database, long now) {
        return database.store().copy().stream()
                .filter(key -> key.isLiveAt(now))
                .collect(Collectors.toMap(
                        key -> key.name().toString(),
                        key -> text(key.value()) + " @" + Math.round(key.deadline() / 1e4 / 2),
                        (a, b) -> a + " and " + b,
                        TreeMap::new));
    }

    private static String text(StoredKey.Value value) {
        if (value instanceof StoredKey.Value.Text text) {
            return text(text.bytes());
        } else if (value instanceof StoredKey.Value.Fields hash) {
            Map<Bytes, String> fields = new TreeMap<>();
            hash.fields().forEach((field, v) -> fields.put(field, text(v)));
            return fields.toString();
        } else if (value instanceof StoredKey.Value.Elements list) {
            return list.elements().stream()
                    .map(RecordedCommandsTest::text)
                    .toList()
                    .toString();
        }
        return value.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
