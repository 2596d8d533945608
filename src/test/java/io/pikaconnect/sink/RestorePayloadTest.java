package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.RestoreParams;

/** A real Redis makes the same of a payload as of the command, byte for byte, and checks all of the payload. */
class RestorePayloadTest {

    private static final int ROUNDS = Integer.getInteger("rounds", 300);
    private static final byte[] BY_COMMAND = Resp.bytes("by-command");
    private static final byte[] BY_PAYLOAD = Resp.bytes("by-payload");

    /** Whole numbers at the borders of their forms in a listpack, and what only looks like one. */
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "127",
            "128",
            "4095",
            "4096",
            "-4096",
            "-4097",
            "32767",
            "32768",
            "-32768",
            "-32769",
            "8388607",
            "8388608",
            "-8388608",
            "-8388609",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "-0",
            "-",
            "",
            "00",
            "007",
            "+5",
            " 5",
            "5 ",
            "5.0",
            "0x10");

    private static final List<String> SCORES = List.of(
            "0",
            "1",
            "-1",
            "0.5",
            "-0.5",
            "3.14",
            "1e22",
            "1.5E300",
            "-2.2250738585072014E-308",
            "4.9E-324",
            "0.1000000000000000055511151231257827",
            "9007199254740993",
            "123456789012345678",
            "1E5",
            "1.0",
            "-7.250");

    private static RedisServer server;
    private static Jedis redis;

    private final RestorePayload payload = new RestorePayload(taken());
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void start() {
        server = RedisServer.start("--sanitize-dump-payload", "yes");
        redis = server.connect();
        assumeTrue(SinkFixture.takesRestore(redis));
    }

    @AfterAll
    static void stop() {
        redis.close();
        server.close();
    }

    /** What this version takes. */
    private static Set<RestorePayload.Form> taken() {
        return redis.info("server").contains("redis_version:7.0.")
                ? EnumSet.complementOf(EnumSet.of(RestorePayload.Form.SET))
                : EnumSet.allOf(RestorePayload.Form.class);
    }

    @BeforeEach
    void clear() {
        redis.flushAll();
        System.out.println("seed " + seed);
    }

    /** As the sink has it: read from a record. */
    private boolean encode(Command command) {
        return payload.encode(Resp.view(Resp.encode(List.of(command))).get(0));
    }

    private boolean encode(String command) {
        return encode(Command.of((Object[]) command.split(" ", -1)));
    }

    /** Makes the value of the command in both ways, and compares what Redis holds then. */
    private void assertSame(Command command) {
        makeBoth(command);
        assertThat(redis.dump(BY_PAYLOAD))
                .as("%s, seed %d", command.values(), seed)
                .isEqualTo(redis.dump(BY_COMMAND));
    }

    private void makeBoth(Command command) {
        assertThat(encode(command)).as("%s, seed %d", command.values(), seed).isTrue();
        redis.del(BY_COMMAND, BY_PAYLOAD);
        redis.restore(BY_PAYLOAD, 0, Arrays.copyOf(payload.bytes(), payload.size()), new RestoreParams());
        byte[][] args = command.args().subList(1, command.size()).toArray(byte[][]::new);
        args[0] = BY_COMMAND;
        redis.sendCommand(Protocol.Command.valueOf(command.name().toUpperCase(Locale.ROOT)), args);
    }

    private byte[] element() {
        if (random.nextInt(3) == 0) {
            return Resp.bytes(NUMBERS.get(random.nextInt(NUMBERS.size())));
        }
        if (random.nextInt(3) == 0) {
            return Resp.bytes(String.valueOf(random.nextLong() >> random.nextInt(64)));
        }
        byte[] bytes = new byte[random.nextInt(4) == 0 ? 60 + random.nextInt(5) : random.nextInt(25)];
        random.nextBytes(bytes);
        return bytes;
    }

    private int count() {
        return random.nextInt(5) == 0 ? 1 + random.nextInt(RestorePayload.MOST) : 1 + random.nextInt(12);
    }

    /** As many as a list or set needs. */
    private int some() {
        return Math.max(RestorePayload.LEAST, count());
    }

    private TreeSet<byte[]> sorted(int count) {
        TreeSet<byte[]> elements = new TreeSet<>(Arrays::compareUnsigned);
        while (elements.size() < count) {
            elements.add(element());
        }
        return elements;
    }

    private static Command command(String name, List<byte[]> rest) {
        List<byte[]> args = new ArrayList<>(List.of(Resp.bytes(name), Resp.bytes("k")));
        args.addAll(rest);
        return new Command(args);
    }

    @Test
    void hashes() {
        for (int i = 0; i < ROUNDS; i++) {
            List<byte[]> rest = new ArrayList<>();
            for (byte[] field : sorted(count())) {
                rest.add(field);
                rest.add(element());
            }
            assertSame(command("HSET", rest));
        }
    }

    @Test
    void lists() {
        for (int i = 0; i < ROUNDS; i++) {
            List<byte[]> rest = new ArrayList<>();
            for (int n = some(); n > 0; n--) {
                rest.add(element());
            }
            assertSame(command("RPUSH", rest));
        }
    }

    @Test
    void setsOfNumbers() {
        for (int i = 0; i < ROUNDS; i++) {
            TreeSet<byte[]> members = new TreeSet<>(Arrays::compareUnsigned);
            int shift = random.nextInt(56);
            for (int n = some(); members.size() < n; ) {
                members.add(Resp.bytes(String.valueOf(random.nextLong() >> shift)));
            }
            assertSame(command("SADD", List.copyOf(members)));
        }
    }

    /** The elements' order is not Redis' own where there are numbers among them. */
    @Test
    void sets() {
        if (!taken().contains(RestorePayload.Form.SET)) {
            assertThat(redis.info("server")).contains("redis_version:7.0."); // it has no such sets
            return;
        }
        for (int i = 0; i < ROUNDS; i++) {
            TreeSet<byte[]> members = sorted(some());
            members.pollFirst();
            members.add(Resp.bytes("a text that is no number"));
            Command sadd = command("SADD", List.copyOf(members));
            makeBoth(sadd);
            assertThat(redis.smembers("by-payload"))
                    .as("%s, seed %d", sadd.values(), seed)
                    .isEqualTo(redis.smembers("by-command"));
            assertThat(redis.objectEncoding("by-payload")).isEqualTo("listpack");
        }
    }

    @Test
    void aServerGetsOnlyWhatItTakes() {
        RestorePayload nothing = new RestorePayload(Set.of());
        RestorePayload everything = new RestorePayload(EnumSet.allOf(RestorePayload.Form.class));
        for (String text : List.of("HSET k a 1", "ZADD k 1 a", "RPUSH k a b c d", "SADD k a b c d", "SADD k 1 2 3 4")) {
            Command command = Command.of((Object[]) text.split(" "));
            Command read = Resp.view(Resp.encode(List.of(command))).get(0);
            assertThat(nothing.encode(read)).as(text).isFalse();
            assertThat(everything.encode(read)).as(text).isTrue();
        }
    }

    /** Of scores as Redis writes them itself, so that the bytes are the same; the others are compared by value. */
    @Test
    void sortedSets() {
        for (int i = 0; i < ROUNDS; i++) {
            List<byte[]> rest = new ArrayList<>();
            for (byte[] member : sorted(count())) {
                rest.add(Resp.bytes(String.valueOf(random.nextInt(7) - 3 + (random.nextBoolean() ? "" : ".5"))));
                rest.add(member);
            }
            assertSame(command("ZADD", rest));
        }
    }

    @Test
    void scoresOfAnyForm() {
        for (int i = 0; i < ROUNDS; i++) {
            List<byte[]> rest = new ArrayList<>();
            for (byte[] member : sorted(count())) {
                double score = Double.longBitsToDouble(random.nextLong());
                boolean random = Double.isFinite(score) && this.random.nextBoolean();
                rest.add(Resp.bytes(random ? String.valueOf(score) : SCORES.get(this.random.nextInt(SCORES.size()))));
                rest.add(member);
            }
            Command zadd = command("ZADD", rest);
            makeBoth(zadd);
            assertThat(redis.zrangeWithScores(BY_PAYLOAD, 0, -1))
                    .as("%s, seed %d", zadd.values(), seed)
                    .isEqualTo(redis.zrangeWithScores(BY_COMMAND, 0, -1));
        }
    }

    @Test
    void theLargestThatThereAre() {
        String longest = "x".repeat(Listpack.LONGEST - 3);
        List<byte[]> pairs = new ArrayList<>();
        List<byte[]> members = new ArrayList<>();
        List<byte[]> elements = new ArrayList<>();
        for (int i = 0; i < RestorePayload.MOST; i++) {
            byte[] element = Resp.bytes(longest + (100 + i));
            elements.add(element);
            pairs.addAll(List.of(element, element));
            members.addAll(List.of(Resp.bytes(String.valueOf(-i)), element));
        }
        assertSame(command("HSET", pairs));
        assertSame(command("ZADD", members));
        assertThat(encode(command("RPUSH", elements)))
                .as("larger than a node of a list")
                .isFalse();
        elements.replaceAll(element -> Arrays.copyOfRange(element, 6, element.length));
        assertSame(command("RPUSH", elements));
        elements.add(Resp.bytes("one more"));
        assertThat(encode(command("RPUSH", elements))).isFalse();
        pairs.addAll(List.of(Resp.bytes("y"), Resp.bytes("one more")));
        assertThat(encode(command("HSET", pairs))).isFalse();
        members.addAll(List.of(Resp.bytes("1"), Resp.bytes("y")));
        assertThat(encode(command("ZADD", members))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSET k b 1 a 2",
                "HSET k a 1 a 2",
                "HSET k a",
                "HSET k",
                "ZADD k 1 b 2 a",
                "ZADD k 1 a 2 a",
                "ZADD k NX 1 a",
                "ZADD k NX CH 1 a",
                "ZADD k inf a",
                "ZADD k -inf a",
                "ZADD k nan a",
                "ZADD k -0 a",
                "ZADD k -0.0 a",
                "ZADD k 1e400 a",
                "ZADD k 1e-400 a",
                "ZADD k 0x1p3 a",
                "ZADD k 1f a",
                "ZADD k 1- a",
                "ZADD k - a",
                "ZADD k . a",
                "ZADD k  a",
                "SADD k a b c",
                "SADD k 1 2 3",
                "SADD k 1 3 2 4",
                "SADD k 1 2 2 3",
                "RPUSH k a b c",
                "SET k a",
                "RPUSH k",
                "LPUSH k a",
                "XADD k * a b",
                "RPUSH k xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx a b c",
            })
    void whatIsLeftToTheCommandItself(String command) {
        assertThat(encode(command)).isFalse();
    }

    @Test
    void whatALowerLimitOfTheServerMakesOfIt() {
        redis.configSet("hash-max-listpack-entries", "2");
        redis.configSet("zset-max-listpack-entries", "2");
        assertThat(encode("HSET k a 1 b 2 c 3")).isTrue();
        redis.restore(BY_PAYLOAD, 0, Arrays.copyOf(payload.bytes(), payload.size()), new RestoreParams());
        assertThat(new TreeMap<>(redis.hgetAll("by-payload"))).hasToString("{a=1, b=2, c=3}");
        assertThat(redis.objectEncoding("by-payload")).isEqualTo("hashtable");
        assertThat(encode("ZADD k 3 a 1 b 2 c")).isTrue();
        redis.restore(BY_PAYLOAD, 0, Arrays.copyOf(payload.bytes(), payload.size()), new RestoreParams().replace());
        assertThat(redis.zrange("by-payload", 0, -1)).containsExactly("b", "c", "a");
        assertThat(redis.objectEncoding("by-payload")).isEqualTo("skiplist");
    }

    @Test
    void theChecksumIsRedisOwn() {
        assertThat(Crc64.of(Resp.bytes("123456789"), 9)).isEqualTo(0xe9c6d914c4b8d9caL);
        assertThat(Crc64.of(Resp.bytes("123456789"), 0)).isZero();
    }
}
