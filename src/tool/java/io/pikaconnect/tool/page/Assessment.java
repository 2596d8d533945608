package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/** Makes an overview of what was seen; remembers the course of numbers, to foresee when they arrive. For one thread. */
final class Assessment {

    private final Ends ends;
    private final Map<String, Phases> phases = new HashMap<>();
    private final Quiet quiet = new Quiet();
    private final Completion completion = new Completion();

    Assessment(Ends ends) {
        this.ends = ends;
    }

    /** Before there is anything to be seen. */
    Overview starting(Instant at) {
        Overview nothing = of(Seen.nothing(at, ""));
        return nothing.with(Verdicts.starting());
    }

    Overview of(Seen seen) {
        Optional<Duration> still = quiet.of(seen.samples(), seen.at());
        boolean isOver = completion.of(seen);
        List<DbProgress> databases = new ArrayList<>();
        new TreeMap<>(seen.samples())
                .forEach((db, sample) -> databases.add(new DbProgress(
                        db,
                        phases.computeIfAbsent(db, name -> new Phases())
                                .of(sample, source(seen, db), seen.at(), isOver))));
        List<TaskState> tasks = Tasks.of(seen);
        return new Overview(
                seen.at(),
                ends,
                Verdicts.of(seen, ends, databases, tasks, isOver),
                now(seen),
                databases,
                new Checklist(seen, ends, still, isOver).steps(),
                tasks,
                seen.metrics().discards(),
                Filtered.of(seen.metrics()),
                seen.metrics().areOfTasks());
    }

    private static Optional<MetricReadings.Reading> source(Seen seen, String db) {
        return seen.connectors().stream()
                .flatMap(connector -> seen.metrics().source(connector.name(), db).stream())
                .findFirst();
    }

    private static Point now(Seen seen) {
        return new Point(
                seen.at().getEpochSecond(),
                sum(seen, sample -> OptionalDouble.of(sample.keys())),
                seen.samples().values().stream()
                        .flatMapToLong(sample -> sample.lagMs().stream())
                        .mapToDouble(ms -> ms / 1_000.0)
                        .max(),
                sum(seen, sample -> OptionalDouble.of(sample.waiting())),
                sum(seen, sample -> asDouble(sample.lagBytes())),
                sum(seen, sample -> OptionalDouble.of(sample.perSecond())),
                seen.commandsPerSecond());
    }

    private static OptionalDouble asDouble(OptionalLong number) {
        return number.isPresent() ? OptionalDouble.of(number.getAsLong()) : OptionalDouble.empty();
    }

    /** Of all dbs of which it is known. */
    private static OptionalDouble sum(Seen seen, Function<Sample, OptionalDouble> number) {
        return seen.samples().values().stream()
                .map(number)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .reduce(Double::sum)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }
}
