package io.pikaconnect.tool;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real distributed Connect worker as a child JVM: it loads the connectors by its {@code plugin.path}, has its REST
 * interface on a free port, and can be killed without warning. Several with one group id form a cluster, which notices
 * after ten seconds that one of them has ended, and gives its tasks to the others after {@link #REBALANCE_DELAY_MS}.
 */
public final class ConnectWorker implements AutoCloseable {

    /** As README advises for workers. */
    public static final String REBALANCE_DELAY_MS = "30000";

    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Pattern LISTENING = Pattern.compile("REST server listening at (http://[^/,]+)/");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ChildJvm jvm;
    private final ConnectRest rest;

    /**
     * How a worker is set up.
     *
     * @param bootstrapServers the Kafka it works with
     * @param groupId names its cluster; the names of the three internal topics come from it
     * @param pluginPath folder with a folder for each plugin
     * @param directory for its properties and its log; created
     * @param exactlyOnce whether source records go out in transactions; all workers of a group alike
     * @param jvmOptions heap and the like
     * @param overrides worker properties that are added, or replace those set here
     */
    public record Options(
            String bootstrapServers,
            String groupId,
            Path pluginPath,
            Path directory,
            boolean exactlyOnce,
            List<String> jvmOptions,
            Map<String, String> overrides) {

        private static final List<String> QUICK_START = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

        public static Options of(String bootstrapServers, String groupId, Path pluginPath, Path directory) {
            return new Options(bootstrapServers, groupId, pluginPath, directory, true, QUICK_START, Map.of());
        }

        public Options withExactlyOnce(boolean on) {
            return new Options(bootstrapServers, groupId, pluginPath, directory, on, jvmOptions, overrides);
        }

        /** Replaces the options for a quick start, which cost throughput. */
        public Options withJvmOptions(String... options) {
            return new Options(
                    bootstrapServers, groupId, pluginPath, directory, exactlyOnce, List.of(options), overrides);
        }

        public Options withOverrides(Map<String, String> properties) {
            return new Options(bootstrapServers, groupId, pluginPath, directory, exactlyOnce, jvmOptions, properties);
        }
    }

    private ConnectWorker(ChildJvm jvm, ConnectRest rest) {
        this.jvm = jvm;
        this.rest = rest;
    }

    /**
     * Starts a worker and waits until it has joined its group.
     *
     * @throws IOException when it does not get there, with the end of its log
     */
    public static ConnectWorker start(Options options) throws IOException {
        String name = options.groupId() + "-" + COUNT.incrementAndGet();
        Files.createDirectories(options.directory());
        Path file = options.directory().resolve(name + ".properties");
        Files.write(
                file,
                properties(options).entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
        ChildJvm jvm = ChildJvm.start(
                "org.apache.kafka.connect.cli.ConnectDistributed",
                options.jvmOptions(),
                classPathWithoutPlugins(options.pluginPath()),
                options.directory().resolve(name + ".log"),
                file.toString());
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (jvm.isAlive() && System.nanoTime() < deadline) {
            Matcher listening = LISTENING.matcher(jvm.logText());
            if (listening.find()) {
                ConnectRest rest = new ConnectRest(URI.create(listening.group(1)), Optional.of(jvm.log()));
                if (rest.answers()) {
                    return new ConnectWorker(jvm, rest);
                }
            }
            pause();
        }
        jvm.kill();
        throw new IOException("the Connect worker " + name + " ended or did not start within " + START_LIMIT.toSeconds()
                + " s; its log " + jvm.log() + " ends with:\n" + jvm.logTail());
    }

    /** Its REST interface. */
    public ConnectRest rest() {
        return rest;
    }

    public Path log() {
        return jvm.log();
    }

    /** Everything logged so far. */
    public String logText() {
        return jvm.logText();
    }

    public long pid() {
        return jvm.pid();
    }

    /** Ends the worker without warning, as a crash of the machine would. */
    public void kill() {
        jvm.kill();
    }

    /** Shuts it down: stops its tasks and leaves its group. */
    @Override
    public void close() {
        jvm.close();
    }

    static Map<String, String> properties(Options options) {
        Map<String, String> p = new TreeMap<>();
        p.put("bootstrap.servers", options.bootstrapServers());
        p.put("group.id", options.groupId());
        p.put("listeners", "http://127.0.0.1:0");
        p.put("plugin.path", options.pluginPath().toAbsolutePath().toString());
        p.put("plugin.discovery", "SERVICE_LOAD");
        p.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        p.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        p.put("connector.client.config.override.policy", "All");
        p.put("topic.tracking.enable", "false");
        p.put("exactly.once.source.support", options.exactlyOnce() ? "enabled" : "disabled");
        for (String internal : List.of("config", "offset", "status")) {
            p.put(internal + ".storage.topic", options.groupId() + "-" + internal + "s");
            p.put(internal + ".storage.replication.factor", "1");
        }
        p.put("offset.storage.partitions", "1");
        p.put("status.storage.partitions", "1");
        p.put("offset.flush.interval.ms", "500");
        // for tests: a transaction that a killed worker left open delays the next one's reading of the internal topics
        // until it is aborted
        p.put("producer.transaction.timeout.ms", "10000");
        // the consumers of a killed worker's sink tasks are missed soon
        p.put("heartbeat.interval.ms", "500");
        p.put("consumer.session.timeout.ms", "3000");
        p.put("consumer.heartbeat.interval.ms", "500");
        p.put("scheduled.rebalance.max.delay.ms", REBALANCE_DELAY_MS);
        p.put("worker.unsync.backoff.ms", "1000");
        p.put("rebalance.timeout.ms", "10000");
        p.putAll(options.overrides());
        return p;
    }

    /** The class path of a separate worker: this JVM's without the plugin and its libraries. */
    private static List<Path> classPathWithoutPlugins(Path pluginPath) throws IOException {
        Path ownClasses = Path.of(URI.create(ConnectWorker.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        Set<Path> brought;
        try (Stream<Path> files = Files.walk(pluginPath)) {
            brought = files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::getFileName)
                    .collect(Collectors.toSet());
        }
        return ChildJvm.classPath().stream()
                .filter(entry -> entry.equals(ownClasses)
                        || Files.isRegularFile(entry) && !brought.contains(entry.getFileName()))
                .toList();
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a Connect worker was starting", e);
        }
    }
}
