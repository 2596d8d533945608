package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LikeRedis;
import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * What users get wrong in a configuration, and what validation answers: an error at the setting that has to be changed, and
 * at no other. {@code -Dmistakes.table=FILE} writes the answers there, as lines of a table.
 */
class ConfigurationMistakesTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String FILTER = "org.apache.kafka.connect.transforms.Filter";
    private static final String TOMBSTONE = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone";
    private static final String ROUTER = "org.apache.kafka.connect.transforms.RegexRouter";

    /** What a mistake is made with; the settings are right but for the mistake. */
    private interface Mistake {
        void make(Servers servers, Map<String, String> settings) throws IOException;
    }

    /** Servers of one case. */
    private final class Servers {

        private final List<AutoCloseable> open = new ArrayList<>();

        /** The settings lead to this master. */
        RecordedMaster master(Map<String, String> settings, MasterSetup setup) throws IOException {
            RecordedMaster master = RecordedMaster.start(Recording.ofVersion("3.5.5"), setup);
            open.add(master);
            settings.put("pika.address", "127.0.0.1:" + master.port());
            return master;
        }

        /** The settings lead to this Redis; an option is one word. */
        RedisServer redis(Map<String, String> settings, String... options) {
            RedisServer redis = RedisServer.start(options);
            open.add(redis);
            settings.put("redis.address", redis.address());
            return redis;
        }

        /** The settings lead to what stands before a Redis. */
        void like(Map<String, String> settings, LikeRedis other) {
            open.add(other);
            settings.put("redis.address", other.address());
        }

        void close() throws Exception {
            for (AutoCloseable server : open) {
                server.close();
            }
        }
    }

    @TempDir
    Path directory;

    private final Servers servers = new Servers();

    @AfterEach
    void end() throws Exception {
        servers.close();
    }

    private Map<String, String> rightSource() {
        Map<String, String> right = new TreeMap<>();
        right.put("name", "mistaken-source");
        right.put("connector.class", PikaSourceConnector.class.getName());
        right.put("tasks.max", "1");
        right.put("snapshot.dir", directory.toString());
        right.put("topic.prefix", "pika");
        right.put("topic.partitions", "4");
        right.put("topic.creation.default.partitions", "4");
        right.put("topic.creation.default.replication.factor", "-1");
        right.put("topic.creation.default.cleanup.policy", "delete");
        right.put("topic.creation.default.retention.ms", "-1");
        right.put("topic.creation.default.retention.bytes", "-1");
        right.put("key.converter", BYTES);
        right.put("value.converter", BYTES);
        return right;
    }

    private static Map<String, String> rightSink() {
        Map<String, String> right = new TreeMap<>();
        right.put("name", "mistaken-sink");
        right.put("connector.class", RedisSinkConnector.class.getName());
        right.put("tasks.max", "1");
        right.put("topics", "pika.db0");
        right.put("key.converter", BYTES);
        right.put("value.converter", BYTES);
        return right;
    }

    private static Mistake set(String... settings) {
        return (servers, all) -> {
            for (int i = 0; i < settings.length; i += 2) {
                all.put(settings[i], settings[i + 1]);
            }
        };
    }

    private static Mistake without(String setting) {
        return (servers, all) -> all.remove(setting);
    }

    private static Arguments row(String what, Mistake mistake, String setting, String words) {
        return Arguments.of(what, mistake, setting, words);
    }

    static Stream<Arguments> ofSources() {
        return Stream.of(
                row("no address", without("pika.address"), "pika.address", "Missing required"),
                row("address without a port", set("pika.address", "10.0.0.5"), "pika.address", "host:port"),
                row("address of nobody", set("pika.address", "127.0.0.1:1"), "pika.address", "127.0.0.1:1"),
                row(
                        "address of a Redis",
                        (s, all) -> {
                            RedisServer redis = s.redis(all);
                            all.remove("redis.address");
                            all.put("pika.address", redis.address());
                        },
                        "pika.address",
                        "client port + 2000"),
                row(
                        "the master's replication port as its address",
                        (s, all) -> all.put(
                                "pika.address",
                                "127.0.0.1:" + (s.master(all, MasterSetup.REAL).port() + 2_000)),
                        "pika.address",
                        "client port + 2000"),
                row(
                        "no password, but the master has one",
                        (s, all) -> s.master(all, MasterSetup.REAL.withPassword("secret")),
                        "pika.password",
                        "requirepass"),
                row(
                        "wrong password",
                        (s, all) -> {
                            s.master(all, MasterSetup.REAL.withPassword("secret"));
                            all.put("pika.password", "wrong");
                        },
                        "pika.password",
                        "requirepass"),
                row("password with a line end", set("pika.password", "sec\nret"), "pika.password", "line end"),
                row(
                        "a master with several dbs, none named",
                        (s, all) -> s.master(all, MasterSetup.REAL.withDatabases("db0", "db1")),
                        "pika.databases",
                        "say in pika.databases which"),
                row("a db that the master does not have", set("pika.databases", "db7"), "pika.databases", "only [db0]"),
                row("dbs by number", set("pika.databases", "0,1"), "pika.databases", "db0,db2"),
                row(
                        "fewer tasks than dbs",
                        (s, all) -> {
                            s.master(all, MasterSetup.REAL.withDatabases("db0", "db1"));
                            all.put("pika.databases", "*");
                        },
                        "tasks.max",
                        "at least 2"),
                row("a version that is none", set("pika.version", "3.5"), "pika.version", "3.5"),
                row(
                        "a master older than 3.2",
                        (s, all) -> s.master(all, MasterSetup.REAL.withVersion("2.3.6")),
                        "pika.version",
                        "2.3.6"),
                row("port without its colon", set("replica.address", "29221"), "replica.address", ":29221"),
                row("a topic with a space", set("topic.prefix", "my pika"), "topic.prefix", "part of a topic's name"),
                row(
                        "other partitions than Connect makes",
                        set("topic.creation.default.partitions", "3"),
                        "topic.creation.default.partitions",
                        "must be 4, but is 3"),
                row(
                        "no retention given",
                        without("topic.creation.default.retention.ms"),
                        "topic.creation.default.retention.ms",
                        "must be -1, but is missing"),
                row(
                        "a compacted topic",
                        set("topic.creation.default.cleanup.policy", "compact"),
                        "topic.creation.default.cleanup.policy",
                        "must be delete"),
                row(
                        "no replication factor",
                        without("topic.creation.default.replication.factor"),
                        "topic.creation.default.replication.factor",
                        "is missing"),
                row(
                        "topic creation groups",
                        set("topic.creation.groups", "big"),
                        "topic.creation.groups",
                        "finite retention"),
                row("the worker's key converter", without("key.converter"), "key.converter", "is not set"),
                row("values as JSON", set("value.converter", JSON), "value.converter", "would change the records"),
                row("headers as JSON", set("header.converter", JSON), "header.converter", "StringConverter"),
                row("a filter", set("transforms", "f", "transforms.f.type", FILTER), "transforms.f.type", "could drop"),
                row(
                        "a router",
                        set("transforms", "r", "transforms.r.type", ROUTER),
                        "transforms.r.type",
                        "could drop, move"),
                row("errors tolerated", set("errors.tolerance", "all"), "errors.tolerance", "would drop records"),
                row(
                        "transactions by time",
                        set("transaction.boundary", "interval"),
                        "transaction.boundary",
                        "use connector"),
                row(
                        "a file as the directory for dumps",
                        (s, all) -> all.put(
                                "snapshot.dir",
                                Files.writeString(Path.of(all.get("snapshot.dir"), "file"), "")
                                        .toString()),
                        "snapshot.dir",
                        "cannot be written"),
                row(
                        "a directory that is too small for the dump",
                        (s, all) -> s.master(all, MasterSetup.REAL).dataBytes(1L << 50),
                        "snapshot.dir",
                        "would not fit"),
                row(
                        "a policy that there is not",
                        set("on.position.lost", "retry"),
                        "on.position.lost",
                        "resync-until-ready"),
                row("a misspelled setting", set("pika.pasword", "secret"), "pika.pasword", "mean pika.password?"),
                row("a misspelled setting of Connect", set("task.max", "2"), "task.max", "did you mean tasks.max?"),
                row("a setting of the sink", set("redis.database", "0"), "redis.database", "no setting of this"),
                row(
                        "one broker's acknowledgement",
                        set("producer.override.acks", "1"),
                        "producer.override.acks",
                        "may be lost"),
                row(
                        "several requests at a time",
                        set("producer.override.max.in.flight.requests.per.connection", "5"),
                        "producer.override.max.in.flight.requests.per.connection",
                        "out of order"),
                row(
                        "records larger than the producer sends",
                        set("record.max.bytes", "5000000"),
                        "record.max.bytes",
                        "producer.override.max.request.size"),
                row(
                        "the producer's setting without its prefix",
                        set("producer.batch.size", "262144"),
                        "producer.batch.size",
                        "mean producer.override.batch.size?"),
                row(
                        "a Kafka that is not there",
                        set(
                                "kafka.bootstrap.servers",
                                "127.0.0.1:1",
                                "kafka.default.api.timeout.ms",
                                "1000",
                                "kafka.request.timeout.ms",
                                "1000"),
                        "kafka.bootstrap.servers",
                        "could not be looked at"));
    }

    static Stream<Arguments> ofSinks() {
        return Stream.of(
                row("no address", without("redis.address"), "redis.address", "Missing required"),
                row(
                        "a URL as the address",
                        set("redis.address", "redis://10.0.0.6:6379"),
                        "redis.address",
                        "host:port"),
                row("address of nobody", set("redis.address", "127.0.0.1:1"), "redis.address", "no connection"),
                row(
                        "address of a Pika",
                        (s, all) -> {
                            RecordedMaster master = s.master(all, MasterSetup.REAL);
                            all.remove("pika.address");
                            all.put("redis.address", "127.0.0.1:" + master.port());
                        },
                        "redis.address",
                        "This is a Pika, version 3.5.5"),
                row(
                        "address of a port that closes, as one for TLS does",
                        (s, all) -> s.like(all, LikeRedis.closing()),
                        "redis.address",
                        "TLS"),
                row(
                        "no password, but Redis has one",
                        (s, all) -> s.redis(all, "--requirepass", "secret"),
                        "redis.password",
                        "NOAUTH"),
                row(
                        "wrong password",
                        (s, all) -> {
                            s.redis(all, "--requirepass", "secret");
                            all.put("redis.password", "wrong");
                        },
                        "redis.password",
                        "WRONGPASS"),
                row(
                        "a password although Redis has none",
                        set("redis.password", "x"),
                        "redis.password",
                        "take redis.password out"),
                row(
                        "a user without the password that it has",
                        (s, all) -> {
                            user(s.redis(all), ">secret", "~*", "+@all");
                            all.put("redis.username", "sink");
                        },
                        "redis.password",
                        "WRONGPASS"),
                row(
                        "a user that may not write",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~*", "+@all", "-zadd", "-hset");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "ZADD (ERR The user"),
                row(
                        "a user that may run no scripts",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~*", "+@all", "-@scripting");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "does not run the sink's scripts"),
                row(
                        "a user for other keys",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~app:*", "+@all");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "NOPERM"),
                row("a db beyond the last one", set("redis.database", "99"), "redis.database", "out of range"),
                row("a db by name", set("redis.database", "db0"), "redis.database", "a number, or source"),
                row("a topic without a db in its name", set("topics", "orders"), "redis.database", "give the number"),
                row(
                        "two topics for one db, by number",
                        set("topics", "a.db0,b.db1", "redis.database", "0"),
                        "redis.database",
                        "a db takes one topic"),
                row("two topics for one db, by name", set("topics", "a.db0,b.db0"), "topics", "a db takes one topic"),
                row(
                        "a Redis that evicts keys",
                        (s, all) -> s.redis(all, "--maxmemory-policy", "allkeys-lru"),
                        "redis.address",
                        "noeviction"),
                row(
                        "a replica",
                        (s, all) -> {
                            try (Jedis redis = s.redis(all).connect()) {
                                redis.replicaof("127.0.0.1", 1);
                            }
                        },
                        "redis.address",
                        "read-only replica"),
                row("a cluster", (s, all) -> s.redis(all, "--cluster-enabled", "yes"), "redis.address", "is a cluster"),
                row(
                        "a Redis that is too old",
                        (s, all) -> s.like(
                                all, LikeRedis.informing(s.redis(all).port(), "redis_version:6.0.20", "role:master")),
                        "redis.address",
                        "Redis is version 6.0.20"),
                row(
                        "a Redis 6.2 with libc's malloc",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.informing(
                                        s.redis(all).port(),
                                        "redis_version:6.2.16",
                                        "mem_allocator:libc",
                                        "role:master")),
                        "redis.address",
                        "mem_allocator:libc"),
                row(
                        "a server that insists on declared keys",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(),
                                        "EVALSHA",
                                        "-ERR script tried accessing undeclared key\r\n")),
                        "redis.address",
                        "allow-undeclared-keys"),
                row(
                        "a server that cuts deadlines",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(),
                                        "EVALSHA",
                                        "*2\r\n$9\r\nPEXPIREAT\r\n$34\r\na deadline of 33 ms becomes 22 ms.\r\n")),
                        "redis.address",
                        "every deadline is held"),
                row(
                        "a proxy without scripts",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(), "EVALSHA", "-ERR unsupported command 'evalsha'\r\n")),
                        "redis.address",
                        "no proxy"),
                row(
                        "a proxy without dbs",
                        (s, all) -> {
                            s.like(
                                    all,
                                    LikeRedis.answering(
                                            s.redis(all).port(), "SELECT", "-ERR unsupported command 'select'\r\n"));
                            all.put("redis.database", "1");
                        },
                        "redis.address",
                        "db 1 cannot be selected"),
                row("the worker's converters", without("value.converter"), "value.converter", "is not set"),
                row(
                        "values as text",
                        set("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
                        "value.converter",
                        "would change the records"),
                row("headers as JSON", set("header.converter", JSON), "header.converter", "StringConverter"),
                row(
                        "errors tolerated without a dead letter queue",
                        set("errors.tolerance", "all"),
                        "errors.tolerance",
                        "errors.deadletterqueue.topic.name"),
                row(
                        "a filter of tombstones",
                        set(
                                "transforms", "f",
                                "transforms.f.type", FILTER,
                                "transforms.f.predicate", "t",
                                "predicates", "t",
                                "predicates.t.type", TOMBSTONE),
                        "transforms.f.type",
                        "RecordIsTombstone"),
                row(
                        "a router",
                        set("transforms", "r", "transforms.r.type", ROUTER),
                        "transforms.r.type",
                        "could drop, move"),
                row(
                        "reading from the topic's end",
                        set("consumer.override.auto.offset.reset", "latest"),
                        "consumer.override.auto.offset.reset",
                        "remove it"),
                row("a misspelled setting", set("redis.pasword", "secret"), "redis.pasword", "mean redis.password?"),
                row("a setting of another name", set("redis.host", "10.0.0.6"), "redis.host", "redis.address"),
                row("a setting of the source", set("pika.databases", "db0"), "pika.databases", "no setting of this"),
                row(
                        "a misspelled setting of Kafka's client",
                        set("kafka.securty.protocol", "SSL"),
                        "kafka.securty.protocol",
                        "mean kafka.security.protocol?"),
                row("a policy that there is not", set("on.conflict", "ignore"), "on.conflict", "overwrite"),
                row("a mode that there is not", set("expiry.mode", "nativ"), "expiry.mode", "held, native"),
                row(
                        "two settings that contradict each other",
                        set("on.long.absence", "rebuild", "rebuild", "never"),
                        "on.long.absence",
                        "contradicts"),
                row(
                        "a Kafka that is not there",
                        set(
                                "kafka.bootstrap.servers",
                                "127.0.0.1:1",
                                "kafka.default.api.timeout.ms",
                                "1000",
                                "kafka.request.timeout.ms",
                                "1000"),
                        "kafka.bootstrap.servers",
                        "could not be looked at"));
    }

    private static void user(RedisServer redis, String... rules) {
        try (Jedis client = redis.connect()) {
            List<String> all = new ArrayList<>(List.of("on"));
            all.addAll(List.of(rules));
            client.aclSetUser("sink", all.toArray(String[]::new));
        }
    }

    @ParameterizedTest(name = "source: {0}")
    @MethodSource("ofSources")
    void theSourceNamesTheSettingAndTheRemedy(String what, Mistake mistake, String setting, String words)
            throws IOException {
        Map<String, String> settings = rightSource();
        servers.master(settings, MasterSetup.REAL);
        mistake.make(servers, settings);
        answers("source", what, setting, words, new PikaSourceConnector(), settings);
    }

    @ParameterizedTest(name = "sink: {0}")
    @MethodSource("ofSinks")
    void theSinkNamesTheSettingAndTheRemedy(String what, Mistake mistake, String setting, String words)
            throws IOException {
        Map<String, String> settings = rightSink();
        servers.redis(settings);
        mistake.make(servers, settings);
        answers("sink", what, setting, words, new RedisSinkConnector(), settings);
    }

    @Test
    void withoutAMistakeNothingIsFound() throws IOException {
        Map<String, String> source = rightSource();
        servers.master(source, MasterSetup.REAL);
        assertThat(errors(new PikaSourceConnector(), source)).isEmpty();
        Map<String, String> sink = rightSink();
        servers.redis(sink);
        assertThat(errors(new RedisSinkConnector(), sink)).isEmpty();
    }

    private static void answers(
            String side, String what, String setting, String words, Connector connector, Map<String, String> settings)
            throws IOException {
        Map<String, List<String>> errors = errors(connector, settings);
        String table = System.getProperty("mistakes.table", "");
        if (!table.isEmpty()) {
            String answer = errors.entrySet().stream()
                    .map(e -> "`" + e.getKey() + "`: " + String.join(" / ", e.getValue()))
                    .collect(Collectors.joining("; "));
            Files.writeString(
                    Path.of(table),
                    "| " + side + " | " + what + " | " + (answer.isEmpty() ? "accepted" : answer.replace("|", "\\|"))
                            + " |\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        assertThat(errors).containsOnlyKeys(setting);
        assertThat(errors.get(setting)).singleElement().asString().contains(words);
    }

    private static Map<String, List<String>> errors(Connector connector, Map<String, String> settings) {
        return connector.validate(settings).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages, (a, b) -> a, TreeMap::new));
    }
}
