package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows of the table of tasks. */
final class Tasks {

    /** A failure's line has what is wrong and why; the sentences after it have the remedy. */
    private static final Pattern REMEDY = Pattern.compile("\\. (?=\\p{Lu})");

    private Tasks() {}

    static List<TaskState> of(Seen seen) {
        List<TaskState> rows = new ArrayList<>();
        for (ConnectorState connector : seen.connectors()) {
            if (connector.tasks().isEmpty() || connector.failure().isPresent()) {
                rows.add(row(connector.name(), connector.state(), "", "", connector.failure()));
            }
            for (ConnectorState.Task task : connector.tasks()) {
                rows.add(row(
                        connector.name() + ", task " + task.id(),
                        task.state(),
                        task.worker(),
                        doing(seen.metrics(), connector.name(), task.id()),
                        task.failure()));
            }
        }
        return rows;
    }

    private static TaskState row(String name, String state, String worker, String doing, Optional<String> failure) {
        String text = failure.orElse("");
        Matcher remedy = REMEDY.matcher(text);
        boolean has = remedy.find();
        return new TaskState(
                name,
                state,
                worker,
                doing,
                has ? text.substring(0, remedy.start()) : text,
                has ? text.substring(remedy.end()) : "");
    }

    private static String doing(MetricReadings metrics, String connector, int task) {
        return Stream.concat(
                        metrics.of("source", connector).stream().map(Tasks::source),
                        metrics.of("sink", connector).stream()
                                .filter(reading -> String.valueOf(task)
                                        .equals(reading.tags().get("task")))
                                .map(Tasks::sink))
                .collect(Collectors.joining("; "));
    }

    private static String source(MetricReadings.Reading reading) {
        return reading.tags().getOrDefault("db", "") + " "
                + reading.text("phase").orElse("")
                + Phases.notConnected(Optional.of(reading))
                        .map(why -> ", " + why)
                        .orElse("");
    }

    private static String sink(MetricReadings.Reading reading) {
        boolean away = reading.number("connected").orElse(1) == 0;
        return Words.count((long) reading.number("fresh-partitions").orElse(0)) + " of "
                + Words.count((long) reading.number("partitions").orElse(0)) + " partitions are fresh"
                + (away
                        ? ", not connected"
                                + reading.text("last-retry")
                                        .map(why -> ": " + why)
                                        .orElse("")
                        : "");
    }
}
