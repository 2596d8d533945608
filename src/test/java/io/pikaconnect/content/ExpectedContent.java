package io.pikaconnect.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code expected-*.jsonl} of a recording: what the master held, a line of JSON for each key. */
public final class ExpectedContent {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExpectedContent() {}

    public static Content read(Path file) throws IOException {
        SortedMap<String, Content.Entry> entries = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode key = JSON.readTree(line);
            JsonNode deadline = key.path("expiresAtSeconds");
            String type = key.path("type").asText();
            entries.put(
                    text(key.path("key")),
                    new Content.Entry(
                            type,
                            value(type, key.path("value")),
                            deadline.isNumber() ? OptionalLong.of(deadline.asLong()) : OptionalLong.empty()));
        }
        return new Content(entries);
    }

    private static Object value(String type, JsonNode value) {
        switch (type) {
            case "string":
                return text(value);
            case "hash":
                SortedMap<String, String> fields = new TreeMap<>();
                value.properties().forEach(field -> fields.put(text(field.getKey()), text(field.getValue())));
                return fields;
            case "zset":
                SortedMap<String, Long> scores = new TreeMap<>();
                value.properties()
                        .forEach(member -> scores.put(
                                text(member.getKey()),
                                Double.doubleToLongBits(score(member.getValue().asText()))));
                return scores;
            case "list", "set":
                List<String> elements = new ArrayList<>();
                value.forEach(element -> elements.add(text(element)));
                if (type.equals("set")) {
                    elements.sort(null);
                }
                return elements;
            default:
                throw new IllegalArgumentException("no such type in a recording: " + type);
        }
    }

    private static double score(String printed) {
        return switch (printed) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(printed);
        };
    }

    private static String text(JsonNode base64) {
        return text(base64.asText());
    }

    private static String text(String base64) {
        return Content.text(Base64.getDecoder().decode(base64));
    }
}
