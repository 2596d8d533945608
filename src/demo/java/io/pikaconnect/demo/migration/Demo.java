package io.pikaconnect.demo.migration;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.ConnectorSettings;
import io.pikaconnect.tool.Endpoint;
import io.pikaconnect.tool.Lookout;
import io.pikaconnect.tool.Pipeline;
import io.pikaconnect.tool.ReadyConfig;
import io.pikaconnect.tool.Sample;
import io.pikaconnect.tool.Scene;
import io.pikaconnect.tool.Side;
import io.pikaconnect.tool.View;
import io.pikaconnect.tool.Watch;
import io.pikaconnect.tool.Words;
import io.pikaconnect.tool.page.Ends;
import io.pikaconnect.tool.page.StatusPage;
import io.pikaconnect.tool.verify.Comparison;
import io.pikaconnect.tool.verify.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Moves a Pika into a Redis and displays the progress. With a stand-in it makes data, replicates them while clients
 * write, stops the clients, compares both sides and ends with 0 only if they are equal. With a real Pika it runs until
 * it is interrupted, reports when it is ready for the cut-over, and resumes when it is started again.
 */
final class Demo implements AutoCloseable {

    private static final String DB = "db0";
    private static final long LOOK_EVERY_MS = 1_000;
    private static final Duration LINES_OF_A_DEMO = Duration.ofSeconds(3);
    private static final Duration LINES_OF_A_MIGRATION = Duration.ofSeconds(30);

    /** How long a Pika or a Redis may be away before that ends the run. The connectors themselves wait for ever. */
    private static final Duration AWAY_LIMIT = Duration.ofMinutes(5);

    private final Options options;
    private final Optional<StandIn> standIn;
    private final Optional<RedisServer> ownRedis;
    private final Endpoint pika;
    private final RedisTarget redis;
    private final Pipeline pipeline;
    private final Watch watch;
    private final View view;
    private final Optional<StatusPage> page;
    private Optional<Lookout> lookout = Optional.empty();
    private long lastSeen = System.nanoTime();

    /** Set on close: from then on a server that does not answer is not a failure. */
    private volatile boolean closing;

    /**
     * Starts everything but the connectors.
     *
     * @param views creates the display
     * @throws IllegalArgumentException when a real server does not answer
     * @throws IOException when something cannot be started
     */
    Demo(Options options, Function<Scene, View> views) throws IOException {
        this.options = options;
        options.pika().ifPresent(address -> answers("Pika", "pika", address));
        options.redis().ifPresent(target -> answers("Redis", "redis", target));
        if (options.pika().isEmpty()) {
            empty(options.directory());
        }
        System.out.println("Starting Kafka and a Connect worker; their logs are in "
                + options.directory().resolve("logs"));
        pipeline = new Pipeline(options.directory(), options.plugins(), 0, List.of("-Xmx1g"));
        ownRedis = options.redis().isPresent() ? Optional.empty() : Optional.of(RedisServer.start());
        redis = options.redis()
                .orElseGet(() -> RedisTarget.of(
                        Optional.of(ownRedis.orElseThrow().address()), Optional.empty(), Optional.empty()));
        standIn = options.pika().isPresent() ? Optional.empty() : Optional.of(StandIn.start(options.keys()));
        pika = options.pika().orElseGet(() -> standIn.orElseThrow().endpoint());
        watch = new Watch(
                DB,
                () -> pipeline.sourcePlace(DB),
                Optional.of(pipeline.dumps()),
                pika,
                () -> TargetDb.on(redis.connect(), LedgerView.PREFIX));
        page = options.page().isPresent() ? Optional.of(page(options.page().get())) : Optional.empty();
        view = views.apply(scene());
    }

    private StatusPage page(InetSocketAddress address) throws IOException {
        StatusPage started = StatusPage.start(address, new Ends(scene().pika(), scene().redis()));
        System.out.println("The page that shows all this is at " + started.address());
        return started;
    }

    private Scene scene() {
        return new Scene(
                (standIn.isPresent() ? "stand-in for a Pika " : "Pika ") + pika,
                "Redis " + redis,
                pipeline.statusAddress(Pipeline.SOURCE),
                standIn.isPresent() ? OptionalLong.of(options.keys()) : OptionalLong.empty());
    }

    /** Runs to the end, if there is one. The answer is the exit code. */
    int run() throws IOException {
        try {
            pipeline.deploy(source(), sink());
            lookout = page.map(to -> Lookout.at(pipeline.rest(), to));
            view.say("Both connectors are deployed. Their status:");
            for (String connector : List.of(Pipeline.SOURCE, Pipeline.SINK)) {
                view.say("  curl -s " + pipeline.statusAddress(connector));
            }
            follow(Sample::followsTheBinlog);
            view.say("The full sync is in Kafka; from now on the connector follows the binlog.");
            if (standIn.isPresent()) {
                return demonstrate(standIn.get());
            }
            follow(Sample::ready);
            view.say("READY for the cut-over: stop the writers, wait until it is 0 bytes and 0 records behind, then"
                    + " point the applications at Redis. Ctrl-C stops this; the same command resumes it.");
            return options.compare() ? judgeWhenStill() : followForEver();
        } catch (IllegalStateException e) {
            if (!closing) {
                conclude(false, "The run has ended", e.getMessage());
                view.say(e.getMessage());
            }
            return 1;
        }
    }

    private ConnectorSettings source() throws IOException {
        ConnectorSettings address =
                new ConnectorSettings(ReadyConfig.of(Pipeline.SOURCE), Map.of("pika.address", pika.toString()));
        return pika.password()
                .map(password -> address.with("pika.password", password))
                .orElse(address);
    }

    private ConnectorSettings sink() throws IOException {
        return new ConnectorSettings(Map.of(), redis.sink(Pipeline.SINK));
    }

    private int demonstrate(StandIn standIn) {
        view.say("The writers continue for " + options.writing().toSeconds() + " s.");
        long end = System.nanoTime() + options.writing().toNanos();
        follow(sample -> System.nanoTime() > end);
        view.say("The writers have stopped after " + Words.count(standIn.stopWriting()) + " commands.");
        return judgeWhenStill();
    }

    private int judgeWhenStill() {
        follow(sample -> sample.hasEverything() && sample.ready());
        view.say("Redis has everything and is ready for the cut-over. Comparing both sides key by key.");
        return judge();
    }

    private int followForEver() {
        follow(sample -> false);
        return 0;
    }

    /** The Redis that is filled. */
    Side redis() {
        return redis;
    }

    /** Compares both sides, reports the result, and returns the exit code of a run that ends now. */
    int judge() {
        long graceMs;
        try (Jedis client = redis.connect()) {
            graceMs = LedgerView.read(client).orElseThrow().graceMs();
        }
        Verdict verdict = Comparison.compare(pika, redis, graceMs);
        view.say(pipeline.states());
        view.say(verdict.toString());
        conclude(verdict.isEqual(), verdict.isEqual() ? "Equal" : "Different", verdict.toString());
        return verdict.isEqual() ? 0 : 1;
    }

    private void conclude(boolean good, String headline, String why) {
        lookout.ifPresent(Lookout::lookForTheLastTime);
        page.ifPresent(to -> to.conclude(good, headline, why));
    }

    /** Shows the progress until a condition holds. */
    private void follow(Predicate<Sample> until) {
        while (true) {
            Optional<String> failure = pipeline.failure();
            if (failure.isPresent()) {
                throw new Ended("FAILED: " + failure.get() + "\nThe worker's log is below " + pipeline.logs()
                        + (standIn.isPresent() ? "" : ". After the cause is fixed, the same command resumes."));
            }
            if (look().filter(until).isPresent()) {
                return;
            }
            pause();
        }
    }

    private Optional<Sample> look() {
        try {
            Sample sample = watch.look();
            lastSeen = System.nanoTime();
            view.show(sample);
            return Optional.of(sample);
        } catch (JedisException e) {
            if (System.nanoTime() - lastSeen > AWAY_LIMIT.toNanos()) {
                throw new Ended("Redis " + redis + " has not answered for " + AWAY_LIMIT.toMinutes() + " minutes ("
                        + e.getMessage() + "). Nothing is lost: the same command resumes.");
            }
            return Optional.empty();
        }
    }

    private static void answers(String name, String option, Side address) {
        try (Jedis client = address.connect()) {
            client.ping();
        } catch (JedisException e) {
            throw new IllegalArgumentException(name + " " + address + " does not answer (" + e.getMessage() + ")."
                    + " Check -D" + option + "=host:port and -D" + option + ".password");
        }
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ended("interrupted");
        }
    }

    /** The run ends here, and not well. */
    private static final class Ended extends IllegalStateException {

        private static final long serialVersionUID = 1;

        Ended(String why) {
            super(why);
        }
    }

    /** Ends everything in order, the tasks first. */
    @Override
    public void close() {
        closing = true;
        view.close();
        lookout.ifPresent(Lookout::close);
        page.ifPresent(StatusPage::close);
        if (options.pika().isPresent()) {
            System.out.println("Shutting down. The same command resumes from here.");
        }
        pipeline.close();
        standIn.ifPresent(StandIn::close);
        ownRedis.ifPresent(RedisServer::close);
    }

    /** See {@link Options#of} for the system properties. */
    public static void main(String[] args) throws IOException {
        int exit;
        try {
            Options options = Options.of(System.getProperties());
            Duration pause = options.pika().isPresent() ? LINES_OF_A_MIGRATION : LINES_OF_A_DEMO;
            Demo demo = new Demo(options, scene -> View.of(scene, pause));
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "end-of-the-demo"));
            exit = demo.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.out.println(e.getMessage());
            exit = 1;
        }
        System.exit(exit);
    }
}
