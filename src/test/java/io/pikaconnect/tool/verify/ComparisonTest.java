package io.pikaconnect.tool.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.tool.Endpoint;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Pipeline;

/** Two Redis that were filled alike, one of them in Pika's place, and what is found when one of them is changed. */
class ComparisonTest {

    private static final long GRACE_MS = 360_000;
    private static final long HELD_MS = 1L << 51;

    @RegisterExtension
    static final FakePikaAndRedis servers = new FakePikaAndRedis();

    @BeforeEach
    void fillBothAlike() {
        servers.inBoth(server -> {
            server.flushAll();
            server.set("string", "value");
            server.set(new byte[] {0, (byte) 0xff, '\r'}, new byte[] {(byte) 0x80, 0});
            server.hset("hash", Map.of("f", "1", "g", "2"));
            server.rpush("list", "a", "b", "a");
            server.sadd("set", "x", "y");
            server.zadd("zset", Map.of("m", 1.5, "n", -0.0, "o", Double.POSITIVE_INFINITY));
            for (int i = 0; i < 500; i++) {
                server.set("many:" + i, "" + i);
            }
        });
        servers.inRedis(server -> server.hset("pika-connect:ledger", "format", "1"));
    }

    @Test
    void findsNothingWhereTypesValuesAndDeadlinesAreTheSame() {
        servers.inPika(server -> server.zadd("zset", 0.0, "n"));
        Verdict verdict = compare();
        assertThat(verdict.isEqual()).as(verdict::toString).isTrue();
        assertThat(verdict.keys()).isEqualTo(506);
        assertThat(verdict.toString()).startsWith("EQUAL: all 506 keys");
    }

    @Test
    void findsEveryKindOfDifference() {
        servers.inRedis(server -> {
            server.set("string", "valuf");
            server.hset("hash", "h", "3");
            server.lset("list", 2, "b");
            server.srem("set", "x");
            server.zadd("zset", 1.5000000000000002, "m");
            server.del("many:7");
            server.del("many:8");
            server.rpush("many:8", "8");
            server.set("intruder", "?");
        });
        Verdict verdict = compare();
        assertThat(verdict.isEqual()).isFalse();
        assertThat(verdict.differences()).isEqualTo(8);
        assertThat(verdict.examples())
                .contains(
                        "string is string valuf in Redis; Pika has string value",
                        "list is list [a, b, b] in Redis; Pika has list [a, b, a]",
                        "set is set [y] in Redis; Pika has set [x, y]",
                        "many:7 is not in Redis; Pika has string 7",
                        "many:8 is list [8] in Redis; Pika has string 8",
                        "intruder is not in Pika; Redis has string ?");
        assertThat(verdict.toString()).startsWith("DIFFERENT: 8 of 506 keys.").contains("\n  intruder is not in Pika");
    }

    @Test
    void allowsForTheLongerLifeOfKeysInRedis() {
        servers.inPika(server -> {
            server.expire("string", 1_000);
            server.expire("hash", 2_000);
            server.del("set");
        });
        servers.inRedis(server -> {
            server.pexpire("string", 1_000_000 + GRACE_MS);
            server.pexpire("hash", 2_000_000 + HELD_MS);
            server.pexpire("set", GRACE_MS - 10_000);
        });
        Verdict verdict = compare();
        assertThat(verdict.isEqual()).as(verdict::toString).isTrue();
        assertThat(verdict.expired()).isOne();
        assertThat(verdict.toString()).contains("1 more have expired in Pika");
    }

    @Test
    void findsDeadlinesThatAreMissingTooManyOrMoved() {
        servers.inPika(server -> {
            server.expire("string", 1_000);
            server.expire("hash", 1_000);
            server.del("set");
        });
        servers.inRedis(server -> {
            server.pexpire("string", 1_010_000 + GRACE_MS);
            server.pexpire("list", 1_000_000 + GRACE_MS);
            server.pexpire("set", GRACE_MS + 10_000);
        });
        assertThat(compare().examples())
                .hasSize(4)
                .anyMatch(example ->
                        example.matches("string lives for 10(09|10) s more in Redis; in Pika for \\d+ s more"))
                .anyMatch(example -> example.matches("hash lives for ever in Redis; in Pika for \\d+ s more"))
                .anyMatch(example -> example.matches("list lives for \\d+ s more in Redis; in Pika for ever"))
                .anyMatch(example -> example.startsWith("set is not in Pika"));
    }

    /** A Pika answers these from its read cache, which loses members and shows times that are wrong. */
    @Test
    void asksPikaOnlyForWhatComesFromItsStorage() {
        servers.inPika(server -> {
            server.aclSetUser("default", "-hgetall", "-smembers", "-zrange", "-ttl", "-exists");
            server.configResetStat();
        });
        servers.inRedis(server -> {
            server.sadd("set", "z");
            server.set("intruder", "?");
        });
        try {
            assertThat(compare().examples())
                    .containsExactlyInAnyOrder(
                            "set is set [x, y, z] in Redis; Pika has set [x, y]",
                            "intruder is not in Pika; Redis has string ?");
        } finally {
            servers.inPika(server -> server.aclSetUser("default", "+@all"));
        }
        servers.inPika(server -> assertThat(server.info("commandstats"))
                .as("strings and lists come from the storage in a transaction")
                .contains("cmdstat_exec:"));
    }

    @Test
    void comparesAPikaThatKnowsNoTransactionsToo() {
        servers.inPika(server -> server.aclSetUser("default", "-multi"));
        servers.inRedis(server -> server.lpush("list", "z"));
        try {
            assertThat(compare().examples())
                    .containsExactly("list is list [z, a, b, a] in Redis; Pika has list [a, b, a]");
        } finally {
            servers.inPika(server -> server.aclSetUser("default", "+@all"));
        }
    }

    @Test
    void findsOneElementAmongThousandsThatDiffers() {
        servers.inBoth(server -> {
            Pipeline pipeline = server.pipelined();
            for (int i = 0; i < 5_000; i++) {
                pipeline.hset("large hash", "field" + i, "v" + i);
                pipeline.sadd("large set", "member" + i);
                pipeline.zadd("large zset", i, "member" + i);
                pipeline.rpush("large list", "element" + i);
            }
            pipeline.sync();
        });
        assertThat(compare().differences()).isZero();
        servers.inRedis(server -> {
            server.hset("large hash", "field3217", "v");
            server.srem("large set", "member3217");
            server.zincrby("large zset", 1, "member3217");
            server.lset("large list", 3_217, "");
        });
        assertThat(compare().differences()).isEqualTo(4);
    }

    private static Verdict compare() {
        return Comparison.compare(endpoint(servers.pika()), endpoint(servers.redis()), GRACE_MS);
    }

    private static Endpoint endpoint(RedisServer server) {
        return Endpoint.parse(server.address(), Optional.empty());
    }
}
