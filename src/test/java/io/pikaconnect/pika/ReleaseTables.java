package io.pikaconnect.pika;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of releases in README and limits.md. */
public final class ReleaseTables {

    private ReleaseTables() {}

    /** Which releases are supported, in short: a row for each minor version. */
    public static String families() {
        return "| Pika | Full sync | Tried with a real master |\n|---|---|---|\n"
                + Stream.of(Family.values())
                        .map(family -> {
                            List<Releases> rows = Stream.of(Releases.values())
                                    .filter(row -> releases(row).get(0).family() == family)
                                    .toList();
                            return "| " + range(rows.get(0), rows.get(rows.size() - 1)) + " | "
                                    + (rows.get(0).is(Trait.PUSHES_DUMP)
                                            ? "the master pushes its dump by rsync"
                                            : "pull")
                                    + " | "
                                    + rows.stream()
                                            .flatMap(row -> tried(row).stream())
                                            .collect(Collectors.joining(", "))
                                    + " |";
                        })
                        .collect(Collectors.joining("\n"));
    }

    private static Optional<String> tried(Releases row) {
        return switch (row) {
            case V3_2_0 -> Optional.of("3.2.0");
            case V3_3_6 -> Optional.of("3.3.6");
            case V3_4_0 -> Optional.of("3.4.2");
            case V3_5_5 -> Optional.of("3.5.5");
            case V4_0_1 -> Optional.of("4.0.1");
            case V4_0_2 -> Optional.of("4.0.2 (built from the development branch)");
            default -> Optional.empty();
        };
    }

    /** Which releases are supported, and in what they differ; a row for those of a family that do not. */
    public static String releases() {
        Map<List<String>, List<Releases>> alike = new LinkedHashMap<>();
        for (Releases row : Releases.values()) {
            String family = PikaVersion.anyOf(releases(row).get(0).family()).toString();
            alike.computeIfAbsent(
                            List.of(
                                    family,
                                    reported(row),
                                    fullSync(row),
                                    binlog(row, row.dialects().get(0))),
                            cells -> new ArrayList<>())
                    .add(row);
        }
        return "| Pika | INFO reports | Full sync | Binlog | Known from |\n|---|---|---|---|---|\n"
                + alike.entrySet().stream()
                        .map(e -> "| "
                                + range(
                                        e.getValue().get(0),
                                        e.getValue().get(e.getValue().size() - 1)) + " | "
                                + String.join(" | ", e.getKey().subList(1, 4)) + " | "
                                + e.getValue().stream()
                                        .map(ReleaseTables::knownFrom)
                                        .distinct()
                                        .collect(Collectors.joining("; "))
                                + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static List<Release> releases(Releases row) {
        return Releases.all().stream().filter(r -> Releases.of(r) == row).toList();
    }

    private static String fullSync(Releases row) {
        return (row.is(Trait.PUSHES_DUMP) ? "push by rsync, the binlog held until then" : "pull")
                + (row.is(Trait.SUMS_PIECES) ? ", with checksums" : "")
                + (row.is(Trait.AUTHENTICATES_CONNECTIONS)
                        ? "; port + 2000 wants the password on each connection"
                        : "");
    }

    private static String range(Releases from, Releases to) {
        List<Release> all = Releases.all().stream()
                .filter(r ->
                        Releases.of(r).compareTo(from) >= 0 && Releases.of(r).compareTo(to) <= 0)
                .toList();
        Release first = all.get(0);
        Release last = all.get(all.size() - 1);
        return first.equals(last) ? "" + first : first + " – " + last;
    }

    private static String reported(Releases row) {
        List<Release> its = releases(row);
        List<String> others = Releases.all().stream()
                .map(Release::toString)
                .filter(version -> !its.toString().contains(version))
                .filter(version -> its.stream().anyMatch(r -> Releases.mayReport(r, version)))
                .toList();
        boolean itself = its.stream().anyMatch(r -> Releases.mayReport(r, r.toString()));
        return others.isEmpty() ? "itself" : (itself ? "itself, or " : "") + String.join(", ", others);
    }

    private static String binlog(Releases row, BinlogDialect dialect) {
        List<String> words = new ArrayList<>();
        words.add(dialect.logsSeveralKeys() ? "several keys in one item" : "an item for each key");
        words.add("`SPOP` " + (dialect.logsSpop() ? "without what it popped" : "as `SREM`"));
        if (dialect.dropsDeadlinesOfRanges()) {
            words.add("`SETRANGE` drops deadlines");
        }
        if (dialect.losesAppends() && row != Releases.V4_0_0) { // it cannot be told from 4.0.1 by what it reports
            words.add("`APPEND` to a missing key without its value");
        }
        words.add("deadlines in " + (dialect.keepsSeconds() ? "seconds" : "milliseconds")
                + (dialect.cutsPsetex() ? ", `PSETEX` in seconds" : ""));
        if (dialect.repeatedMember() == BinlogDialect.Repeated.LAST) {
            words.add("of a member named twice the last score");
        }
        return String.join("; ", words);
    }

    /** Another row has to say it, too. */
    private static String knownFrom(Releases row) {
        return switch (row) {
            case V3_2_0 -> "3.2.0: a real master and a recording";
            case V3_3_6 -> "3.3.6: a real master and recordings";
            case V3_4_0 -> "3.4.2: a real master";
            case V3_5_5 -> "real masters and a recording";
            case V4_0_1 -> "a real master and its recording";
            case V4_0_2 -> "a real master, built from the development branch";
            case V3_5_6, V4_0_3, V4_0_4 -> "the descriptions of its changes, not tried";
            case V3_2_4, V3_3_0, V3_3_4, V3_5_0, V3_5_2, V3_5_3, V3_5_4, V4_0_0 -> "the sources";
        };
    }

    /** What becomes of each type; a column for the releases in which that is the same. */
    public static String types() {
        Map<List<String>, List<Releases>> alike = new LinkedHashMap<>();
        for (Releases row : Releases.values()) {
            alike.computeIfAbsent(List.copyOf(types(row).values()), cells -> new ArrayList<>())
                    .add(row);
        }
        StringBuilder table = new StringBuilder("| In Pika");
        alike.values().forEach(rows -> table.append(" | ").append(range(rows.get(0), rows.get(rows.size() - 1))));
        table.append(" |\n|---").append("|---".repeat(alike.size())).append("|");
        int i = 0;
        for (String type : types(Releases.V3_2_0).keySet()) {
            table.append("\n| ").append(type);
            for (List<String> cells : alike.keySet()) {
                table.append(" | ").append(cells.get(i));
            }
            table.append(" |");
            i++;
        }
        return table.toString();
    }

    private static Map<String, String> types(Releases row) {
        BinlogDialect dialect = row.dialects().get(0);
        boolean marked = row.is(Trait.HAS_INSTANCES);
        Map<String, String> types = new LinkedHashMap<>();
        types.put("String", "string");
        types.put("Bitmap", "string");
        types.put(
                "HyperLogLog",
                "string that `PFCOUNT` cannot read; known by its "
                        + (marked ? "mark in the dump, by its content in the binlog" : "length and content")
                        + " (`on.hyperloglog`)");
        types.put("Hash", "hash");
        types.put("List", "list");
        types.put("Set", "set");
        types.put("Sorted set", "sorted set");
        types.put("Geo", "sorted set");
        types.put(
                "Stream",
                dialect.logsSeveralKeys()
                        ? "there are none"
                        : marked ? "stream" : "stream, of what is added after the full sync");
        types.put(
                "A name that holds several types",
                dialect.hasOneKeySpace()
                        ? "there is none"
                        : "the first of string, hash, list, sorted set, set (`on.type.collision`)");
        return types;
    }
}
