package io.pikaconnect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the repository in Markdown, and what in it can be referred to. */
final class Page {

    private static final Pattern HEADING = Pattern.compile("^#{1,5} (.+)$");
    private static final Pattern NUMBERED = Pattern.compile("^(\\d+(?:\\.\\d+)?[a-z]?)\\.? .*");
    private static final Pattern ROW = Pattern.compile("^\\| \\**([\\w.-]+)\\b.*");

    private final Set<String> headings = new HashSet<>();
    private final Set<String> anchors = new HashSet<>();
    private final Set<String> sections = new HashSet<>();
    private final Set<String> rows = new HashSet<>();
    private final String text;

    private Page(String text) {
        this.text = text;
        String section = "";
        boolean code = false;
        for (String line : text.lines().toList()) {
            code ^= line.startsWith("```");
            Matcher heading = HEADING.matcher(line);
            if (!code && heading.matches()) {
                headings.add(heading.group(1));
                anchors.add(anchor(heading.group(1)));
                Matcher numbered = NUMBERED.matcher(heading.group(1));
                if (numbered.matches()) {
                    section = numbered.group(1);
                    sections.add(section);
                }
            }
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(row.group(1));
                rows.add(section + ", row " + row.group(1));
            }
        }
    }

    static Page read(Path file) {
        try {
            return new Page(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As GitHub makes it. */
    private String anchor(String heading) {
        String plain = heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        String anchor = plain;
        for (int i = 1; anchors.contains(anchor); i++) {
            anchor = plain + "-" + i;
        }
        return anchor;
    }

    String text() {
        return text;
    }

    boolean hasHeading(String heading) {
        return headings.contains(heading);
    }

    boolean hasAnchor(String anchor) {
        return anchors.contains(anchor);
    }

    /** Whether a row of one of its tables starts with this. */
    boolean hasRow(String first) {
        return rows.contains(first);
    }

    /** Which of these places, such as {@code 7.5 and 11, row 7}, are not in it: a number is a section's, or a row's. */
    List<String> missing(String places) {
        List<String> missing = new ArrayList<>();
        String section = "";
        for (String place : places.strip().split(", and |, | and ")) {
            boolean isNumber = Character.isDigit(place.charAt(0));
            if (isNumber) {
                section = place;
            }
            String row = place.startsWith("row ") ? section + ", " + place : place;
            if (!rows.contains(row) && !(isNumber && sections.contains(place))) {
                missing.add(row);
            }
        }
        return missing;
    }
}
