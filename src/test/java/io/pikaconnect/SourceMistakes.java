package io.pikaconnect;

import static io.pikaconnect.Mistake.set;
import static io.pikaconnect.Mistake.without;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Mistakes in the configuration of a source. */
final class SourceMistakes {

    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String EITHER = "io.pikaconnect.struct.RawOrStructConverter";
    private static final String FILTER = "org.apache.kafka.connect.transforms.Filter";
    private static final String ROUTER = "org.apache.kafka.connect.transforms.RegexRouter";

    private SourceMistakes() {}

    static Stream<Mistake> all() {
        return Stream.of(
                new Mistake("no address", without("pika.address"), "pika.address", "Missing required"),
                new Mistake("address without a port", set("pika.address", "10.0.0.5"), "pika.address", "host:port"),
                new Mistake("address of nobody", set("pika.address", "127.0.0.1:1"), "pika.address", "127.0.0.1:1"),
                new Mistake(
                        "address of a Redis",
                        (s, all) -> {
                            RedisServer redis = s.redis(all);
                            all.remove("redis.address");
                            all.put("pika.address", redis.address());
                        },
                        "pika.address",
                        "client port + 2000"),
                new Mistake(
                        "the master's replication port as its address",
                        (s, all) -> all.put(
                                "pika.address",
                                "127.0.0.1:" + (s.master(all, MasterSetup.REAL).port() + 2_000)),
                        "pika.address",
                        "client port + 2000"),
                new Mistake(
                        "no password, but the master has one",
                        (s, all) -> s.master(all, MasterSetup.REAL.withPassword("secret")),
                        "pika.password",
                        "requirepass"),
                new Mistake(
                        "wrong password",
                        (s, all) -> {
                            s.master(all, MasterSetup.REAL.withPassword("secret"));
                            all.put("pika.password", "wrong");
                        },
                        "pika.password",
                        "requirepass"),
                new Mistake("password with a line end", set("pika.password", "sec\nret"), "pika.password", "line end"),
                new Mistake(
                        "a master with several dbs, none named",
                        (s, all) -> s.master(all, MasterSetup.REAL.withDatabases("db0", "db1")),
                        "pika.databases",
                        "list in pika.databases which"),
                new Mistake(
                        "a db that the master does not have",
                        set("pika.databases", "db7"),
                        "pika.databases",
                        "only [db0]"),
                new Mistake(
                        "a pattern with an open bracket", set("keys.include", "a*,[b"), "keys.include", "closing one"),
                new Mistake(
                        "an expression that is none", set("keys.exclude", "regex:("), "keys.exclude", "not a regular"),
                new Mistake("a type that is none", set("types.include", "geo"), "types.include", "string, hash, list"),
                new Mistake("dbs by number", set("pika.databases", "0,1"), "pika.databases", "db0,db2"),
                new Mistake(
                        "fewer tasks than dbs",
                        (s, all) -> {
                            s.master(all, MasterSetup.REAL.withDatabases("db0", "db1"));
                            all.put("pika.databases", "*");
                        },
                        "tasks.max",
                        "at least 2"),
                new Mistake("a version that is none", set("pika.version", "3.5"), "pika.version", "3.5"),
                new Mistake(
                        "a master older than 3.2",
                        (s, all) -> s.master(all, MasterSetup.REAL.withVersion("2.3.6")),
                        "pika.version",
                        "2.3.6"),
                new Mistake("port without its colon", set("replica.address", "29221"), "replica.address", ":29221"),
                new Mistake(
                        "a topic with a space",
                        set("topic.prefix", "my pika"),
                        "topic.prefix",
                        "part of a valid topic name"),
                new Mistake(
                        "other partitions than Connect makes",
                        set("topic.creation.default.partitions", "3"),
                        "topic.creation.default.partitions",
                        "must be 4, but is 3"),
                new Mistake(
                        "no retention given",
                        without("topic.creation.default.retention.ms"),
                        "topic.creation.default.retention.ms",
                        "must be -1, but is missing"),
                new Mistake(
                        "a compacted topic",
                        set("topic.creation.default.cleanup.policy", "compact"),
                        "topic.creation.default.cleanup.policy",
                        "must be delete"),
                new Mistake(
                        "no replication factor",
                        without("topic.creation.default.replication.factor"),
                        "topic.creation.default.replication.factor",
                        "is missing"),
                new Mistake(
                        "topic creation groups",
                        set("topic.creation.groups", "big"),
                        "topic.creation.groups",
                        "finite retention"),
                new Mistake("the worker's key converter", without("key.converter"), "key.converter", "is not set"),
                new Mistake(
                        "values as JSON", set("value.converter", JSON), "value.converter", "would change the records"),
                new Mistake(
                        "structs as bytes",
                        set("record.format", "struct"),
                        "value.converter",
                        "is for no structs, which record.format=struct makes"),
                new Mistake(
                        "structs by a converter that is not named",
                        set("record.format", "struct", "value.converter", EITHER),
                        "value.converter.struct.converter",
                        "is not set"),
                new Mistake(
                        "another format", set("record.format", "avro"), "record.format", "must be one of raw, struct"),
                new Mistake("headers as JSON", set("header.converter", JSON), "header.converter", "StringConverter"),
                new Mistake(
                        "a filter",
                        set("transforms", "f", "transforms.f.type", FILTER),
                        "transforms.f.type",
                        "could drop"),
                new Mistake(
                        "a router",
                        set("transforms", "r", "transforms.r.type", ROUTER),
                        "transforms.r.type",
                        "could drop, move"),
                new Mistake(
                        "errors tolerated", set("errors.tolerance", "all"), "errors.tolerance", "would drop records"),
                new Mistake(
                        "transactions by time",
                        set("transaction.boundary", "interval"),
                        "transaction.boundary",
                        "use connector"),
                new Mistake(
                        "a file as the directory for dumps",
                        (s, all) -> all.put(
                                "snapshot.dir",
                                Files.writeString(Path.of(all.get("snapshot.dir"), "file"), "")
                                        .toString()),
                        "snapshot.dir",
                        "cannot be written"),
                new Mistake(
                        "a directory that is too small for the dump",
                        (s, all) -> s.master(all, MasterSetup.REAL).dataBytes(1L << 50),
                        "snapshot.dir",
                        "would not fit"),
                new Mistake(
                        "a policy that there is not",
                        set("on.position.lost", "retry"),
                        "on.position.lost",
                        "resync-until-ready"),
                new Mistake(
                        "a misspelled setting", set("pika.pasword", "secret"), "pika.pasword", "mean pika.password?"),
                new Mistake(
                        "a misspelled setting of Connect", set("task.max", "2"), "task.max", "did you mean tasks.max?"),
                new Mistake(
                        "a setting of the sink", set("redis.database", "0"), "redis.database", "not a setting of this"),
                new Mistake(
                        "one broker's acknowledgement",
                        set("producer.override.acks", "1"),
                        "producer.override.acks",
                        "may be lost"),
                new Mistake(
                        "several requests at a time",
                        set("producer.override.max.in.flight.requests.per.connection", "5"),
                        "producer.override.max.in.flight.requests.per.connection",
                        "out of order"),
                new Mistake(
                        "records larger than the producer sends",
                        set("record.max.bytes", "5000000"),
                        "record.max.bytes",
                        "producer.override.max.request.size"),
                new Mistake(
                        "the producer's setting without its prefix",
                        set("producer.batch.size", "262144"),
                        "producer.batch.size",
                        "mean producer.override.batch.size?"),
                Mistake.NO_KAFKA);
    }
}
