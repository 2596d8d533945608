package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.Deadlines;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.Jedis;

/** A Redis Cluster, and tasks against it; closes all of them. */
final class ClusterFixture implements AutoCloseable {

    static final String CONTROL = SinkFixture.PREFIX + "{control}ledger";
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    final RedisCluster cluster;
    final Map<TopicPartition, Long> committed = new HashMap<>();
    private final List<ModelWorker> workers = new ArrayList<>();

    ClusterFixture(int masters, int replicasOfEach, String... options) {
        cluster = RedisCluster.start(masters, replicasOfEach, options);
    }

    ModelWorker worker(ModelTopic topic, String... more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "to-redis",
                "topics", "pika.db0",
                "redis.address", cluster.addresses(),
                "redis.cluster", "true",
                "redis.sender.num", "2",
                "key.converter", BYTES,
                "value.converter", BYTES));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        ModelWorker worker = new ModelWorker(topic, committed, properties, false);
        workers.add(worker);
        return worker;
    }

    /** A worker with all partitions. */
    ModelWorker all(ModelTopic topic, String... more) {
        ModelWorker worker = worker(topic, more);
        for (int p = 0; p < topic.size(); p++) {
            worker.assign(p);
        }
        return worker;
    }

    /** Applies the whole topic and gives the worker. */
    ModelWorker applyAll(ModelTopic topic, String... more) {
        ModelWorker worker = all(topic, more);
        worker.until(() -> isAtEnd(topic));
        return worker;
    }

    /** Every partition is at the end of the topic. */
    boolean isAtEnd(ModelTopic topic) {
        for (int p = 0; p < topic.size(); p++) {
            String field = control("p" + p);
            if (field == null || LedgerField.parse(field).offset() != topic.end(p)) {
                return false;
            }
        }
        return true;
    }

    /** A field of the control ledger. */
    String control(String field) {
        return onNodeOf(CONTROL, redis -> redis.hget(CONTROL, field));
    }

    /** Asks the node that has the key. */
    <T> T onNodeOf(String key, Function<Jedis, T> question) {
        try (Jedis redis = cluster.masterOf(KeySlot.slot(Resp.bytes(key))).connect()) {
            return question.apply(redis);
        }
    }

    /** Everything but the sink's own keys. */
    Map<String, Object> content() {
        Map<String, Object> all = new TreeMap<>();
        for (String key : keys()) {
            if (!key.startsWith(SinkFixture.PREFIX)) {
                byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
                all.put(key, onNodeOf(key, redis -> SinkFixture.value(redis, name)));
            }
        }
        return all;
    }

    /** The keys of all nodes. */
    List<String> keys() {
        return cluster.masters().stream()
                .flatMap(node -> keysOf(node))
                .map(key -> new String(key, StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static Stream<byte[]> keysOf(RedisServer node) {
        try (Jedis redis = node.connect()) {
            return redis.keys("*".getBytes(StandardCharsets.US_ASCII)).stream();
        }
    }

    /** As {@link Deadlines#of}. */
    long deadline(String key) {
        return onNodeOf(key, redis -> Deadlines.of(redis, key));
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(onNodeOf(key, redis -> redis.get(key)));
    }

    @Override
    public void close() {
        workers.forEach(ModelWorker::crash);
        cluster.close();
    }
}
