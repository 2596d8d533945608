import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts together what {@code mvn site} renders: the pages in folders as in the repository, so that the links between them
 * lead somewhere, each heading with the anchor that GitHub gives it, and beside them the files that they link to.
 *
 * <p>{@code java SitePages.java FOLDER}, in the root of the project.
 */
final class SitePages {

    private static final Pattern HEADING = Pattern.compile("(#{1,5}) (.+)");
    /** To a folder: its page. */
    private static final Pattern FOLDER_LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*/)\\)");

    private static final String PAGE_OF_FOLDER = "README.md";
    private static final Pattern ANCHOR_LINK = Pattern.compile("(\\]\\((?!https?:)[^)#]*#)([^)]+)\\)");

    private final Path markdown;
    private final Path resources;

    private SitePages(Path target) {
        markdown = target.resolve("markdown");
        resources = target.resolve("resources");
    }

    public static void main(String[] args) throws IOException {
        Path target = Path.of(args[0]);
        SitePages pages = new SitePages(target);
        for (String file : List.of("README.md", "CHANGELOG.md", "LICENSE")) {
            pages.take(Path.of(file));
        }
        for (String folder :
                List.of("config", "docker", "src/demo", "src/site/markdown", "src/site/resources/images")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().endsWith(".java"))
                        .toList()) {
                    pages.take(file);
                }
            }
        }
        Files.copy(Path.of("src/site/site.xml"), fresh(target.resolve("site.xml")));
        Path start = Path.of("src/site/resources/index.html");
        Files.copy(start, fresh(pages.resources.resolve("index.html")));
    }

    private void take(Path file) throws IOException {
        if (file.toString().endsWith(".md")) {
            Files.writeString(fresh(markdown.resolve(file)), rendered(Files.readString(file)));
        } else {
            Files.copy(file, fresh(resources.resolve(file)));
        }
    }

    private static Path fresh(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        return file;
    }

    private static String rendered(String page) {
        List<String> lines = new ArrayList<>();
        Set<String> anchors = new TreeSet<>();
        boolean code = false;
        for (String line : page.split("\n", -1)) {
            code ^= line.startsWith("```");
            Matcher heading = HEADING.matcher(line);
            if (!code && heading.matches()) {
                String anchor = ascii(anchor(heading.group(2), anchors));
                lines.add(heading.group(1) + " <a id=\"" + anchor + "\"></a>" + heading.group(2));
            } else {
                lines.add(withLinksOfTheSite(line));
            }
        }
        return String.join("\n", lines);
    }

    private static String withLinksOfTheSite(String line) {
        String toPages = FOLDER_LINK.matcher(line).replaceAll("]($1" + PAGE_OF_FOLDER + ")");
        return ANCHOR_LINK.matcher(toPages).replaceAll(link -> link.group(1) + ascii(link.group(2)) + ")");
    }

    /** The site's generator writes others as it likes, in the links only. */
    private static String ascii(String anchor) {
        return anchor.chars()
                .mapToObj(c -> c < 128 ? String.valueOf((char) c) : "u" + Integer.toHexString(c))
                .collect(Collectors.joining());
    }

    private static String anchor(String heading, Set<String> anchors) {
        String plain = heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        String anchor = plain;
        for (int i = 1; !anchors.add(anchor); i++) {
            anchor = plain + "-" + i;
        }
        return anchor;
    }
}
