package io.pikaconnect.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A topic as a release wrote it from the recording of 3.5.5, poll by poll: {@code topic.jsonl.gz} in the release's folder
 * of {@code src/test/resources/releases}, whose README has how it is made. Each line is a record (partition, headers, key
 * and value in base64), or, after those of a poll, the offset that Connect stores then.
 */
public record ReleasedTopic(List<Poll> polls) {

    public static final int PARTITIONS = 2;

    /** @param partition of the source, under which the offset is stored */
    public record Poll(List<SourceRecord> records, Map<String, String> partition, Map<String, String> offset) {}

    public static Path folder(String release) {
        return Path.of("src/test/resources/releases", release);
    }

    public static ReleasedTopic of(String release) throws IOException {
        List<Poll> polls = new ArrayList<>();
        List<SourceRecord> records = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        for (String line : lines(release, "topic.jsonl.gz")) {
            JsonNode read = json.readTree(line);
            if (read.has("offset")) {
                polls.add(new Poll(List.copyOf(records), texts(read.get("of")), texts(read.get("offset"))));
                records.clear();
            } else {
                records.add(record(read));
            }
        }
        return new ReleasedTopic(List.copyOf(polls));
    }

    /** The lines of a file in the release's folder. */
    public static List<String> lines(String release, String name) throws IOException {
        try (InputStream file = Files.newInputStream(folder(release).resolve(name));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }

    private static SourceRecord record(JsonNode read) throws IOException {
        SourceRecord record = new SourceRecord(
                Map.of(),
                Map.of(),
                "pika.db0",
                read.get("partition").asInt(),
                null,
                read.has("key") ? read.get("key").binaryValue() : null,
                null,
                read.has("value") ? read.get("value").binaryValue() : null,
                read.get("timestamp").isNull() ? null : read.get("timestamp").asLong());
        texts(read.get("headers")).forEach((name, value) -> record.headers().addString(name, value));
        return record;
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.forEachEntry((name, value) -> texts.put(name, value.asText()));
        return texts;
    }

    /** All records, in the order in which they were sent. */
    public List<SourceRecord> records() {
        return polls.stream().flatMap(poll -> poll.records().stream()).toList();
    }
}
