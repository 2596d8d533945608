package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of the topic's format names everything that the code writes, and nothing else. */
class RecordsPageTest {

    private static final Path PAGE = Path.of("src/site/markdown/records.md");
    private static final Path SOURCE = Path.of("src/main/java/io/pikaconnect/source");
    private static final Path SCRIPTS = Path.of("src/main/resources/io/pikaconnect/sink");

    @Test
    void itHasEveryNamedOperation() throws IOException {
        Set<String> operations = Stream.of(Operation.class.getFields())
                .map(RecordsPageTest::value)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names("| Operation |", "`(pika\\.[a-z0-9]+)")).isEqualTo(operations);
    }

    @Test
    void itHasEveryFieldOfTheSourcesOffset() throws IOException {
        assertThat(names("| Field | Meaning |", "`([a-z]+)`"))
                .isEqualTo(all(read(SOURCE, ".java"), "map\\.put\\(\"([a-z]+)\""));
    }

    @Test
    void itHasEveryFieldOfTheLedgerButThoseOfThePartitions() throws IOException {
        String scripts = String.join(
                "\n", all(read(SCRIPTS, ".lua").replace('\n', ' '), "('H(?:M?GET|SET|SETNX|DEL)', ledger,[^)]*\\))"));
        Set<String> fields = all(scripts, "'([a-z]+)'");
        fields.removeAll(Set.of("p", "b", "releasing", "native")); // beginnings of names of partitions, and values
        assertThat(names("| Field of the ledger |", "`([a-z]+)`")).isEqualTo(fields);
    }

    /** In the first cells of the table with that head. */
    private static Set<String> names(String head, String pattern) throws IOException {
        String cells = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(0, line.lastIndexOf(" | ")))
                .collect(Collectors.joining("\n"));
        return all(cells, pattern);
    }

    private static Set<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(suffix)).toList();
            return all.stream().map(RecordsPageTest::read).collect(Collectors.joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
