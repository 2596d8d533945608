package io.pikaconnect.tool;

import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.SinkRedis;
import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.page.StatusPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A migration from this machine: starts Kafka and the worker, deploys the connectors and shows where they are, until it is
 * ended, a task fails or the connectors are deleted. The children end with this process, however it ends.
 */
final class Migration implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MS = 1_000;
    private static final String FIRST_DB = "db0";

    /**
     * What is to be started.
     *
     * @param plugins folder with the plugin's folder
     * @param pika with its password
     * @param target what the sink's settings name
     */
    record Plan(
            Path directory,
            Path plugins,
            int restPort,
            List<String> workerJvm,
            ConnectorSettings source,
            ConnectorSettings sink,
            Endpoint pika,
            SinkRedis target) {

        String db() {
            return source.whole()
                    .getOrDefault("pika.databases", FIRST_DB)
                    .split(",")[0]
                    .replace("*", FIRST_DB);
        }

        String topic() {
            return source.whole().get("topic.prefix") + "." + db();
        }
    }

    private final Plan plan;
    private final Pipeline pipeline;
    private final View view;
    private final Watch watch;
    private final Optional<StatusPage> page;
    private volatile Optional<Lookout> lookout = Optional.empty();
    private volatile boolean closing;

    private Migration(Plan plan, Pipeline pipeline, Output output, Optional<StatusPage> page) {
        this.plan = plan;
        this.pipeline = pipeline;
        this.page = page;
        view = output.isJson()
                ? new JsonView(plan.db(), output, Duration.ofSeconds(5))
                : View.of(
                        new Scene(
                                "Pika " + plan.pika(),
                                "Redis " + plan.target(),
                                pipeline.statusAddress(Pipeline.SOURCE),
                                OptionalLong.empty()),
                        PAUSE);
        watch = new Watch(
                plan.db(),
                () -> pipeline.sourcePlace(plan.db()),
                Optional.of(pipeline.dumps()),
                plan.pika(),
                () -> plan.target().open(plan.topic()));
    }

    /**
     * Runs it to its end; the answer is the exit code.
     *
     * @param page that shows it, and ends with it
     */
    static int run(Plan plan, Output output, Optional<StatusPage> page) throws IOException {
        page.map(StatusPage::address)
                .ifPresent(address -> output.show(
                        Output.object().put("page", address.toString()),
                        "The page that shows all this is at " + address));
        output.hint("Starting Kafka and a Connect worker; their logs are in "
                + plan.directory().resolve("logs"));
        Pipeline pipeline;
        try {
            pipeline = start(plan);
        } catch (Failed e) {
            page.ifPresent(StatusPage::close);
            throw e;
        }
        Migration migration = new Migration(plan, pipeline, output, page);
        Thread end = new Thread(migration::close, "end-of-the-migration");
        Runtime.getRuntime().addShutdownHook(end);
        int exit = migration.follow();
        if (!migration.closing) {
            Runtime.getRuntime().removeShutdownHook(end);
            migration.close();
        }
        return exit;
    }

    private static Pipeline start(Plan plan) {
        try {
            return new Pipeline(plan.directory(), plan.plugins(), plan.restPort(), plan.workerJvm());
        } catch (IOException e) {
            throw new Failed(e.getMessage().replaceFirst("(?s) ends with:.*", "") + " has the reason");
        }
    }

    private int follow() throws IOException {
        try {
            pipeline.deploy(plan.source(), plan.sink());
            lookout = page.map(to -> Lookout.at(pipeline.rest(), to));
            view.say("Both connectors are deployed. In another terminal: pika2redis status --connect "
                    + pipeline.rest().address());
            boolean ready = false;
            while (true) {
                if (isOver(pipeline.rest())) {
                    String over = "The connectors are deleted, so the migration is over. The folder " + plan.directory()
                            + " is not needed any more.";
                    view.say(over);
                    conclude(true, "The migration is over", over);
                    return ExitCode.DONE;
                }
                refuseFailure(pipeline.rest(), pipeline.logs());
                Optional<Sample> sample = look();
                if (!ready
                        && sample.filter(Sample::ready).isPresent()
                        && areReady(
                                pipeline.rest(),
                                plan.pika(),
                                plan.target(),
                                plan.source().whole().get("topic.prefix") + ".")) {
                    ready = true;
                    view.say("READY for the cut-over: pika2redis cutover --connect "
                            + pipeline.rest().address() + ", with --dry-run to see its steps.");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        } catch (IllegalStateException e) {
            if (closing) {
                return ExitCode.DONE;
            }
            conclude(false, "The migration has ended", e.getMessage());
            throw new Failed(e.getMessage());
        } catch (Failed e) {
            conclude(false, "The migration has ended", e.getMessage());
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.DONE;
        }
    }

    /** Whether somebody has deleted both connectors, as cleanup does one after the other. */
    static boolean isOver(ConnectRest rest) {
        List<String> connectors = rest.connectors();
        return Stream.of(Pipeline.SOURCE, Pipeline.SINK).noneMatch(connectors::contains);
    }

    /** @throws Failed with the reason if a connector or a task has failed */
    static void refuseFailure(ConnectRest rest, Path logs) {
        Stream.of(Pipeline.SOURCE, Pipeline.SINK)
                .flatMap(connector -> FirstLine.ofFailure(rest.status(connector)).stream())
                .findFirst()
                .ifPresent(failure -> {
                    throw new Failed(failure + ". The logs are below " + logs
                            + ". After the cause is fixed, the same command continues");
                });
    }

    /** Empty while Redis is away, for which the sink waits, and while somebody deletes the connectors. */
    private Optional<Sample> look() {
        try {
            Optional<Sample> sample = unlessDeleted(pipeline.rest(), watch::look);
            sample.ifPresent(view::show);
            return sample;
        } catch (JedisException e) {
            return Optional.empty();
        }
    }

    /** Whether each db has a place and the sink is ready for it; what is shown is the first one. */
    static boolean areReady(ConnectRest rest, Endpoint pika, SinkRedis target, String topicPrefix) {
        List<String> databases = Databases.of(rest, Pipeline.SOURCE, pika);
        return SourcePlace.all(rest.offsets(Pipeline.SOURCE)).keySet().containsAll(databases)
                && areReady(
                        target, databases.stream().map(db -> topicPrefix + db).toList());
    }

    private static boolean areReady(SinkRedis target, List<String> topics) {
        return topics.stream().allMatch(topic -> {
            try (TargetDb db = target.open(topic)) {
                return db.ledger().filter(LedgerView::isReady).isPresent();
            } catch (JedisException e) {
                return false; // it is away at the moment
            }
        });
    }

    /** Empty if that fails because there is no such connector any more. */
    static <T> Optional<T> unlessDeleted(ConnectRest rest, Supplier<T> look) {
        try {
            return Optional.of(look.get());
        } catch (IllegalStateException e) {
            if (rest.connectors().containsAll(List.of(Pipeline.SOURCE, Pipeline.SINK))) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void conclude(boolean good, String headline, String why) {
        lookout.ifPresent(Lookout::lookForTheLastTime);
        page.ifPresent(to -> to.conclude(good, headline, why));
    }

    /** Ends the tasks, then Kafka. */
    @Override
    public void close() {
        closing = true;
        view.close();
        lookout.ifPresent(Lookout::close);
        page.ifPresent(StatusPage::close);
        pipeline.close();
    }
}
