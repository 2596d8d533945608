package io.pikaconnect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a page in Markdown has in any language: its sections, and in each of them the blocks of code, what is set as code
 * within the text, where links lead, and how many list items and rows of tables there are.
 */
record PageShape(List<Section> sections) {

    private static final Pattern HEADING = Pattern.compile("(#+) .+");
    private static final Pattern ITEM = Pattern.compile("(- |\\d+\\. ).*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    /**
     * @param level of its heading; 0: what is before the first one
     * @param links without those within the page, whose anchors are made of its headings
     * @param columns of each row of its tables
     */
    record Section(
            int level, List<String> blocks, Set<String> code, Set<String> links, int items, List<Integer> columns) {}

    static PageShape of(Path page) throws IOException {
        List<Section> sections = new ArrayList<>();
        List<String> text = new ArrayList<>();
        List<String> blocks = new ArrayList<>();
        int level = 0;
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            var heading = HEADING.matcher(line);
            if (line.startsWith("```")) {
                code ^= true;
                if (code) {
                    blocks.add("");
                }
            } else if (code) {
                blocks.add(blocks.remove(blocks.size() - 1) + line + "\n");
            } else if (heading.matches()) {
                sections.add(section(level, text, blocks));
                level = heading.group(1).length();
                text.clear();
                blocks.clear();
            } else {
                text.add(line.strip());
            }
        }
        sections.add(section(level, text, blocks));
        return new PageShape(List.copyOf(sections));
    }

    private static Section section(int level, List<String> text, List<String> blocks) {
        String whole = String.join(" ", text);
        return new Section(
                level,
                List.copyOf(blocks),
                found(CODE, whole),
                found(LINK, whole).stream()
                        .filter(link -> !link.startsWith("#"))
                        .collect(Collectors.toCollection(TreeSet::new)),
                (int) text.stream().filter(line -> ITEM.matcher(line).matches()).count(),
                text.stream()
                        .filter(line -> line.startsWith("|"))
                        .map(line -> line.split(" \\| ", -1).length)
                        .toList());
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All blocks of code of the page. */
    List<String> blocks() {
        return sections.stream().flatMap(section -> section.blocks().stream()).toList();
    }
}
