package io.pikaconnect.demo.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The results as a table in Markdown, its columns and rows in the order in which they came. */
final class Table {

    private final Set<String> columns = new LinkedHashSet<>();
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();

    void put(String column, String row, String value) {
        columns.add(column);
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>()).put(column, value);
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add("| | " + String.join(" | ", columns) + " |");
        lines.add("|" + "---|".repeat(columns.size() + 1));
        rows.forEach((name, values) -> lines.add("| " + name + " | "
                + String.join(
                        " | ",
                        columns.stream()
                                .map(column -> values.getOrDefault(column, ""))
                                .toList())
                + " |"));
        return String.join("\n", lines);
    }
}
