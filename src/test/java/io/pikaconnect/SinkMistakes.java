package io.pikaconnect;

import static io.pikaconnect.Mistake.set;
import static io.pikaconnect.Mistake.without;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LikeRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** Mistakes in the configuration of a sink, or in the Redis that it leads to. */
final class SinkMistakes {

    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String FILTER = "org.apache.kafka.connect.transforms.Filter";
    private static final String TOMBSTONE = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone";
    private static final String ROUTER = "org.apache.kafka.connect.transforms.RegexRouter";

    private SinkMistakes() {}

    static Stream<Mistake> all() {
        return Stream.of(
                new Mistake("no address", without("redis.address"), "redis.address", "is missing"),
                new Mistake(
                        "a URL as the address",
                        set("redis.address", "redis://10.0.0.6:6379"),
                        "redis.address",
                        "host:port"),
                new Mistake("address of nobody", set("redis.address", "127.0.0.1:1"), "redis.address", "no connection"),
                new Mistake(
                        "address of a Pika",
                        (s, all) -> {
                            RecordedMaster master = s.master(all, MasterSetup.REAL);
                            all.remove("pika.address");
                            all.put("redis.address", "127.0.0.1:" + master.port());
                        },
                        "redis.address",
                        "This is a Pika, version 3.5.5"),
                new Mistake(
                        "address of a port that closes, as one for TLS does",
                        (s, all) -> s.like(all, LikeRedis.closing()),
                        "redis.address",
                        "TLS"),
                new Mistake(
                        "no password, but Redis has one",
                        (s, all) -> s.redis(all, "--requirepass", "secret"),
                        "redis.password",
                        "NOAUTH"),
                new Mistake(
                        "wrong password",
                        (s, all) -> {
                            s.redis(all, "--requirepass", "secret");
                            all.put("redis.password", "wrong");
                        },
                        "redis.password",
                        "WRONGPASS"),
                new Mistake(
                        "a password although Redis has none",
                        set("redis.password", "x"),
                        "redis.password",
                        "take redis.password out"),
                new Mistake(
                        "a user without the password that it has",
                        (s, all) -> {
                            user(s.redis(all), ">secret", "~*", "+@all");
                            all.put("redis.username", "sink");
                        },
                        "redis.password",
                        "WRONGPASS"),
                new Mistake(
                        "a user that may not write",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~*", "+@all", "-zadd", "-hset");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "ZADD (ERR The user"),
                new Mistake(
                        "a user that may run no scripts",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~*", "+@all", "-@scripting");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "does not run the sink's scripts"),
                new Mistake(
                        "a user for other keys",
                        (s, all) -> {
                            user(s.redis(all), "nopass", "~app:*", "+@all");
                            all.put("redis.username", "sink");
                        },
                        "redis.username",
                        "NOPERM"),
                new Mistake(
                        "a pattern with an open bracket", set("keys.exclude", "a*,[b"), "keys.exclude", "closing one"),
                new Mistake(
                        "a type that Pika does not have",
                        set("types.include", "text"),
                        "types.include",
                        "is not a type"),
                new Mistake(
                        "a beginning without what replaces it",
                        set("key.prefix.replace", "old:"),
                        "key.prefix.replace",
                        "is not FROM=TO"),
                new Mistake(
                        "two beginnings that become the same",
                        set("key.prefix.replace", "a:=x:,b:=x:"),
                        "key.prefix.replace",
                        "the same name"),
                new Mistake("a db beyond the last one", set("redis.database", "99"), "redis.database", "out of range"),
                new Mistake("a db by name", set("redis.database", "db0"), "redis.database", "a number, or source"),
                new Mistake(
                        "a topic without a db in its name",
                        set("topics", "orders"),
                        "redis.database",
                        "give the number"),
                new Mistake(
                        "two topics for one db, by number",
                        set("topics", "a.db0,b.db1", "redis.database", "0"),
                        "redis.database",
                        "a db takes one topic"),
                new Mistake(
                        "two topics for one db, by name",
                        set("topics", "a.db0,b.db0"),
                        "topics",
                        "a db takes one topic"),
                new Mistake(
                        "a Redis that evicts keys",
                        (s, all) -> s.redis(all, "--maxmemory-policy", "allkeys-lru"),
                        "redis.address",
                        "noeviction"),
                new Mistake(
                        "a replica",
                        (s, all) -> {
                            try (Jedis redis = s.redis(all).connect()) {
                                redis.replicaof("127.0.0.1", 1);
                            }
                        },
                        "redis.address",
                        "read-only replica"),
                new Mistake(
                        "a cluster, and redis.cluster=false",
                        (s, all) -> {
                            s.redis(all, "--cluster-enabled", "yes");
                            all.put("redis.cluster", "false");
                        },
                        "redis.address",
                        "set redis.cluster=true"),
                new Mistake(
                        "a node of a cluster that is down",
                        (s, all) -> s.redis(all, "--cluster-enabled", "yes"),
                        "redis.address",
                        "the cluster is down"),
                new Mistake(
                        "a Redis that is too old",
                        (s, all) -> s.like(
                                all, LikeRedis.informing(s.redis(all).port(), "redis_version:6.0.20", "role:master")),
                        "redis.address",
                        "Redis is version 6.0.20"),
                new Mistake(
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
                new Mistake(
                        "a server that insists on declared keys",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(),
                                        "EVALSHA",
                                        "-ERR script tried accessing undeclared key\r\n")),
                        "redis.address",
                        "allow-undeclared-keys"),
                new Mistake(
                        "a server that cuts deadlines",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(),
                                        "EVALSHA",
                                        "*2\r\n$9\r\nPEXPIREAT\r\n$34\r\na deadline of 33 ms becomes 22 ms.\r\n")),
                        "redis.address",
                        "every deadline is held"),
                new Mistake(
                        "a proxy without scripts",
                        (s, all) -> s.like(
                                all,
                                LikeRedis.answering(
                                        s.redis(all).port(), "EVALSHA", "-ERR unsupported command 'evalsha'\r\n")),
                        "redis.address",
                        "no proxy"),
                new Mistake(
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
                new Mistake("the worker's converters", without("value.converter"), "value.converter", "is not set"),
                new Mistake(
                        "values as text",
                        set("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
                        "value.converter",
                        "would change the records"),
                new Mistake(
                        "values as JSON, which would read no raw record",
                        set("value.converter", JSON),
                        "value.converter",
                        "io.pikaconnect.struct.RawOrStructConverter"),
                new Mistake(
                        "structs as text",
                        set(
                                "value.converter",
                                "io.pikaconnect.struct.RawOrStructConverter",
                                "value.converter.struct.converter",
                                "StringConverter"),
                        "value.converter.struct.converter",
                        "is for no structs"),
                new Mistake("headers as JSON", set("header.converter", JSON), "header.converter", "StringConverter"),
                new Mistake(
                        "errors tolerated without a dead letter queue",
                        set("errors.tolerance", "all"),
                        "errors.tolerance",
                        "errors.deadletterqueue.topic.name"),
                new Mistake(
                        "a filter of tombstones",
                        set(
                                "transforms", "f",
                                "transforms.f.type", FILTER,
                                "transforms.f.predicate", "t",
                                "predicates", "t",
                                "predicates.t.type", TOMBSTONE),
                        "transforms.f.type",
                        "RecordIsTombstone"),
                new Mistake(
                        "a router",
                        set("transforms", "r", "transforms.r.type", ROUTER),
                        "transforms.r.type",
                        "could drop, move"),
                new Mistake(
                        "reading from the topic's end",
                        set("consumer.override.auto.offset.reset", "latest"),
                        "consumer.override.auto.offset.reset",
                        "remove it"),
                new Mistake(
                        "a misspelled setting",
                        set("redis.pasword", "secret"),
                        "redis.pasword",
                        "mean redis.password?"),
                new Mistake("a setting of another name", set("redis.host", "10.0.0.6"), "redis.host", "redis.address"),
                new Mistake(
                        "a setting of the source",
                        set("pika.databases", "db0"),
                        "pika.databases",
                        "not a setting of this"),
                new Mistake(
                        "a misspelled setting of Kafka's client",
                        set("kafka.securty.protocol", "SSL"),
                        "kafka.securty.protocol",
                        "mean kafka.security.protocol?"),
                new Mistake("a policy that there is not", set("on.conflict", "ignore"), "on.conflict", "overwrite"),
                new Mistake("a mode that there is not", set("expiry.mode", "nativ"), "expiry.mode", "held, native"),
                new Mistake(
                        "two settings that contradict each other",
                        set("on.long.absence", "rebuild", "rebuild", "never"),
                        "on.long.absence",
                        "contradicts"),
                Mistake.NO_KAFKA);
    }

    private static void user(RedisServer redis, String... rules) {
        try (Jedis client = redis.connect()) {
            List<String> all = new ArrayList<>(List.of("on"));
            all.addAll(List.of(rules));
            client.aclSetUser("sink", all.toArray(String[]::new));
        }
    }
}
