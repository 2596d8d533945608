package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.RedisContent;
import io.pikaconnect.demo.Deadlines;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.Jedis;

/** A Redis Cluster, and tasks against it; closes all of them, as a JUnit extension after each test. */
public final class ClusterFixture implements TargetFixture, AfterEachCallback {

    static final String CONTROL = SinkFixture.PREFIX + "{control}ledger";

    final RedisCluster cluster;
    final Map<TopicPartition, Long> committed = new HashMap<>();
    private final List<ModelWorker> workers = new ArrayList<>();

    /** Three masters, each with a replica. */
    public ClusterFixture(String... options) {
        this(3, 1, options);
    }

    ClusterFixture(int masters, int replicasOfEach, String... options) {
        this(masters, replicasOfEach, node -> List.of(options));
    }

    /** @param options of the first, second, … node */
    ClusterFixture(int masters, int replicasOfEach, IntFunction<List<String>> options) {
        cluster = RedisCluster.start(masters, replicasOfEach, options);
    }

    Map<String, String> properties(String... more) {
        Map<String, String> properties =
                SinkFixture.propertiesOf(cluster.nodes().get(0));
        properties.put("redis.cluster", "true");
        properties.put("redis.address", cluster.addresses());
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    @Override
    public ModelWorker worker(ModelTopic topic, String... more) {
        ModelWorker worker = new ModelWorker(topic, committed, properties(more), false);
        workers.add(worker);
        return worker;
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
        worker.until(() -> isAtEnd(topic), 60_000);
        return worker;
    }

    /** A new worker reads what the nodes really have, and brings them to the topic's end. */
    void bringForward(ModelTopic topic, String... more) {
        workers.stream().filter(ModelWorker::isRunning).forEach(ModelWorker::close);
        committed.clear();
        applyAll(topic, more).close();
    }

    /** The workers would commit the end of every partition. */
    @Override
    public boolean isAtEnd(ModelTopic topic) {
        workers.stream().filter(ModelWorker::isRunning).forEach(ModelWorker::commit);
        for (int p = 0; p < topic.size(); p++) {
            if (committed.getOrDefault(topic.partition(p), -1L) != topic.end(p)) {
                return false;
            }
        }
        return true;
    }

    /** Everything but the sink's own keys, in a form that can be compared; of a key at two nodes both are shown. */
    Map<String, Object> content() {
        Map<String, Object> all = new TreeMap<>();
        for (RedisServer master : cluster.masters()) {
            try (Jedis jedis = master.connect()) {
                SinkFixture.content(jedis).forEach((key, value) -> {
                    boolean isHere = cluster.masterOf(slot(key)) == master;
                    Object before = all.put(isHere ? key : key + " at " + master.address(), value);
                    if (before != null) {
                        throw new AssertionError(key + " is twice in the cluster");
                    }
                });
            }
        }
        return all;
    }

    /** As {@link Deadlines#of}. */
    long deadline(String key) {
        return onNodeOf(key, redis -> Deadlines.of(redis, key));
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(onNodeOf(key, redis -> redis.get(key)));
    }

    /** A field of the control ledger. */
    String control(String field) {
        return onNodeOf(CONTROL, redis -> redis.hget(CONTROL, field));
    }

    /** Asks the node that has the key. */
    <T> T onNodeOf(String key, Function<Jedis, T> question) {
        try (Jedis redis = cluster.masterOf(slot(key)).connect()) {
            return question.apply(redis);
        }
    }

    /** The keys of all nodes. */
    List<String> keys() {
        List<String> all = new ArrayList<>();
        for (RedisServer master : cluster.masters()) {
            try (Jedis redis = master.connect()) {
                redis.keys("*".getBytes(StandardCharsets.US_ASCII))
                        .forEach(key -> all.add(new String(key, StandardCharsets.ISO_8859_1)));
            }
        }
        return all;
    }

    /** Of a key at two nodes both are shown. */
    @Override
    public Content read() {
        SortedMap<String, Content.Entry> all = new TreeMap<>();
        for (RedisServer master : cluster.masters()) {
            try (Jedis redis = master.connect()) {
                RedisContent.read(redis).entries().forEach((key, entry) -> {
                    boolean isHere = cluster.masterOf(slot(key)) == master;
                    all.put(isHere ? key : key + " at " + master.address(), entry);
                });
            }
        }
        return new Content(all);
    }

    @Override
    public List<String> ownKeys() {
        return keys().stream().filter(key -> key.startsWith(SinkFixture.PREFIX)).toList();
    }

    /** Ends all workers, and deletes all data of nodes that are alive; a test that failed may have left replicas cut off. */
    void empty() {
        cluster.nodes().stream().filter(RedisServer::isAlive).forEach(cluster::attach);
        workers.forEach(ModelWorker::crash);
        workers.clear();
        committed.clear();
        for (RedisServer master : cluster.masters()) {
            try (Jedis redis = master.connect()) {
                redis.flushAll();
            }
        }
        cluster.awaitReplicas();
    }

    private static int slot(String key) {
        return KeySlot.slot(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        workers.forEach(ModelWorker::crash);
        cluster.close();
    }
}
