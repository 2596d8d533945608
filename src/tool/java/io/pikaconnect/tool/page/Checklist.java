package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Sample;
import io.pikaconnect.tool.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The steps of operations.md, "Cut over", as far as each is met. */
final class Checklist {

    /** As {@code pika2redis cutover} waits by default. */
    private static final Duration STILL = Duration.ofSeconds(5);

    static final String NATIVE = "native";

    private final Seen seen;
    private final Ends ends;
    private final Optional<Duration> quiet;
    private final boolean isOver;

    /**
     * @param quiet for how long nobody has written to Pika
     * @param isOver whether all steps but the last are taken
     */
    Checklist(Seen seen, Ends ends, Optional<Duration> quiet, boolean isOver) {
        this.seen = seen;
        this.ends = ends;
        this.quiet = quiet;
        this.isOver = isOver;
    }

    List<Check> steps() {
        if (isOver) {
            return List.of(
                    new Check(Check.Mark.OK, "Redis has everything of Pika, and acts on all deadlines by itself", ""),
                    new Check(Check.Mark.OK, "Both connectors are stopped", ""),
                    next());
        }
        List<Check> steps = new ArrayList<>();
        steps.add(step("Both connectors run", notRunning()));
        steps.add(step("The sink is ready", missing(Sample::ready, sample -> "not ready, " + Words.behind(sample))));
        steps.add(
                seen.settingsLeft().isEmpty() && !seen.connectors().isEmpty()
                        ? new Check(Check.Mark.OK, "The sink is configured for the end", "")
                        : new Check(
                                Check.Mark.TODO,
                                "The sink is configured for the end",
                                String.join(", ", seen.settingsLeft())));
        steps.add(step(
                "Redis acts on all deadlines by itself",
                missing(sample -> sample.deadlines().equals(NATIVE), sample -> "they are " + sample.deadlines())));
        steps.add(writers());
        steps.add(step("Redis has everything that Pika has logged", missing(Sample::hasEverything, Words::behind)));
        steps.add(new Check(
                seen.areStopped() ? Check.Mark.OK : Check.Mark.TODO, "The sink, then the source, are stopped", ""));
        steps.add(next());
        return steps;
    }

    private Check next() {
        return new Check(Check.Mark.TODO, "The applications use " + ends.redis(), "");
    }

    private static Check step(String what, Optional<String> missing) {
        return new Check(missing.isEmpty() ? Check.Mark.OK : Check.Mark.WAITS, what, missing.orElse(""));
    }

    private Optional<String> notRunning() {
        return seen.connectors().isEmpty()
                ? Optional.of("not known yet")
                : seen.connectors().stream()
                        .filter(connector -> !connector.runs())
                        .findFirst()
                        .map(ConnectorState::words);
    }

    private Check writers() {
        String what = "The applications have stopped writing to " + ends.pika();
        return quiet.map(time -> time.compareTo(STILL) >= 0
                        ? new Check(Check.Mark.OK, what, "its binlog has not grown for " + Words.time(time))
                        : new Check(Check.Mark.TODO, what, "its binlog grows"))
                .orElse(new Check(Check.Mark.TODO, what, "the end of its binlog is not known"));
    }

    /** What the first db lacks that does. */
    private Optional<String> missing(Predicate<Sample> condition, Function<Sample, String> why) {
        Map<String, Sample> samples = new TreeMap<>(seen.samples());
        if (samples.isEmpty()) {
            return Optional.of("not known yet");
        }
        return samples.entrySet().stream()
                .filter(db -> !condition.test(db.getValue()))
                .findFirst()
                .map(db -> (samples.size() > 1 ? db.getKey() + ": " : "") + why.apply(db.getValue()));
    }
}
