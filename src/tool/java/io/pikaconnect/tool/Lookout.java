package io.pikaconnect.tool;

import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.page.ConnectorState;
import io.pikaconnect.tool.page.MetricReadings;
import io.pikaconnect.tool.page.Seen;
import io.pikaconnect.tool.page.StatusPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Looks at two connectors and at the servers between which they work every two seconds, and shows the page what it sees. All
 * of that is done by one thread, which a server that does not answer holds up.
 */
public final class Lookout implements AutoCloseable {

    private static final long EVERY_MS = 2_000;

    private final Supplier<Connectors> reading;
    private final StatusPage page;

    /** Absent until Connect has returned the configurations of both. Used by the thread below. */
    private Optional<Connectors> read = Optional.empty();

    private final RedisLoad load = new RedisLoad();
    private final Map<String, Watch> watches = new TreeMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "page-lookout");
        thread.setDaemon(true);
        return thread;
    });

    private Lookout(Supplier<Connectors> reading, StatusPage page) {
        this.reading = reading;
        this.page = page;
        thread.scheduleWithFixedDelay(this::lookAndShow, 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Begins to look at connectors of the usual names, as soon as Connect has them.
     *
     * @param rest of a worker that has their passwords in their configurations, or in files of this machine
     */
    public static Lookout at(ConnectRest rest, StatusPage page) {
        return new Lookout(
                () -> new Connectors(rest, Pipeline.SOURCE, Pipeline.SINK, new Passwords(variable -> null)), page);
    }

    static Lookout at(Connectors connectors, StatusPage page) {
        return new Lookout(() -> connectors, page);
    }

    private void lookAndShow() {
        try {
            page.see(look());
        } catch (RuntimeException e) {
            page.see(Seen.nothing(Instant.now(), "What was seen cannot be shown: " + e));
        }
    }

    /** Looks once more, and ends looking: for how it ended. */
    public void lookForTheLastTime() {
        close();
        if (thread.isTerminated()) {
            lookAndShow();
        }
    }

    private Seen look() {
        try {
            Connectors connectors = read.orElseGet(reading);
            read = Optional.of(connectors);
            return look(connectors);
        } catch (Failed e) {
            return Seen.nothing(Instant.now(), e.getMessage());
        }
    }

    private Seen look(Connectors connectors) {
        Instant at = Instant.now();
        try {
            List<ConnectorState> states = Stream.of(connectors.source(), connectors.sink())
                    .map(connectors::status)
                    .map(Lookout::state)
                    .toList();
            Map<String, Sample> samples = new TreeMap<>();
            List<String> problems = new ArrayList<>();
            for (String db : connectors.databases()) {
                try {
                    samples.put(
                            db, watches.computeIfAbsent(db, connectors::watch).look());
                } catch (Failed | JedisException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
            return new Seen(
                    at,
                    states,
                    samples,
                    problems,
                    connectors.rest().metrics().map(MetricReadings::of).orElse(MetricReadings.unknown()),
                    CutOver.settingsLeft(connectors),
                    commandsPerSecond(connectors, samples.keySet()));
        } catch (RuntimeException e) {
            return Seen.nothing(
                    at,
                    "Connect at " + connectors.rest().address() + " does not answer as it should: " + e.getMessage());
        }
    }

    private OptionalDouble commandsPerSecond(Connectors connectors, Set<String> seen) {
        if (seen.isEmpty()) {
            return OptionalDouble.empty();
        }
        try (TargetDb redis = connectors.redis(seen.iterator().next())) {
            return load.commandsPerSecond(redis.servers());
        } catch (Failed | JedisException e) {
            return OptionalDouble.empty();
        }
    }

    private static ConnectorState state(ConnectRest.Status status) {
        boolean failed = status.state().equals("FAILED");
        return new ConnectorState(
                status.name(),
                status.state(),
                failed ? Optional.of(FirstLine.of(status.trace())) : Optional.empty(),
                status.tasks().stream()
                        .map(task -> new ConnectorState.Task(
                                task.id(),
                                task.state(),
                                task.worker(),
                                task.state().equals("FAILED")
                                        ? Optional.of(FirstLine.of(task.trace()))
                                        : Optional.empty()))
                        .toList());
    }

    /** Ends looking, and waits for the look under way for a moment. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
