package io.pikaconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a real master once sent: a folder with {@code dump/} and {@code binlog-items.jsonl}, one object a
 * line with {@code filenum} and {@code offset} of the position after the item and its bytes in base64.
 *
 * @param dump directory of the dump as received, {@code info} included
 * @param position where the items start, from {@code info}
 * @param items everything after the dump, in order
 */
public record Recording(Path dump, BinlogPosition position, List<BinlogItem> items) {

    public Recording {
        items = List.copyOf(items);
    }

    /** The recording of that version, one of the project's test resources. */
    public static Recording ofVersion(String version) throws IOException {
        return load(folder(version));
    }

    /** The folder of that version's recording; it is never written to. */
    public static Path folder(String version) {
        return RecordingArchives.unpacked(version);
    }

    /** Reads a folder. */
    public static Recording load(Path folder) throws IOException {
        List<BinlogItem> items = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        try (BufferedReader lines = Files.newBufferedReader(folder.resolve("binlog-items.jsonl"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode item = json.readTree(line);
                items.add(new BinlogItem(
                        new BinlogPosition(
                                item.get("filenum").asLong(), item.get("offset").asLong()),
                        item.get("item").binaryValue()));
            }
        }
        Path dump = folder.resolve("dump");
        List<String> info = Files.readAllLines(dump.resolve("info"), StandardCharsets.ISO_8859_1);
        return new Recording(dump, new BinlogPosition(Long.parseLong(info.get(3)), Long.parseLong(info.get(4))), items);
    }

    /** The same dump with other items, for what the recording does not have; they must follow each other. */
    public Recording withItems(List<BinlogItem> others) {
        return new Recording(dump, position, others);
    }

    /** Position of the last item. */
    public BinlogPosition end() {
        return items.isEmpty() ? position : items.get(items.size() - 1).end();
    }

    /** Names of the dump's files as a master since 3.5 lists them: directory/file, {@code info} at the end. */
    public List<String> fileNames() throws IOException {
        List<String> names = new ArrayList<>();
        boolean typed = Files.isDirectory(dump.resolve("strings"));
        for (String type : typed ? List.of("strings", "hashes", "lists", "zsets", "sets") : instances()) {
            try (Stream<Path> files = Files.list(dump.resolve(type))) {
                files.map(f -> type + "/" + f.getFileName())
                        .sorted(Comparator.naturalOrder())
                        .forEach(names::add);
            }
        }
        names.add("info");
        return names;
    }

    /** Directories of a 4.0 dump, by number. */
    private List<String> instances() throws IOException {
        try (Stream<Path> entries = Files.list(dump)) {
            return entries.filter(Files::isDirectory)
                    .map(d -> d.getFileName().toString())
                    .sorted(Comparator.comparing(Integer::valueOf))
                    .toList();
        }
    }
}
