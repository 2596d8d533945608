package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.RedisContent;
import io.pikaconnect.demo.Deadlines;
import io.pikaconnect.demo.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.Jedis;

/** A Redis, and tasks against it; closes all of them, as a JUnit extension after each test. */
public final class SinkFixture implements TargetFixture, AfterEachCallback {

    static final String PREFIX = "pika-connect:";
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    static final long FAR = 1L << 51;

    final RedisServer server;
    final Map<TopicPartition, Long> committed = new HashMap<>();
    private final List<ModelWorker> workers = new ArrayList<>();
    private TaskClock clock = TaskClock.SYSTEM;
    private Jedis jedis;

    public SinkFixture(String... options) {
        server = RedisServer.start(options);
        jedis = server.connect();
    }

    /** The settings for that server. */
    static Map<String, String> propertiesOf(RedisServer server) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "to-redis", "topics", "pika.db0", "redis.address", server.address(), "redis.sender.num", "2"));
        properties.put("key.converter", BYTES);
        properties.put("value.converter", BYTES);
        // -Dscript.max.ms=0: every script ends after one step
        Optional.ofNullable(System.getProperty("script.max.ms")).ifPresent(ms -> properties.put("script.max.ms", ms));
        return properties;
    }

    Map<String, String> properties(String... more) {
        Map<String, String> properties = propertiesOf(server);
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    @Override
    public ModelWorker worker(ModelTopic topic, String... more) {
        return worker(topic, false, more);
    }

    ModelWorker worker(ModelTopic topic, boolean deadLetters, String... more) {
        ModelWorker worker = new ModelWorker(topic, committed, properties(more), deadLetters, clock);
        workers.add(worker);
        return worker;
    }

    /** A worker whose senders have no threads, see {@link ModelWorker#senderTurn}. */
    ModelWorker workerInSteps(ModelTopic topic, TestClock itsClock, String... more) {
        ModelWorker worker = ModelWorker.inSteps(topic, committed, properties(more), itsClock);
        workers.add(worker);
        return worker;
    }

    /** The clock of workers from now on is so far ahead of the real time, which is Redis'. */
    void workersAhead(long ms) {
        workersAhead(() -> ms);
    }

    /** The same, and it may jump. */
    void workersAhead(LongSupplier ms) {
        clock = TestClock.ahead(ms);
    }

    /** A field of the ledger; null if there is none. */
    String ledger(String field) {
        return redis().hget(PREFIX + "ledger", field);
    }

    /** The deadline that the source gave the key, of what is held. */
    long held(String key) {
        return Deadlines.of(redis(), key) - FAR;
    }

    /** A worker with all partitions. */
    ModelWorker all(ModelTopic topic, String... more) {
        int[] partitions = new int[topic.size()];
        Arrays.setAll(partitions, i -> i);
        return worker(topic, more).assign(partitions);
    }

    /** Applies the whole topic and gives the worker. */
    ModelWorker applyAll(ModelTopic topic, String... more) {
        ModelWorker worker = all(topic, more);
        worker.until(() -> isAtEnd(topic));
        return worker;
    }

    /** Every partition's ledger is at the end of the topic. */
    @Override
    public boolean isAtEnd(ModelTopic topic) {
        return isAtEnd(redis(), topic);
    }

    static boolean isAtEnd(Jedis redis, ModelTopic topic) {
        for (int p = 0; p < topic.size(); p++) {
            String field = redis.hget(PREFIX + "ledger", "p" + p);
            if (field == null || LedgerField.parse(field).offset() != topic.end(p)) {
                return false;
            }
        }
        return true;
    }

    LedgerField field(int p) {
        return LedgerField.parse(redis().hget(PREFIX + "ledger", "p" + p));
    }

    public Jedis redis() {
        return jedis;
    }

    /** Whether the server is of a version that is given values by RESTORE. */
    boolean takesRestore() {
        return takesRestore(jedis);
    }

    static boolean takesRestore(Jedis redis) {
        return !redis.info("server").contains("redis_version:6.");
    }

    @Override
    public Content read() {
        return RedisContent.read(redis());
    }

    @Override
    public List<String> ownKeys() {
        return List.copyOf(redis().keys(PREFIX + "*"));
    }

    /** How often Redis has run this command. */
    long calls(String command) {
        return redis().info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .findFirst()
                .orElse(0);
    }

    void reconnect() {
        jedis.close();
        jedis = server.connect();
    }

    /** A key of that partition, the same one each time. */
    static String key(int partition, int partitions) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key" + i)
                .filter(k -> KeySlot.partition(Resp.bytes(k), partitions) == partition)
                .findFirst()
                .orElseThrow();
    }

    /** Everything but the sink's own keys, in a form that can be compared. */
    Map<String, Object> content() {
        return content(jedis);
    }

    static Map<String, Object> content(Jedis redis) {
        Map<String, Object> all = new TreeMap<>();
        for (byte[] key : redis.keys("*".getBytes(StandardCharsets.US_ASCII))) {
            String name = new String(key, StandardCharsets.ISO_8859_1);
            if (!name.startsWith(PREFIX)) {
                all.put(name, value(redis, key));
            }
        }
        return all;
    }

    static Object value(Jedis redis, byte[] key) {
        return switch (redis.type(key)) {
            case "string" -> new String(redis.get(key), StandardCharsets.ISO_8859_1);
            case "list" -> redis.lrange(new String(key, StandardCharsets.ISO_8859_1), 0, -1);
            case "set" -> new java.util.TreeSet<>(redis.smembers(new String(key, StandardCharsets.ISO_8859_1)));
            case "zset" ->
                redis.zrangeWithScores(new String(key, StandardCharsets.ISO_8859_1), 0, -1)
                        .toString();
            case "hash" -> new TreeMap<>(redis.hgetAll(new String(key, StandardCharsets.ISO_8859_1)));
            default -> redis.type(key);
        };
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        workers.forEach(ModelWorker::crash);
        jedis.close();
        server.close();
    }
}
