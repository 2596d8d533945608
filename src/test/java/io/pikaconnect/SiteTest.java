package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn site} renders, as {@code SitePages} puts it together. */
class SiteTest {

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern CODE = Pattern.compile("```.*?```|`[^`]*`", Pattern.DOTALL);
    private static final Pattern MENU = Pattern.compile("<item name=\"[^\"]+\" href=\"([^\"]+)\"/>");

    @TempDir
    private static Path site;

    @BeforeAll
    static void putTogether() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "src/site/java/SitePages.java",
                        site.toString())
                .redirectErrorStream(true)
                .redirectOutput(site.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(site.resolve("output"))).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void everyLinkLeadsToAPageWithThatAnchorOrToAFile() throws IOException {
        List<String> dangling = new ArrayList<>();
        for (Path page : pages()) {
            String text = CODE.matcher(Files.readString(page)).replaceAll("");
            LINK.matcher(text).results().forEach(link -> {
                Path to = link.group(1).isEmpty()
                        ? page
                        : page.resolveSibling(link.group(1)).normalize();
                if (!leadsSomewhere(to, link.group(2))) {
                    dangling.add(markdown().relativize(page) + ": " + link.group());
                }
            });
        }
        assertThat(dangling).isEmpty();
    }

    private static boolean leadsSomewhere(Path to, String anchor) {
        try {
            return Files.isRegularFile(to)
                    ? anchor == null || Files.readString(to).contains("<a id=\"" + anchor + "\"></a>")
                    : Files.isRegularFile(
                            site.resolve("resources").resolve(markdown().relativize(to)));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theMenuHasEveryPageButTheOnesOfTheSpecification() throws IOException {
        Set<String> menu = MENU.matcher(Files.readString(site.resolve("site.xml")))
                .results()
                .map(item -> item.group(1).replace(".html", ".md"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(menu)
                .isEqualTo(pages().stream()
                        .map(page -> markdown().relativize(page).toString().replace(File.separatorChar, '/'))
                        .filter(page -> !page.contains("/spec/") || page.endsWith("README.md"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void itsStartLeadsToReadme() throws IOException {
        assertThat(site.resolve("resources/index.html")).content().contains("url=README.html");
        assertThat(markdown().resolve("README.md")).exists();
    }

    private static Path markdown() {
        return site.resolve("markdown");
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(markdown())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
