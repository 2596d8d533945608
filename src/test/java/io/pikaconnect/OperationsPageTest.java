package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operators find in the log or in a status is what they find on their page. */
class OperationsPageTest {

    private static final Path PAGE = Path.of("src/site/markdown/operations.md");
    private static final Path CODE = Path.of("src/main/java");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)*\"");
    /** From one literal to the next. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    @Test
    void messagesInTheTablesAreThoseOfTheCode() throws IOException {
        String code = code();
        List<String> fragments = Stream.concat(
                        firstCells("At the source:").stream(), firstCells("At the sink:").stream())
                .toList();
        assertThat(fragments).hasSizeGreaterThan(20).allMatch(code::contains);
    }

    @Test
    void whatShowsThatATaskWaitsIsAMetricASettingOrAMessageOfTheCode() throws IOException {
        String code = code();
        assertThat(firstCells("A task in state `RUNNING`"))
                .hasSizeGreaterThan(15)
                .allMatch(code::contains);
    }

    /** What is quoted in the first cells of the table that follows. */
    private static List<String> firstCells(String before) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.contains(before))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> line.substring(1, line.indexOf(" | ")))
                .flatMap(cell -> QUOTED.matcher(cell).results())
                .map(MatchResult::group)
                .map(quoted -> quoted.substring(1, quoted.length() - 1))
                .toList();
    }

    /** The literals of the code, one a line. */
    private static String code() throws IOException {
        try (Stream<Path> files = Files.walk(CODE)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(OperationsPageTest::read)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            String joined = JOINT.matcher(Files.readString(file)).replaceAll("");
            return LITERAL.matcher(joined).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
