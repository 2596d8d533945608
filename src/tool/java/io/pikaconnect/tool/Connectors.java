package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.pikaconnect.change.Selection;
import io.pikaconnect.settings.HostPort;
import io.pikaconnect.sink.LedgerView;
import io.pikaconnect.sink.SinkRedis;
import io.pikaconnect.sink.TargetDb;
import io.pikaconnect.tool.verify.ReplicatedKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A source and a sink that are deployed in a Connect cluster, and the two servers between which they work. */
final class Connectors {

    private final ConnectRest rest;
    private final String source;
    private final String sink;
    private final Map<String, String> sourceConfig;
    private final Endpoint pika;
    private final SinkRedis redis;

    /**
     * Reads what they are deployed with.
     *
     * @throws Failed if Connect does not answer, has no such connector, or a password is not known
     */
    Connectors(ConnectRest rest, String source, String sink, Passwords passwords) {
        this.rest = rest;
        this.source = source;
        this.sink = sink;
        sourceConfig = config(source, "--source", "pika.password", passwords.pika());
        pika = pika(sourceConfig);
        redis = redis(config(sink, "--sink", "redis.password", passwords.redis()));
    }

    private Map<String, String> config(String name, String option, String setting, Optional<String> password) {
        Optional<Map<String, String>> deployed;
        try {
            deployed = rest.config(name);
        } catch (IllegalStateException e) {
            throw new Failed("no Connect worker answers at " + rest.address() + " (" + e.getMessage()
                    + "): start it, or give its REST address with --connect");
        }
        Map<String, String> config = new TreeMap<>(deployed.orElseThrow(() -> new Failed("there is no connector " + name
                + " at " + rest.address() + ", which has " + rest.connectors() + ": give its name with " + option)));
        password.ifPresent(given -> config.put(setting, given));
        config.put("name", name);
        return References.resolved(name, config);
    }

    private static Endpoint pika(Map<String, String> config) {
        HostPort address = HostPort.whole("pika.address", config.getOrDefault("pika.address", ""));
        return new Endpoint(
                address.host(),
                address.port().orElseThrow(),
                Optional.ofNullable(config.get("pika.password")).filter(password -> !password.isEmpty()));
    }

    private static SinkRedis redis(Map<String, String> config) {
        try {
            return new SinkRedis(config);
        } catch (ConfigException e) {
            throw new Failed("the configuration of " + config.get("name") + " cannot be used here: " + e.getMessage());
        }
    }

    ConnectRest rest() {
        return rest;
    }

    String source() {
        return source;
    }

    String sink() {
        return sink;
    }

    Endpoint pika() {
        return pika;
    }

    SinkRedis redis() {
        return redis;
    }

    /** What has a connector's state. */
    ConnectRest.Status status(String connector) {
        return rest.status(connector);
    }

    /** Folder of the dumps, if it is on this machine. */
    Optional<Path> dumps() {
        return Optional.ofNullable(sourceConfig.get("snapshot.dir"))
                .map(Path::of)
                .filter(Files::isDirectory);
    }

    /** A setting of the source. */
    Optional<String> sourceSetting(String name) {
        return Optional.ofNullable(sourceConfig.get(name)).filter(value -> !value.isEmpty());
    }

    /** The keys that Redis should have. */
    ReplicatedKeys replicated() {
        return new ReplicatedKeys(ofSource(), redis.selection(), redis.mapping());
    }

    private Selection ofSource() {
        try {
            return Selection.of(entries("keys.include"), entries("keys.exclude"), entries("types.include"));
        } catch (IllegalArgumentException e) {
            throw new Failed("the selection of keys of " + source + " cannot be read: " + e.getMessage());
        }
    }

    private List<String> entries(String setting) {
        return sourceSetting(setting).stream()
                .flatMap(list -> Stream.of(list.split(",")))
                .map(String::strip)
                .toList();
    }

    /** The dbs that are replicated at this moment, whether or not the source has a place of each yet. */
    List<String> databases() {
        return Databases.of(rest, source, pika);
    }

    Map<String, SourcePlace> places() {
        return SourcePlace.all(rest.offsets(source));
    }

    /** The partitions of the source's stored offsets, as Connect has them, by db. */
    Map<String, JsonNode> partitions() {
        Map<String, JsonNode> partitions = new TreeMap<>();
        rest.offsets(source)
                .path("offsets")
                .forEach(stored ->
                        partitions.put(stored.path("partition").path("db").asText(), stored.path("partition")));
        return partitions;
    }

    String topic(String db) {
        return sourceConfig.getOrDefault("topic.prefix", "pika") + "." + db;
    }

    /** The db of Redis that a db of Pika goes to; the caller closes it. */
    TargetDb redis(String db) {
        return answering(
                "Redis " + redis,
                () -> redis.open(topic(db)),
                target -> target.servers().forEach(Jedis::ping));
    }

    /** A connection to a db of Pika; the caller closes it. */
    Jedis pika(String db) {
        Jedis jedis = answering("Pika " + pika, pika::connect, Jedis::ping);
        int number = Integer.parseInt(db.replaceFirst("^db", ""));
        if (number > 0) {
            jedis.select(number);
        }
        return jedis;
    }

    private static <T extends AutoCloseable> T answering(String server, Supplier<T> connecting, Consumer<T> ping) {
        try {
            T connected = connecting.get();
            try {
                ping.accept(connected);
                return connected;
            } catch (JedisException e) {
                Utils.closeQuietly(connected, server);
                throw e;
            }
        } catch (JedisException e) {
            throw new Failed(server + " cannot be asked (" + e.getMessage()
                    + "): see that it runs, is reachable from here," + " and that its password is right");
        }
    }

    Optional<LedgerView> ledger(String db) {
        try (TargetDb target = redis(db)) {
            return target.ledger();
        }
    }

    Watch watch(String db) {
        return new Watch(db, () -> Optional.ofNullable(places().get(db)), dumps(), pika, () -> redis(db));
    }
}
