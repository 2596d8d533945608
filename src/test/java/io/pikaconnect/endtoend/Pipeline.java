package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.ExpectedContent;
import io.pikaconnect.content.PikaContent;
import io.pikaconnect.content.RedisContent;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.StandInMaster;
import io.pikaconnect.demo.TopicContent;
import io.pikaconnect.demo.TopicReader;
import io.pikaconnect.metrics.MBeans;
import io.pikaconnect.tool.ConnectRest;
import io.pikaconnect.tool.ConnectWorker;
import io.pikaconnect.tool.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;

/**
 * A stand-in master, the source connector, its topic of four partitions (one for each db), and sink connectors of two
 * tasks each; all connectors in one worker, which can be killed and started again.
 */
final class Pipeline implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int PARTITIONS = 4;
    private static final int SINK_TASKS = 2;

    /** A worker that was killed does not hold up the next one in the group for the usual ten seconds. */
    private static final Map<String, String> SOON_MISSED = Map.of("session.timeout.ms", "4000");

    private final EmbeddedKafka kafka = SharedKafka.kafka();
    private final String name;
    private final String source;
    private final String topic;
    private final List<String> databases;
    private final StandInMaster master;
    private final Path folder;
    private final ConnectWorker.Options options;
    private final List<String> connectors = new ArrayList<>();
    private ConnectWorker worker;

    /**
     * Starts a worker; the connectors are deployed one by one.
     *
     * @param name of the group; topic and connectors are named after it
     */
    Pipeline(String name, boolean exactlyOnce, StandInMaster master) throws IOException {
        this(name, exactlyOnce, master, List.of("db0"));
    }

    /** The same for several dbs of the master; what is asked about the topic is about the first one's. */
    Pipeline(String name, boolean exactlyOnce, StandInMaster master, List<String> databases) throws IOException {
        this(name, exactlyOnce, master, databases, Optional.empty());
    }

    /** The same in a worker with a Java agent. */
    Pipeline(String name, boolean exactlyOnce, StandInMaster master, List<String> databases, Optional<String> agent)
            throws IOException {
        this.name = name;
        this.source = name + "-source";
        this.topic = name + "." + databases.get(0);
        this.databases = databases;
        this.master = master;
        this.folder = Workplace.folder(name);
        ConnectWorker.Options plain = ConnectWorker.Options.of(
                        kafka.bootstrapServers(), name, PluginArchive.plugins(), folder)
                .withExactlyOnce(exactlyOnce)
                .withOverrides(SOON_MISSED);
        this.options = agent.map(a -> plain.withJvmOptions("-Xmx512m", "-XX:TieredStopAtLevel=1", "-javaagent:" + a))
                .orElse(plain);
        this.worker = ConnectWorker.start(options);
    }

    void deploySource() throws IOException {
        deploySource(Map.of());
    }

    /** @param more settings beyond those of the ready configuration */
    void deploySource(Map<String, String> more) throws IOException {
        Map<String, String> config = sourceConfig();
        config.putAll(more);
        rest().deployAndAwait(source, config, databases.size(), LIMIT);
        connectors.add(source);
    }

    /** What Connect says against the source with another topic.prefix and other settings, if it may ask Kafka. */
    Map<String, List<String>> validateSource(String topicPrefix, Map<String, String> changes) throws IOException {
        Map<String, String> config = askingKafka(sourceConfig());
        config.put("name", "validated");
        config.put("topic.prefix", topicPrefix);
        config.putAll(changes);
        return rest().validate(config);
    }

    private Map<String, String> sourceConfig() throws IOException {
        Map<String, String> config = ReadyConfiguration.json("pika-source");
        config.put("pika.address", "127.0.0.1:" + master.port());
        config.put("pika.name", name);
        config.put("topic.prefix", name);
        config.put("topic.partitions", String.valueOf(PARTITIONS));
        config.put("topic.creation.default.partitions", String.valueOf(PARTITIONS));
        config.put("snapshot.dir", folder.resolve("snapshots").toString());
        if (databases.size() > 1) {
            config.put("pika.databases", String.join(",", databases));
            config.put("tasks.max", String.valueOf(databases.size()));
        }
        return config;
    }

    /** Deploys a sink that fills this Redis; the first one, or one more that replays the topic. */
    String deploySink(RedisServer redis) throws IOException {
        return deploySink(redis, Optional.empty());
    }

    /** The same, slow from its first record on, so that it can be caught in the middle. */
    String deploySink(RedisServer redis, Optional<Integer> bytesPerSecond) throws IOException {
        String sink = nextSink();
        limitSink(sink, bytesPerSecond);
        return deploy(sink, sinkConfig(redis));
    }

    /** A sink with settings beyond those of the ready configuration. */
    String deploySink(RedisServer redis, Map<String, String> more) throws IOException {
        Map<String, String> config = sinkConfig(redis);
        config.putAll(more);
        return deploy(nextSink(), config);
    }

    private String nextSink() {
        return name + "-sink-" + connectors.size();
    }

    private String deploy(String sink, Map<String, String> config) {
        rest().deployAndAwait(sink, config, SINK_TASKS, LIMIT);
        connectors.add(sink);
        return sink;
    }

    private Map<String, String> sinkConfig(RedisServer redis) throws IOException {
        Map<String, String> config = ReadyConfiguration.json("redis-sink");
        config.put("redis.address", redis.address());
        config.put("topics", databases.stream().map(db -> name + "." + db).collect(Collectors.joining(",")));
        config.put("tasks.max", String.valueOf(SINK_TASKS));
        return config;
    }

    /** Slows the source's writing down, so that it can be caught in the middle; or lifts that. */
    void limitSource(Optional<Integer> bytesPerSecond) {
        kafka.limit("connector-producer-" + source + "-0", bytesPerSecond);
    }

    /** Lifts what slows a sink's reading down. */
    void hurrySink(String sink) {
        limitSink(sink, Optional.empty());
    }

    private void limitSink(String sink, Optional<Integer> bytesPerSecond) {
        for (int task = 0; task < SINK_TASKS; task++) {
            kafka.limit("connector-consumer-" + sink + "-" + task, bytesPerSecond);
        }
    }

    /** Kills the worker, with all tasks, without warning, and starts another. */
    void killWorker() throws IOException {
        worker.kill();
        worker = ConnectWorker.start(options);
    }

    /** Has the source make a new full sync, as a user would: stop, forget the offsets, resume. */
    void beginNewEpoch() {
        stopSource();
        resetSource();
        resumeSource();
    }

    /** What Connect says against a sink for this Redis that may ask Kafka: setting → errors. */
    Map<String, List<String>> validateSink(RedisServer redis, String topics) throws IOException {
        return validateSink(redis, topics, Map.of());
    }

    Map<String, List<String>> validateSink(RedisServer redis, String topics, Map<String, String> changes)
            throws IOException {
        Map<String, String> config = askingKafka(sinkConfig(redis));
        config.put("name", "validated");
        config.put("topics", topics);
        config.putAll(changes);
        return rest().validate(config);
    }

    /** A sink that asks Kafka where the newest epoch begins. */
    String deploySinkThatAsksKafka(RedisServer redis) throws IOException {
        return deploySink(redis, askingKafka(new TreeMap<>()));
    }

    private Map<String, String> askingKafka(Map<String, String> config) {
        config.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        return config;
    }

    /** Restarts a connector's tasks in order. */
    void restart(String connector) {
        rest().restart(connector);
    }

    void restartSource() {
        restart(source);
    }

    void pauseSource() {
        rest().pause(source);
        awaitSource("PAUSED", databases.size());
    }

    void stopSource() {
        rest().stop(source);
        awaitSource("STOPPED", 0);
    }

    /** After a pause or a stop. */
    void resumeSource() {
        rest().resume(source);
        awaitSource("RUNNING", databases.size());
    }

    /** Forgets what the stopped source has stored. */
    void resetSource() {
        rest().resetOffsets(source);
    }

    /** What the source has stored, as it shows it over REST; empty for nothing. */
    Map<String, String> sourceOffset() {
        Map<String, String> offset = new TreeMap<>();
        rest().offsets(source)
                .path("offsets")
                .path(0)
                .path("offset")
                .properties()
                .forEach(field -> offset.put(field.getKey(), field.getValue().asText()));
        return offset;
    }

    /** Waits until the source is in the binlog of another epoch. */
    void awaitSnapshotsEndAfter(String epoch) {
        rest().await("the snapshot of another epoch", LIMIT, connectors, () -> {
            Map<String, String> now = sourceOffset();
            return "binlog".equals(now.get("phase")) && !epoch.equals(now.get("epoch"));
        });
    }

    private void awaitSource(String state, int tasks) {
        rest().await(
                        source + " " + state,
                        LIMIT,
                        List.of(source),
                        () -> rest().status(source).is(state, tasks));
    }

    /** Waits until the topic has so many records (transaction markers and ticks included). */
    void awaitRecords(long count) {
        rest().await(count + " records in " + topic, LIMIT, connectors, () -> kafka.offsetsUsed(topic) >= count);
    }

    long records() {
        return kafka.offsetsUsed(topic);
    }

    /** Waits until a Redis has so many keys. */
    void awaitKeys(RedisServer redis, long count) {
        try (Jedis client = redis.connect()) {
            rest().await(count + " keys in Redis", LIMIT, connectors, () -> client.dbSize() >= count);
        }
    }

    /** Waits until the topic has everything the master sent, items included, and these sinks have applied all of it. */
    TopicContent awaitAllApplied(List<String> sinks) {
        rest().await(
                        "the acknowledgement of everything the master sent",
                        LIMIT,
                        connectors,
                        () -> master.lastAcknowledged().equals(Optional.of(master.end())));
        TopicContent content = topic();
        for (String sink : sinks) {
            rest().await(sink + " at the topic's end", LIMIT, connectors, () -> isAt(sink, content.ends()));
        }
        return content;
    }

    /** Waits until a Redis holds exactly what is expected; fails with the first differences if it does not come to that. */
    void awaitHolds(RedisServer redis, Path expected) throws IOException {
        awaitHolds(redis, 0, expected);
    }

    /** The same of another of its dbs. */
    void awaitHolds(RedisServer redis, int database, Path expected) throws IOException {
        Content wanted = ExpectedContent.read(expected);
        try (Jedis client = redis.connect()) {
            client.select(database);
            rest().await(
                            "what the master held, in Redis",
                            LIMIT,
                            connectors,
                            () -> RedisContent.read(client)
                                    .differencesFrom(wanted)
                                    .isEmpty());
        } catch (IllegalStateException e) {
            assertHolds(redis, database, expected);
            throw e;
        }
    }

    /** The worker as JMX shows it. */
    WorkerJmx jmx() throws Exception {
        return WorkerJmx.of(worker.pid());
    }

    String source() {
        return source;
    }

    /** Takes a connector away, and waits until it shows nothing more. */
    void delete(String connector, MBeans beans) {
        rest().delete(connector);
        connectors.remove(connector);
        rest().await(
                        "the end of the metrics of " + connector,
                        LIMIT,
                        connectors,
                        () -> beans.names("*:connector=" + connector + ",type=sink*,*")
                                        .isEmpty()
                                && beans.names("*:connector=" + connector + ",type=plugins,*")
                                        .isEmpty());
    }

    /** Deploys a sink that has to fail, and that validation does not look at, and gives what its status says. */
    String failingSink(RedisServer redis) throws IOException {
        String sink = name + "-failing";
        Map<String, String> config = sinkConfig(redis);
        config.put("validate.connect", "false");
        rest().deploy(sink, config);
        String failure = awaitFailure(sink);
        rest().delete(sink);
        return failure;
    }

    /** Deploys the source once more, under another name. */
    void deployCopyOfSource(String copy, Map<String, String> more) throws IOException {
        Map<String, String> config = sourceConfig();
        config.put("pika.name", copy);
        config.putAll(more);
        rest().deployAndAwait(copy, config, 1, LIMIT);
    }

    void delete(String connector) {
        rest().delete(connector);
        connectors.remove(connector);
    }

    /** Changes a sink's settings. */
    void changeSink(String sink, RedisServer redis, Map<String, String> more) throws IOException {
        Map<String, String> config = sinkConfig(redis);
        config.putAll(more);
        rest().deploy(sink, config);
    }

    /** Waits until a connector fails, and gives what its status says. */
    String awaitFailure(String connector) {
        rest().await(
                        "the failure of " + connector,
                        LIMIT,
                        List.of(),
                        () -> rest().status(connector).failure().isPresent());
        return rest().status(connector).failure().orElseThrow();
    }

    /** Waits until this Redis holds what the master holds. */
    void awaitHolds(RedisServer redis, FakePika master) {
        rest().await("what the master holds", LIMIT, List.of(), () -> {
            try {
                assertHolds(redis, master);
                return true;
            } catch (AssertionError e) {
                return false;
            }
        });
    }

    /** Fails with the first differences unless this Redis holds what the master holds. */
    static void assertHolds(RedisServer redis, FakePika master) {
        long second = master.now() / 1000;
        Content wanted = PikaContent.of(master.content()).aliveIn(second);
        try (Jedis client = redis.connect()) {
            List<String> differences = RedisContent.read(client).aliveIn(second).differencesFrom(wanted);
            assertThat(differences).as(() -> Content.shown(differences)).isEmpty();
        }
    }

    /** What the topic has at this moment. */
    TopicContent topic() {
        return TopicReader.read(kafka.bootstrapServers(), topic);
    }

    /** Fails unless a topic of one epoch keeps its own rules. */
    static void assertSound(TopicContent topic, boolean withoutDuplicates) {
        TopicContent.Verdict verdict = topic.check();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.epochs()).hasSize(1);
        if (withoutDuplicates) {
            assertThat(verdict.duplicates()).isZero();
        }
    }

    /** Fails with the first differences unless this Redis holds exactly what is expected. */
    static void assertHolds(RedisServer redis, Path expected) throws IOException {
        assertHolds(redis, ExpectedContent.read(expected), Optional.empty());
    }

    /** @param more a key, with escapes as in {@link Content}, that this Redis may have beyond that */
    static void assertHolds(RedisServer redis, Content expected, Optional<String> more) {
        try (Jedis client = redis.connect()) {
            List<String> differences = RedisContent.read(client).differencesFrom(expected).stream()
                    .filter(difference -> more.filter(key -> difference.startsWith(key + " is too many"))
                            .isEmpty())
                    .toList();
            assertThat(differences).as(() -> Content.shown(differences)).isEmpty();
        }
    }

    private static void assertHolds(RedisServer redis, int database, Path expected) throws IOException {
        try (Jedis client = redis.connect()) {
            client.select(database);
            List<String> differences = RedisContent.read(client).differencesFrom(ExpectedContent.read(expected));
            assertThat(differences).as(() -> Content.shown(differences)).isEmpty();
        }
    }

    /** Whether the offsets a sink has committed, which are those of its ledger, are at least these. */
    private boolean isAt(String sink, Map<Integer, Long> ends) {
        Map<Integer, Long> committed = new TreeMap<>();
        for (JsonNode entry : rest().offsets(sink).path("offsets")) {
            committed.put(
                    entry.path("partition").path("kafka_partition").asInt(),
                    entry.path("offset").path("kafka_offset").asLong());
        }
        return ends.entrySet().stream().allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private ConnectRest rest() {
        return worker.rest();
    }

    @Override
    public void close() {
        worker.close();
    }
}
