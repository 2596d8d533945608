package io.pikaconnect.binlog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.replication.BinlogItem;
import io.pikaconnect.replication.BinlogOffset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a real master sent, and what it held before and after; its folder is named by PIKA_RECORDINGS. */
record Recording(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A key's content: sets sorted, zset scores as doubles; members and values in base64. */
    record Entry(String type, Object value, Optional<Long> deadlineSeconds) {}

    static Recording of(String version) {
        return new Recording(Path.of(System.getenv("PIKA_RECORDINGS"), version));
    }

    List<BinlogItem> items() {
        return lines("binlog-items.jsonl").stream()
                .map(line -> new BinlogItem(
                        new BinlogOffset(
                                line.get("filenum").asLong(), line.get("offset").asLong()),
                        Base64.getDecoder().decode(line.get("item").asText())))
                .toList();
    }

    Map<String, Entry> afterFullSync() {
        return entries("expected-after-full-sync.jsonl");
    }

    Map<String, Entry> afterBinlog() {
        return entries("expected-after-binlog.jsonl");
    }

    private Map<String, Entry> entries(String file) {
        Map<String, Entry> entries = new TreeMap<>();
        for (JsonNode line : lines(file)) {
            JsonNode deadline = line.get("expiresAtSeconds");
            String type = line.get("type").asText();
            entries.put(
                    line.get("key").asText(),
                    new Entry(
                            type,
                            value(type, line.get("value")),
                            deadline.isNull() ? Optional.empty() : Optional.of(deadline.asLong())));
        }
        return entries;
    }

    private static Object value(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.asText();
            case "list" -> texts(value);
            case "set" -> texts(value).stream().sorted().toList();
            case "hash" -> fields(value);
            case "zset" ->
                fields(value).entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> score(e.getValue())));
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    static double score(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Map<String, String> fields(JsonNode object) {
        Map<String, String> fields = new TreeMap<>();
        object.fieldNames()
                .forEachRemaining(name -> fields.put(name, object.get(name).asText()));
        return fields;
    }

    private List<JsonNode> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve(file)).stream()
                    .map(Recording::json)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
