package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever a comment, a message or a page refers to is in the repository: pages and their sections, rules, classes. How
 * references are written is told by architecture.md, "References".
 */
class ReferencesTest {

    private static final Path SITE = Path.of("src/site/markdown");

    /** The pages that are referred to by name and section. */
    private static final Map<String, Page> SPECIFICATION = Stream.of(
                    "replication-protocol", "storage-format", "binlog-commands", "newer-versions")
            .collect(Collectors.toMap(name -> name, name -> Page.read(SITE.resolve("spec/" + name + ".md"))));

    private static final String PLACE = "(?:row )?(?:\\d+(?:\\.\\d+)?[a-z]?|R\\d+|T-[A-Z]+)\\b";
    private static final String PLACES = PLACE + "(?:(?:, and|,| and) " + PLACE + ")*";

    private static final Pattern REFERENCE =
            Pattern.compile("(?<![\\w/-])(" + String.join("|", SPECIFICATION.keySet()) + ")(?: (" + PLACES + "))?");
    private static final Pattern OWN_SECTION = Pattern.compile("\\bsections? (" + PLACES + ")");
    private static final Pattern PAGELESS =
            Pattern.compile("^\\s*(?:\\*|/\\*\\*|//|--).*\\(\\d{1,2}\\.\\d{1,2}[a-z]?\\)", Pattern.MULTILINE);
    private static final Pattern RULE = Pattern.compile("\\bT-[A-Z]{2,}\\b");
    private static final Pattern FILE =
            Pattern.compile("(?<![\\w/.\"-])((?:[\\w-]+/)*[\\w-]+\\.md)\\b(?:, \"([^\"]+)\")?");
    private static final Pattern CLASS = Pattern.compile("\\bio\\.pikaconnect((?:\\.[a-z]+)*(?:\\.[A-Z]\\w*)?)");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern CLASS_NAME =
            Pattern.compile("`(?:[a-z]+/)*([A-Z][a-z]+(?:[A-Z][a-z0-9]*)*)(?:\\.\\w+(?:\\(\\))?)?`");

    private static final Map<Path, String> IN_ONE_LINE = new TreeMap<>();

    @Test
    void referencesToTheSpecificationLeadToItsSections() throws IOException {
        List<String> dangling = new ArrayList<>();
        forEachText((file, text) -> REFERENCE.matcher(text).results().forEach(reference -> {
            if (reference.group(2) != null) {
                SPECIFICATION.get(reference.group(1)).missing(reference.group(2)).stream()
                        .map(place -> file + ": " + reference.group(1) + " has no " + place)
                        .forEach(dangling::add);
            } else if (isCode(file) && !text.startsWith(".md", reference.end())) {
                dangling.add(file + ": " + reference.group() + " without its section");
            }
        }));
        assertThat(dangling).isEmpty();
    }

    @Test
    void commentsNameASectionWithItsPage() throws IOException {
        List<String> pageless = new ArrayList<>();
        for (Path file : texts().filter(ReferencesTest::isCode).toList()) {
            PAGELESS.matcher(Files.readString(file)).results().forEach(line -> pageless.add(file + ":" + line.group()));
        }
        assertThat(pageless).isEmpty();
    }

    @Test
    void sectionsThatAPageOfTheSpecificationNamesAloneAreItsOwn() {
        List<String> dangling = new ArrayList<>();
        SPECIFICATION.forEach((name, page) -> OWN_SECTION
                .matcher(page.text())
                .results()
                .forEach(section ->
                        page.missing(section.group(1)).forEach(place -> dangling.add(name + " has no " + place))));
        assertThat(dangling).isEmpty();
    }

    @Test
    void rulesThatAreNamedAreInTheSpecification() throws IOException {
        Page rules = SPECIFICATION.get("binlog-commands");
        List<String> unknown = new ArrayList<>();
        forEachText((file, text) -> RULE.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(rule -> !rules.hasRow(rule))
                .forEach(rule -> unknown.add(file + ": " + rule)));
        assertThat(unknown).isEmpty();
    }

    @Test
    void pagesAndTheirSectionsThatAreNamedExist() throws IOException {
        Map<String, Page> pages = new TreeMap<>();
        pages().forEach(file -> pages.put(file.toString(), Page.read(file)));
        List<String> dangling = new ArrayList<>();
        forEachText((file, text) -> FILE.matcher(LINK.matcher(text).replaceAll(""))
                .results()
                .forEach(named -> {
                    boolean exists = pages.entrySet().stream()
                            .filter(page -> ("/" + page.getKey()).endsWith("/" + named.group(1)))
                            .anyMatch(page ->
                                    named.group(2) == null || page.getValue().hasHeading(named.group(2)));
                    if (!exists) {
                        dangling.add(file + ": " + named.group());
                    }
                }));
        assertThat(dangling).isEmpty();
    }

    @Test
    void linksOfPagesLeadSomewhere() throws IOException {
        List<String> dangling = new ArrayList<>();
        for (Path file : pages()) {
            LINK.matcher(Files.readString(file))
                    .results()
                    .map(link -> link.group(1))
                    .filter(target -> !target.matches("https?:.*"))
                    .filter(target -> !leadsSomewhere(file, target))
                    .forEach(target -> dangling.add(file + ": " + target));
        }
        assertThat(dangling).isEmpty();
    }

    private static boolean leadsSomewhere(Path file, String target) {
        String[] parts = target.split("#", 2);
        Path to = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        return Files.exists(to) && (parts.length == 1 || Page.read(to).hasAnchor(parts[1]));
    }

    /** In Java's code the compiler sees to it. */
    @Test
    void classesAndPackagesThatAreNamedInFullExist() throws IOException {
        List<String> dangling = new ArrayList<>();
        forEachText((file, text) -> CLASS.matcher(file.toString().endsWith(".java") ? "" : text)
                .results()
                .filter(name -> sources().noneMatch(root -> holds(root, name.group(1))))
                .forEach(name -> dangling.add(file + ": " + name.group())));
        assertThat(dangling).isEmpty();
    }

    private static boolean holds(Path root, String name) {
        Path place = root.resolve("io/pikaconnect" + name.replace('.', '/'));
        return Files.isDirectory(place) || Files.exists(Path.of(place + ".java"));
    }

    @Test
    void classesThatTheArchitectureNamesExist() throws IOException {
        Set<String> classes = sources()
                .flatMap(ReferencesTest::files)
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        assertThat(CLASS_NAME
                        .matcher(Files.readString(SITE.resolve("architecture.md")))
                        .results()
                        .map(name -> name.group(1))
                        .filter(name -> !classes.contains(name)))
                .isEmpty();
    }

    private static Stream<Path> sources() {
        return Stream.of("src/main/java", "src/tool/java", "src/demo/java", "src/test/java")
                .map(Path::of);
    }

    private static boolean isCode(Path file) {
        return !file.toString().endsWith(".md");
    }

    private static List<Path> pages() {
        return texts().filter(file -> !isCode(file)).toList();
    }

    private static void forEachText(BiConsumer<Path, String> check) throws IOException {
        if (IN_ONE_LINE.isEmpty()) {
            for (Path file : texts().toList()) {
                IN_ONE_LINE.put(file, inOneLine(Files.readString(file)));
            }
        }
        IN_ONE_LINE.forEach(check);
    }

    /** A reference may continue in the next line of a comment or paragraph. */
    private static String inOneLine(String text) {
        return text.replaceAll("\\R[ \\t]*(?:\\*(?!/)|//|--|#)?[ \\t]*", " ");
    }

    /** Everything that people write, but for this test, whose patterns are no references. */
    private static Stream<Path> texts() {
        Stream<Path> top = Stream.of("README.md", "CHANGELOG.md", "pom.xml", "manifest.json")
                .map(Path::of);
        return Stream.concat(
                        top, Stream.of("src", "config", "docker").map(Path::of).flatMap(ReferencesTest::files))
                .filter(file ->
                        file.toString().matches(".*\\.(java|lua|proto|md|json|properties|xml|ya?ml|sh)|.*Dockerfile"))
                .filter(file -> !file.endsWith("ReferencesTest.java") && !file.endsWith("Page.java"));
    }

    private static Stream<Path> files(Path root) {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
