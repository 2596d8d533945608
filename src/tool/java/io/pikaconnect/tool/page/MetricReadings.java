package io.pikaconnect.tool.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The metrics of metrics.md that a worker has at one moment; none if they cannot be read. */
public record MetricReadings(List<Reading> readings) {

    /**
     * One MBean.
     *
     * @param type such as {@code source} or {@code sink-discards}
     * @param tags connector, and db, task or reason
     * @param values numbers and texts by name
     */
    public record Reading(String type, Map<String, String> tags, Map<String, String> values) {

        OptionalDouble number(String name) {
            try {
                return values.containsKey(name)
                        ? OptionalDouble.of(Double.parseDouble(values.get(name)))
                        : OptionalDouble.empty();
            } catch (NumberFormatException e) {
                return OptionalDouble.empty();
            }
        }

        Optional<String> text(String name) {
            return Optional.ofNullable(values.get(name)).filter(text -> !text.isBlank() && !text.equals("-"));
        }
    }

    public MetricReadings {
        readings = List.copyOf(readings);
    }

    /** Those of a worker that cannot be asked for them. */
    public static MetricReadings unknown() {
        return new MetricReadings(List.of());
    }

    /** Reads {@code [{"type": …, "tags": {…}, "values": {…}}, …]}. */
    public static MetricReadings of(JsonNode json) {
        List<Reading> readings = new ArrayList<>();
        for (JsonNode bean : json) {
            readings.add(new Reading(bean.path("type").asText(), texts(bean.path("tags")), texts(bean.path("values"))));
        }
        return new MetricReadings(readings);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    /** Whether there are any of a task: with it they go. */
    boolean areOfTasks() {
        return readings.stream().anyMatch(reading -> reading.type().matches("source|sink"));
    }

    /** Those of one kind, of one connector. */
    List<Reading> of(String type, String connector) {
        return readings.stream()
                .filter(reading -> reading.type().equals(type)
                        && connector.equals(reading.tags().get("connector")))
                .toList();
    }

    /** The one of a source's db. */
    Optional<Reading> source(String connector, String db) {
        return of("source", connector).stream()
                .filter(reading -> db.equals(reading.tags().get("db")))
                .findFirst();
    }

    /** Whether a flag is set for any of a connector's tasks. */
    boolean any(String type, String connector, String flag) {
        return of(type, connector).stream()
                .anyMatch(reading -> reading.number(flag).orElse(0) == 1);
    }

    /** Of all tasks. */
    long sum(String type, String name) {
        return readings.stream()
                .filter(reading -> reading.type().equals(type))
                .mapToLong(reading -> (long) reading.number(name).orElse(0))
                .sum();
    }

    /** What was left out, by reason, of both connectors. */
    List<Discard> discards() {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        Stream.of("source", "sink")
                .forEach(side -> readings.stream()
                        .filter(reading -> reading.type().equals(side + "-discards"))
                        .forEach(reading -> counts.computeIfAbsent(side, s -> new TreeMap<>())
                                .merge(
                                        reading.tags().getOrDefault("reason", "unknown"),
                                        (long) reading.number("discards").orElse(0),
                                        Long::sum)));
        List<Discard> discards = new ArrayList<>();
        counts.forEach(
                (side, reasons) -> reasons.forEach((reason, count) -> discards.add(new Discard(side, reason, count))));
        return discards;
    }
}
