package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a migration's state comes down to. */
final class Verdicts {

    private static final String FAILED = "FAILED";

    private Verdicts() {}

    static Verdict starting() {
        return Verdict.of(State.WORKING, "Starting", "Kafka and a Connect worker are being started.");
    }

    /** The first of what is so, from the worst to the best. */
    static Verdict of(Seen seen, Ends ends, List<DbProgress> databases, List<TaskState> tasks, boolean isOver) {
        return failed(tasks)
                .or(() -> over(ends, isOver))
                .or(() -> problem(seen))
                .or(() -> notRunning(seen))
                .or(() -> pikaAway(seen, ends))
                .or(() -> stale(seen))
                .or(() -> ready(seen))
                .or(() -> pikaSilent(seen, ends))
                .orElseGet(() -> working(databases));
    }

    private static Optional<Verdict> failed(List<TaskState> tasks) {
        return tasks.stream()
                .filter(task -> task.state().equals(FAILED))
                .findFirst()
                .map(task -> Verdict.of(State.FAILED, task.name() + " has failed", task.cause())
                        .then(
                                task.remedy().isEmpty()
                                        ? "Restart the task once the cause is fixed; it continues where it was."
                                        : task.remedy()));
    }

    private static Optional<Verdict> over(Ends ends, boolean isOver) {
        return isOver
                ? Optional.of(Verdict.of(
                                State.DONE,
                                "Cut over",
                                "Redis has everything of Pika, and both connectors are stopped.")
                        .then("Point the applications at " + ends.redis()
                                + ". When there is no way back any more: pika2redis cleanup."))
                : Optional.empty();
    }

    private static Optional<Verdict> problem(Seen seen) {
        if (seen.problems().isEmpty()) {
            return Optional.empty();
        }
        boolean redis = seen.problems().get(0).startsWith("Redis");
        return Optional.of(new Verdict(
                State.WAITING,
                redis ? "Redis cannot be asked" : "Connect cannot be asked",
                seen.problems(),
                redis ? "The sink waits for Redis, and continues by itself." : ""));
    }

    private static Optional<Verdict> notRunning(Seen seen) {
        return seen.connectors().stream()
                .filter(connector -> !connector.runs())
                .findFirst()
                .map(connector -> Verdict.of(State.WAITING, connector.words())
                        .then(
                                connector.state().matches("PAUSED|STOPPED")
                                        ? "Near the end of a cut-over that is as it has to be. Otherwise resume it: curl -X PUT"
                                                + " …/connectors/" + connector.name() + "/resume"
                                        : "Connect gives it its tasks by itself, if a worker is there."));
    }

    private static Optional<Verdict> pikaAway(Seen seen, Ends ends) {
        return seen.metrics().readings().stream()
                .filter(reading -> reading.type().equals("source"))
                .filter(reading -> reading.text("last-connection-failure").isPresent())
                .flatMap(reading -> Phases.notConnected(Optional.of(reading)).stream())
                .findFirst()
                .map(why -> Verdict.of(State.WAITING, "Waiting for " + ends.pika(), why)
                        .then("The source tries again by itself."));
    }

    /** What the metrics of the source would have had, where they cannot be read. */
    private static Optional<Verdict> pikaSilent(Seen seen, Ends ends) {
        boolean silent = !seen.metrics().areOfTasks()
                && seen.samples().values().stream()
                        .anyMatch(sample -> sample.masterEnd().isEmpty());
        return silent
                ? Optional.of(Verdict.of(
                                State.WAITING,
                                ends.pika() + " cannot be asked",
                                "The end of its binlog is not known, so neither is what Redis lacks.")
                        .then("See that it runs, and that this machine reaches it. The source tries again by itself."))
                : Optional.empty();
    }

    private static Optional<Verdict> stale(Seen seen) {
        return seen.connectors().stream().anyMatch(sink -> seen.metrics().any("sink", sink.name(), "stale"))
                ? Optional.of(Verdict.of(
                                State.WAITING,
                                "Not ready: Redis may have ended keys too early",
                                "A change was applied so late that Redis, which expired keys itself, may no longer have had its key.")
                        .then("See on.long.absence in the sink's settings."))
                : Optional.empty();
    }

    private static Optional<Verdict> ready(Seen seen) {
        boolean ready = !seen.samples().isEmpty()
                && seen.samples().values().stream().allMatch(sample -> sample.ready() && sample.followsTheBinlog());
        return ready
                ? Optional.of(Verdict.of(
                                State.READY,
                                "Ready for the cut-over",
                                "Redis follows Pika: "
                                        + seen.samples().values().stream()
                                                .max(Comparator.comparing(
                                                        sample -> sample.lagMs().orElse(0)))
                                                .map(Words::behind)
                                                .orElse("")
                                        + ".")
                        .then("pika2redis cutover --dry-run prints the steps, pika2redis cutover takes them."))
                : Optional.empty();
    }

    private static Verdict working(List<DbProgress> databases) {
        Optional<DbProgress> slowest =
                databases.stream().min(Comparator.comparing(db -> db.phases().indexOf(db.current())));
        if (slowest.isEmpty()) {
            return Verdict.of(State.WORKING, "Waiting for the connectors");
        }
        Phase phase = slowest.get().current();
        List<String> details = new ArrayList<>();
        if (!phase.detail().isEmpty()) {
            details.add((databases.size() > 1 ? slowest.get().db() + ": " : "") + phase.detail() + ".");
        }
        phase.remaining().ifPresent(time -> details.add("About " + Words.time(time) + " left in this phase."));
        String percent = phase.percent().isPresent()
                ? String.format(
                        Locale.ROOT, ", %.0f %%", Math.floor(phase.percent().getAsDouble()))
                : "";
        return new Verdict(
                State.WORKING,
                (phase.name().equals(Phases.CATCH_UP) ? "Redis is catching up" : phase.name()) + percent,
                details,
                "");
    }
}
