package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.sink.LedgerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisException;

/** The steps of operations.md, "Cut over", up to the moment at which the applications are pointed at Redis. */
final class CutOver {

    /** What the sink gets before the end; what is empty is taken out. */
    private static final Map<String, Optional<String>> SETTINGS = new TreeMap<>(Map.of(
            "expiry.mode", Optional.of("native"),
            "rebuild", Optional.of("never"),
            "on.target.not.empty", Optional.empty(),
            "on.new.epoch", Optional.empty()));

    private static final String RUNNING = "RUNNING";
    private static final String STOPPED = "STOPPED";

    private final Connectors connectors;
    private final Output output;
    private final Waiting waiting;

    CutOver(Connectors connectors, Output output, Waiting waiting) {
        this.connectors = connectors;
        this.output = output;
        this.waiting = waiting;
    }

    /** Whether both connectors are stopped and Redis has everything of Pika, with its own deadlines. */
    boolean isDone() {
        return List.of(connectors.source(), connectors.sink()).stream()
                        .allMatch(name -> connectors.status(name).state().equals(STOPPED))
                && ofEach(this::isNotReleased).isEmpty()
                && ofEach(this::lacks).isEmpty();
    }

    /** Prints what would be done; the answer is what is not met at present. */
    List<String> rehearse() {
        List<String> missing = new ArrayList<>();
        rehearse("both connectors run", failure(), missing);
        rehearse("the sink is ready", ofEach(this::isNotReady), missing);
        changes().forEach((setting, value) -> output.step(StepState.WOULD, words(setting, value)));
        rehearse("Redis acts on all deadlines by itself", ofEach(this::isNotReleased), new ArrayList<>());
        output.step(StepState.WOULD, "wait until the applications have stopped writing to Pika");
        rehearse("Redis has everything that Pika has logged", ofEach(this::lacks), new ArrayList<>());
        output.step(StepState.WOULD, "stop " + connectors.sink() + ", then " + connectors.source());
        return missing;
    }

    private void rehearse(String what, Optional<String> not, List<String> missing) {
        output.step(
                not.isEmpty() ? StepState.OK : StepState.WAITS,
                what + not.map(why -> ": " + why).orElse(""));
        not.ifPresent(missing::add);
    }

    /** Steps 1 and 2: waits until the sink is ready, releases the deadlines, and waits again. */
    void release() {
        failure().ifPresent(why -> {
            throw Failed.notSo(why + ". Both connectors have to run for a cut-over: see pika2redis status");
        });
        waiting.until("the sink is ready", output, () -> ofEach(this::isNotReady));
        Map<String, Optional<String>> changes = changes();
        if (!changes.isEmpty()) {
            connectors.rest().change(connectors.sink(), changes);
            changes.forEach((setting, value) -> output.step(StepState.DONE, words(setting, value)));
        }
        waiting.until(
                "Redis acts on all deadlines by itself, and the sink is ready",
                output,
                () -> failureOr(() -> ofEach(this::isNotReleased).or(() -> ofEach(this::isNotReady))));
    }

    /** Steps 4 and 5, once nobody writes any more: waits until Redis has everything, and stops the connectors. */
    void stop(int stillSeconds) {
        Map<String, BinlogPosition> ends = new TreeMap<>();
        waiting.until(
                "Pika's binlog does not grow, and Redis has everything",
                output,
                () -> failureOr(() -> {
                    List<String> databases = connectors.databases();
                    Optional<String> lacks = ofEach(databases, this::lacks);
                    if (lacks.isPresent()) {
                        return lacks;
                    }
                    ends.clear();
                    databases.forEach(db -> ends.put(db, end(db)));
                    Waiting.pause(stillSeconds * 1_000L);
                    return grown(ends).or(() -> added(ends.keySet()));
                }));
        stop(connectors.sink());
        stop(connectors.source());
        grown(ends).ifPresent(why -> {
            throw Failed.notSo("Pika was written to after Redis had everything (" + why + "), and that is not in Redis:"
                    + " stop the writers, resume both connectors (PUT …/connectors/NAME/resume), and start the same"
                    + " command again");
        });
        output.step(StepState.NEXT, "point the applications at Redis " + connectors.redis());
        output.step(
                StepState.NEXT,
                "set expire-logs-nums of Pika " + connectors.pika() + " back to what it was, and CONFIG REWRITE");
        output.step(StepState.NEXT, "when there is no way back any more: pika2redis cleanup");
    }

    private void stop(String connector) {
        connectors.rest().stop(connector);
        waiting.until(
                connector + " is stopped",
                output,
                () -> Optional.of(connectors.status(connector))
                        .filter(status -> !status.state().equals(STOPPED)
                                || !status.tasks().isEmpty())
                        .map(status -> status.tasks().isEmpty()
                                ? "it is " + status.state()
                                : "tasks of it that still run: "
                                        + status.tasks().size()));
    }

    /** What the sink's configuration still lacks, in words. */
    static List<String> settingsLeft(Connectors connectors) {
        return changes(connectors).entrySet().stream()
                .map(change -> change.getValue()
                        .map(value -> "set " + change.getKey() + "=" + value)
                        .orElse("take " + change.getKey() + " out"))
                .toList();
    }

    private Map<String, Optional<String>> changes() {
        return changes(connectors);
    }

    private static Map<String, Optional<String>> changes(Connectors connectors) {
        Map<String, String> now = connectors.rest().config(connectors.sink()).orElse(Map.of());
        Map<String, Optional<String>> changes = new TreeMap<>(SETTINGS);
        changes.entrySet().removeIf(change -> change.getValue().equals(Optional.ofNullable(now.get(change.getKey()))));
        return changes;
    }

    private String words(String setting, Optional<String> value) {
        return value.map(to -> "set " + setting + "=" + to + " at ").orElse("take " + setting + " out of ")
                + connectors.sink();
    }

    private Optional<String> failureOr(Supplier<Optional<String>> missing) {
        for (String name : List.of(connectors.source(), connectors.sink())) {
            FirstLine.ofFailure(connectors.status(name)).ifPresent(why -> {
                throw new Failed(why);
            });
        }
        return missing.get();
    }

    private Optional<String> failure() {
        return List.of(connectors.source(), connectors.sink()).stream()
                .map(connectors::status)
                .flatMap(status -> FirstLine.ofFailure(status)
                        .or(() -> status.state().equals(RUNNING)
                                        && !status.tasks().isEmpty()
                                        && status.is(RUNNING, status.tasks().size())
                                ? Optional.empty()
                                : Optional.of(status.name() + " is " + status.state() + " with the tasks "
                                        + status.tasks().stream()
                                                .map(ConnectRest.TaskStatus::state)
                                                .toList()))
                        .stream())
                .findFirst();
    }

    /** What a look at a db finds missing, of the first db where something is, of those replicated now. */
    private Optional<String> ofEach(Function<String, Optional<String>> look) {
        return ofEach(connectors.databases(), look);
    }

    private static Optional<String> ofEach(List<String> databases, Function<String, Optional<String>> look) {
        return databases.stream().flatMap(db -> look.apply(db).stream()).findFirst();
    }

    private Optional<String> isNotReady(String db) {
        if (!connectors.places().containsKey(db)) {
            return Optional.of(db + " has not begun: its full sync has not arrived at " + connectors.source() + " yet");
        }
        Optional<LedgerView> ledger = connectors.ledger(db);
        if (ledger.isEmpty()) {
            return Optional.of(db + " has no ledger in Redis yet");
        }
        return ledger.get().isReady()
                ? Optional.empty()
                : Optional.of(db + " is not ready for the cut-over ("
                        + (ledger.get().noteAgeMs().isPresent()
                                ? "the sink looked " + ledger.get().noteAgeMs().getAsLong() / 1_000 + " s ago"
                                : "the sink has not looked yet")
                        + ")");
    }

    private Optional<String> isNotReleased(String db) {
        return connectors
                .ledger(db)
                .map(ledger -> ledger.deadlines().equals("native")
                        ? Optional.<String>empty()
                        : Optional.of("deadlines of " + db + " are " + ledger.deadlines()))
                .orElse(Optional.of(db + " has no ledger in Redis yet"));
    }

    private Optional<String> lacks(String db) {
        Sample sample = connectors.watch(db).look();
        return sample.hasEverything() ? Optional.empty() : Optional.of(db + " is " + Words.behind(sample));
    }

    private BinlogPosition end(String db) {
        try (MasterPort master = new MasterPort(connectors.pika())) {
            return master.end(db)
                    .orElseThrow(() -> new Failed("Pika " + connectors.pika() + " does not report the end of its binlog"
                            + " (INFO replication), so nobody can see whether it is still written to"));
        } catch (JedisException e) {
            throw new Failed("Pika " + connectors.pika() + " does not answer (" + e.getMessage()
                    + "): without it nobody can see whether Redis has everything");
        }
    }

    private Optional<String> added(Set<String> looked) {
        return connectors.databases().stream()
                .filter(db -> !looked.contains(db))
                .findFirst()
                .map(db -> db + " has been added to " + connectors.source());
    }

    private Optional<String> grown(Map<String, BinlogPosition> before) {
        return before.entrySet().stream()
                .filter(end -> !end(end.getKey()).equals(end.getValue()))
                .map(end -> end.getKey() + " is still written to: its binlog has grown from " + end.getValue())
                .findFirst();
    }
}
