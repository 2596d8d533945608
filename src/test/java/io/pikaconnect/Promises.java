package io.pikaconnect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a page promises, and what holds it: a file of {@code src/test/resources/promises}. Its first line is the page. Then
 * come the page's paragraphs, list items and table rows, in the page's order, each by how it begins; tables that are made
 * from code are left out, for they hold by themselves. Indented below each, one a line:
 *
 * <pre>
 * sink.ReadyTest.notWhileAnythingOfAPartitionWaits   a test that fails when this is not so
 * - advice       what to do, or where to read on: nothing about behaviour
 * - others       how Pika, Kafka, Redis or the JVM behaves
 * - measured     figures of one run
 * </pre>
 */
record Promises(Path page, List<Promise> promises) {

    static final String MARK = "- ";
    static final List<String> NO_PROMISE = List.of("advice", "others", "measured");

    private static final Path FOLDER = Path.of("src/test/resources/promises");
    private static final Pattern ITEM = Pattern.compile("(- |\\d+\\. ).*");
    private static final int HEAD_OF_TABLE = 2;

    /** @param start how the text begins on the page */
    record Promise(String start, List<String> holders) {}

    static List<Promises> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Promises> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(read(Files.readAllLines(file)));
            }
            return all;
        }
    }

    private static Promises read(List<String> lines) {
        List<Promise> promises = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith(" ")) {
                promises.get(promises.size() - 1).holders().add(line.strip());
            } else if (!line.isBlank()) {
                promises.add(new Promise(line.strip(), new ArrayList<>()));
            }
        }
        return new Promises(Path.of(lines.get(0)), promises);
    }

    /** The page's paragraphs, list items and table rows, each as one line. */
    List<String> texts() throws IOException {
        String content = Files.readString(page);
        for (GeneratedTable table : GeneratedTable.all()) {
            if (table.page().equals(page)) {
                content = table.writtenInto(content, "");
            }
        }
        List<String> texts = new ArrayList<>();
        boolean code = false;
        boolean open = false;
        int row = 0;
        for (String line : content.split("\n")) {
            boolean fence = line.startsWith("```");
            code ^= fence;
            row = line.startsWith("|") ? row + 1 : 0;
            if (fence || code || line.isBlank() || line.startsWith("#") || row > 0 && row <= HEAD_OF_TABLE) {
                open = false;
            } else if (open && row == 0 && !ITEM.matcher(line).matches()) {
                texts.add(texts.remove(texts.size() - 1) + " " + line.strip());
            } else {
                texts.add(line.strip());
                open = row == 0;
            }
        }
        return texts;
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
