package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The named operations and what is lenient about plain commands, by the table of T-rules. */
class OperationsTest {

    private static SinkFixture sink;

    @BeforeAll
    static void start() {
        sink = new SinkFixture();
    }

    @AfterAll
    static void stop() {
        sink.close();
    }

    private static Command c(Object... parts) {
        return Command.of(parts);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                        conditionalSets(),
                        countedSets(),
                        popsOfSets(),
                        ranges(),
                        bits(),
                        numbers(),
                        plainCommands(),
                        streams())
                .flatMap(List::stream);
    }

    private static List<Arguments> conditionalSets() {
        return List.of(
                Arguments.of("SET NX on nothing sets", List.of(c("pika.set", "k", "v", "NX", "0")), "v"),
                Arguments.of(
                        "SET NX on a string does nothing",
                        List.of(c("SET", "k", "old"), c("pika.set", "k", "v", "NX", "0")),
                        "old"),
                Arguments.of("SET XX on nothing does nothing", List.of(c("pika.set", "k", "v", "XX", "0")), null),
                Arguments.of(
                        "SET XX on a string sets",
                        List.of(c("SET", "k", "old"), c("pika.set", "k", "v", "XX", "0")),
                        "v"),
                Arguments.of(
                        "SET XX on another type does nothing",
                        List.of(c("RPUSH", "k", "x"), c("pika.set", "k", "v", "XX", "0")),
                        List.of("x")),
                Arguments.of(
                        "SET VX with the value sets",
                        List.of(c("SET", "k", "a"), c("pika.set", "k", "v", "VX", "0", "a")),
                        "v"),
                Arguments.of(
                        "SET VX with another value does nothing",
                        List.of(c("SET", "k", "b"), c("pika.set", "k", "v", "VX", "0", "a")),
                        "b"),
                Arguments.of("SET VX on nothing does nothing", List.of(c("pika.set", "k", "v", "VX", "0", "a")), null),
                Arguments.of(
                        "DELVX with the value deletes", List.of(c("SET", "k", "a"), c("pika.delvx", "k", "a")), null),
                Arguments.of(
                        "DELVX with another value does nothing",
                        List.of(c("SET", "k", "b"), c("pika.delvx", "k", "a")),
                        "b"));
    }

    private static List<Arguments> countedSets() {
        return List.of(
                Arguments.of(
                        "SREM of a member twice takes it off the count twice",
                        List.of(c("SADD", "k", "a", "b", "c"), c("pika.srem", "k", "a", "2"), c("SREM", "k", "b")),
                        null),
                Arguments.of(
                        "a set whose count is 0 is gone",
                        List.of(c("SADD", "k", "a", "b"), c("pika.srem", "k", "a", "2", "stranger", "5")),
                        null),
                Arguments.of(
                        "a set that is counted too low lives as long as something is counted",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("SADD", "k", "d"),
                                c("sadd", "k", "d"),
                                c("srem", "k", "b")),
                        Set.of("c", "d")),
                Arguments.of(
                        "and is gone with what it counts last",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("SADD", "k", "d"),
                                c("srem", "k", "b", "c"),
                                c("SADD", "k", "x")),
                        Set.of("x")),
                Arguments.of(
                        "a new set under the same name counts right",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("DEL", "k"),
                                c("SADD", "k", "x", "y"),
                                c("SREM", "k", "x")),
                        Set.of("y")),
                Arguments.of(
                        "so does one after another type",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("SET", "k", "string"),
                                c("DEL", "k"),
                                c("SADD", "k", "x", "y"),
                                c("SREM", "k", "x")),
                        Set.of("y")),
                Arguments.of(
                        "SREM twice adds up",
                        List.of(
                                c("SADD", "k", "a", "b", "c", "d", "e"), c("pika.srem", "k", "a", "2"),
                                c("pika.srem", "k", "b", "2", "a", "7"), c("SREM", "k", "c")),
                        null),
                Arguments.of(
                        "a count below nothing, as up to 3.4, hides what comes until it is nothing",
                        List.of(
                                c("SADD", "k", "a", "b"),
                                c("pika.srem", "k", "a", "3"),
                                c("SADD", "k", "c"),
                                c("SADD", "k", "d")),
                        Set.of("d")),
                Arguments.of(
                        "a set that a dump counts too low",
                        List.of(c("SADD", "k", "a", "b", "c"), c("pika.scount", "k", "2"), c("SREM", "k", "a", "b")),
                        null),
                Arguments.of(
                        "a set that a dump counts right",
                        List.of(c("SADD", "k", "a", "b", "c"), c("pika.scount", "k", "3"), c("SREM", "k", "a", "b")),
                        Set.of("c")),
                Arguments.of(
                        "a set that a dump counts too high",
                        List.of(c("SADD", "k", "a", "b", "c"), c("pika.scount", "k", "9"), c("SREM", "k", "a", "b")),
                        Set.of("c")),
                Arguments.of(
                        "SMOVE of what is counted last",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("SMOVE", "k", "other", "b")),
                        null),
                Arguments.of(
                        "SPOP draws from as many as are counted",
                        List.of(
                                c("SADD", "k", "a", "b", "c"),
                                c("pika.srem", "k", "a", "2"),
                                c("pika.spop", "k", "1795000000")),
                        null),
                Arguments.of(
                        "a count may pass nothing on its way below",
                        List.of(
                                c("SADD", "k", "a", "b", "c", "d", "e", "f"),
                                c("pika.srem", "k", "f", "3"),
                                c("pika.srem", "k", "a", "1", "b", "1", "c", "1", "d", "2")),
                        Set.of("e")));
    }

    private static List<Arguments> popsOfSets() {
        return List.of(
                Arguments.of(
                        "SPOP takes by the master's generator",
                        List.of(c("SADD", "k", "d", "a", "c", "b", "e"), c("pika.spop", "k", "1795000000")),
                        without(1_795_000_000L, "a", "b", "c", "d", "e")),
                Arguments.of(
                        "SPOP of as many as there are",
                        List.of(c("SADD", "k", "d", "a"), c("pika.spop", "k", "1795000000", "2")),
                        null),
                Arguments.of(
                        "SPOP of more than there are",
                        List.of(c("SADD", "k", "d", "a"), c("pika.spop", "k", "1795000000", "200")),
                        null));
    }

    private static List<Arguments> ranges() {
        return List.of(
                Arguments.of(
                        "SETRANGE cuts the value at NUL and replaces its whole length",
                        List.of(c("SET", "k", "abcdefgh"), c("pika.setrange", "k", "2", "X\0YZ")),
                        "abXgh"),
                Arguments.of(
                        "SETRANGE pads with zero bytes",
                        List.of(c("SET", "k", "a"), c("pika.setrange", "k", "3", "X\0Y")),
                        "a\0\0X"),
                Arguments.of(
                        "SETRANGE of nothing fills up",
                        List.of(c("SET", "k", "a"), c("pika.setrange", "k", "3", "")),
                        "a\0\0"),
                Arguments.of(
                        "SETRANGE of nothing within changes nothing",
                        List.of(c("SET", "k", "abc"), c("pika.setrange", "k", "1", "")),
                        "abc"),
                Arguments.of("SETRANGE of nothing on nothing", List.of(c("pika.setrange", "k", "0", "")), ""),
                Arguments.of("SETRANGE on nothing", List.of(c("pika.setrange", "k", "1", "X\0")), "\0X"),
                Arguments.of(
                        "SETRANGE at minus zero", List.of(c("SET", "k", "abc"), c("SETRANGE", "k", "-0", "x")), "xbc"),
                Arguments.of(
                        "LTRIM to leading zeros",
                        List.of(c("RPUSH", "k", "a", "b", "c", "d"), c("LTRIM", "k", "-0", "01")),
                        List.of("a", "b")));
    }

    private static List<Arguments> bits() {
        return List.of(
                Arguments.of(
                        "SETBIT at minus zero", List.of(c("SET", "k", "a"), c("SETBIT", "k", "-0", "01")), "\u00e1"),
                Arguments.of("SETBIT 0 at minus zero", List.of(c("SET", "k", "a"), c("pika.setbit0", "k", "-0")), "a"),
                Arguments.of("an old SETBIT sets", List.of(c("SET", "k", "a"), c("pika.setbit", "k", "6", "1")), "c"),
                Arguments.of(
                        "SETBIT 0 within the string", List.of(c("SET", "k", "a"), c("pika.setbit0", "k", "7")), "`"),
                Arguments.of(
                        "SETBIT 0 beyond the end does nothing",
                        List.of(c("SET", "k", "a"), c("pika.setbit0", "k", "8")),
                        "a"),
                Arguments.of("SETBIT 0 on nothing does nothing", List.of(c("pika.setbit0", "k", "0")), null),
                Arguments.of(
                        "an old SETBIT at minus zero",
                        List.of(c("SET", "k", "a"), c("pika.setbit", "k", "-0", "0")),
                        "a"),
                Arguments.of(
                        "BITOP of nothing leaves an empty string",
                        List.of(c("SET", "k", "v"), c("pika.bitop", "AND", "k", "none", "none2")),
                        ""),
                Arguments.of(
                        "BITOP of something is Redis' own",
                        List.of(c("SET", "k", "abc"), c("pika.bitop", "NOT", "k", "k")),
                        "\u009e\u009d\u009c"));
    }

    private static List<Arguments> numbers() {
        return List.of(
                Arguments.of(
                        "INCRBYFLOAT on an empty string",
                        List.of(c("SET", "k", ""), c("INCRBYFLOAT", "k", "0.5")),
                        "0.5"),
                Arguments.of(
                        "HINCRBYFLOAT on an empty field",
                        List.of(c("HSET", "k", "f", ""), c("HINCRBYFLOAT", "k", "f", "0.5")),
                        Map.of("f", "0.5")),
                Arguments.of(
                        "HINCRBY on leading zeros, by some",
                        List.of(c("HSET", "k", "f", "007"), c("HINCRBY", "k", "f", "010")),
                        Map.of("f", "17")),
                Arguments.of("INCRBY by leading zeros", List.of(c("SET", "k", "1"), c("INCRBY", "k", "007")), "8"),
                Arguments.of("INCR on an empty string", List.of(c("SET", "k", ""), c("INCR", "k")), "1"),
                Arguments.of("DECR on leading spaces", List.of(c("SET", "k", " 12"), c("DECR", "k")), "11"),
                Arguments.of("DECR on a plus", List.of(c("SET", "k", "+5"), c("DECR", "k")), "4"),
                Arguments.of("INCRBY on leading zeros", List.of(c("SET", "k", "007"), c("INCRBY", "k", "3")), "10"),
                Arguments.of("DECRBY on minus zeros", List.of(c("SET", "k", "-007"), c("DECRBY", "k", "3")), "-10"),
                Arguments.of("INCR on minus zero", List.of(c("SET", "k", "-0"), c("iNcR", "k")), "1"),
                Arguments.of("INCR on bytes after a NUL", List.of(c("SET", "k", "5\0x"), c("INCR", "k")), "6"),
                Arguments.of(
                        "INCR near the limit",
                        List.of(c("SET", "k", " 9223372036854775806"), c("INCR", "k")),
                        "9223372036854775807"));
    }

    private static List<Arguments> plainCommands() {
        return List.of(
                Arguments.of(
                        "MSETNX with a string among its keys does nothing",
                        List.of(c("SET", "k", "x"), c("MSETNX", "k", "v", "other", "y")),
                        "x"),
                Arguments.of("MSETNX of new keys sets", List.of(c("MSETNX", "k", "v", "new", "y")), "v"),
                Arguments.of("a command's name in any case", List.of(c("sEt", "k", "v"), c("aPPend", "k", "w")), "vw"));
    }

    private static List<Arguments> streams() {
        return List.of(
                Arguments.of(
                        "a stream keeps what is left",
                        List.of(
                                c("XADD", "k", "5-1", "f", "v"),
                                c("XADD", "k", "5-2", "f", "v"),
                                c("XDEL", "k", "5-1"),
                                c("pika.endstream", "k")),
                        "stream"),
                Arguments.of(
                        "a stream without entries is no key any more",
                        List.of(c("XADD", "k", "5-1", "f", "v"), c("XDEL", "k", "5-1"), c("pika.endstream", "k")),
                        null),
                Arguments.of(
                        "a stream that ended starts its numbers again",
                        List.of(
                                c("XADD", "k", "5-1", "f", "v"),
                                c("XTRIM", "k", "MAXLEN", "=", "0"),
                                c("pika.endstream", "k"),
                                c("XADD", "k", "1-1", "f", "v")),
                        "stream"),
                Arguments.of(
                        "the end of a stream is no end of another type",
                        List.of(c("SET", "k", "v"), c("pika.endstream", "k")),
                        "v"),
                Arguments.of(
                        "a stream has no deadline",
                        List.of(c("XADD", "k", "5-1", "f", "v"), c("PEXPIREAT", "k", "100")),
                        "stream"));
    }

    /** The members that are left when that second has drawn one. */
    private static TreeSet<String> without(long second, String... members) {
        TreeSet<String> left = new TreeSet<>(List.of(members));
        left.remove(members[(int) (new Generator(second).next() % members.length)]);
        return left;
    }

    /** {@code std::default_random_engine} as libstdc++ has it. */
    private static final class Generator {
        private long x;

        Generator(long seed) {
            x = seed % 2_147_483_647L;
        }

        long next() {
            x = 16_807 * x % 2_147_483_647L;
            return x;
        }
    }

    @Test
    void takesManyMembersAsTheGeneratorOf35DrawsThem() {
        sink.redis().flushAll();
        long second = 1_795_000_123L;
        TreeSet<byte[]> model = new TreeSet<>(java.util.Arrays::compareUnsigned);
        ModelTopic topic = ModelTopic.begun(1);
        for (int i = 0; i < 3_000; i++) {
            byte[] member = {(byte) (i * 7_919 >> 8), (byte) (i * 7_919)};
            model.add(member);
            topic.command("SADD", "k", member);
        }
        topic.command("pika.spop", "k", second, 2_500);
        List<byte[]> members = List.copyOf(model);
        Generator generator = new Generator(second);
        Set<Integer> taken = new java.util.HashSet<>();
        while (taken.size() < 2_500) {
            taken.add((int) (generator.next() % members.size()));
        }
        taken.forEach(i -> model.remove(members.get(i)));
        sink.applyAll(topic).close();
        assertThat(sink.redis().scard("k")).isEqualTo(model.size());
        model.forEach(
                m -> assertThat(sink.redis().sismember(Resp.bytes("k"), m)).isTrue());
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "progress*")).isEmpty();
    }

    @Test
    void drawsFromTheFirstFiftyMembersOfALargeSet() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        TreeSet<String> model = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            topic.command("SADD", "k", "m" + i);
            model.add("m" + i);
        }
        for (long second = 1_795_000_000L; second < 1_795_000_100L; second++) {
            topic.command("pika.spop", "k", second);
            model.remove(List.copyOf(model).get((int) (new Generator(second).next() % 50)));
        }
        sink.applyAll(topic).close();
        assertThat(sink.redis().smembers("k")).isEqualTo(model);
    }

    @Test
    void whatIsKnownOfSetsThatAreGoneDoesNotStay() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        for (int i = 0; i < 20; i++) {
            topic.command("SADD", "s" + i, "a", "b", "c").command("pika.srem", "s" + i, "a", "2");
        }
        topic.command("SADD", "stays", "a", "b", "c").command("pika.srem", "stays", "a", "2");
        for (int i = 0; i < 20; i++) {
            topic.command("DEL", "s" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            topic.command("SADD", "other", "m" + i);
        }
        sink.applyAll(topic, "sync.batch.num", "5").close();
        assertThat(sink.redis().hgetAll(SinkFixture.PREFIX + "uncounted")).isEqualTo(Map.of("stays", "1"));
    }

    @Test
    void aMovedMemberMayBringACountBelowNothingToNothing() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SADD", "from", "x", "y");
        topic.command("SADD", "to", "a", "b").command("pika.srem", "to", "a", "3");
        topic.command("SMOVE", "from", "to", "x").command("SMOVE", "from", "to", "y");
        sink.applyAll(topic).close();
        assertThat(sink.redis().smembers("to")).containsExactly("y");
        assertThat(sink.redis().exists("from")).isFalse();
        assertThat(sink.redis().exists(SinkFixture.PREFIX + "uncounted")).isFalse();
    }

    @Test
    void countsAnSpopThatFindsNoMember() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SADD", "k", "a").command("pika.spop", "k", "1795000000").command("pika.spop", "k", "1795000000");
        try (ModelWorker worker = sink.applyAll(topic)) {
            worker.until(
                    () -> worker.task.started().counters().discards.counts().equals(Map.of("spop.miss", 1L)));
            assertThat(worker.task.started().counters().errors.counts()).isEmpty(); // Redis had none
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void doesAsPikaDoes(String name, List<Command> commands, Object expected) {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        topic.change(Resp.bytes("k"), commands.toArray(Command[]::new));
        try (ModelWorker worker = sink.applyAll(topic)) {
            assertThat(sink.content().get("k")).isEqualTo(expected);
            assertThat(worker.task.started().counters().discards.counts()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void doesAsPikaDoesRecordByRecord(String name, List<Command> commands, Object expected) {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        commands.forEach(command -> topic.change(Resp.bytes("k"), command));
        sink.applyAll(topic).close();
        assertThat(sink.content().get("k")).isEqualTo(expected);
    }

    @Test
    void anOldSetrangeTakesTheDeadlineOfAStringOnly() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        long deadline = System.currentTimeMillis() + 100_000;
        for (String value : List.of("x", "", "\0")) {
            topic.command("SET", "s" + value, "abc").command("PEXPIREAT", "s" + value, deadline);
            topic.command("pika.setrange", "s" + value, "1", value, "PERSIST");
        }
        topic.command("RPUSH", "l", "a").command("PEXPIREAT", "l", deadline);
        topic.command("pika.setrange", "l", "1", "x", "PERSIST");
        sink.applyAll(topic, "on.wrong.type", "skip").close();
        assertThat(sink.redis().get("sx")).isEqualTo("axc");
        assertThat(sink.redis().get("s")).isEqualTo("abc");
        assertThat(sink.redis().get("s\0")).isEqualTo("ac");
        assertThat(List.of("sx", "s", "s\0"))
                .allSatisfy(k -> assertThat(sink.redis().pttl(k)).isEqualTo(-1));
        assertThat(sink.redis().pttl("l")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"7, 0, true", "7, 1, false", "6, 0, false", "100, 1, true", "100, 0, false"})
    void anOldSetbitTakesTheDeadlineWhereItChangesABit(int offset, int bit, boolean takes) {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "a") // 01100001
                .command("PEXPIREAT", "k", System.currentTimeMillis() + 100_000)
                .command("pika.setbit", "k", offset, bit);
        sink.applyAll(topic).close();
        assertThat(sink.redis().getbit("k", offset)).isEqualTo(bit == 1);
        assertThat(sink.redis().pttl("k") < 0).isEqualTo(takes);
    }

    @Test
    void lenientIncrementKeepsTheDeadline() {
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        long deadline = System.currentTimeMillis() + 100_000_000;
        topic.change(Resp.bytes("k"), c("SET", "k", " 5"), c("PEXPIREAT", "k", deadline), c("INCR", "k"));
        sink.applyAll(topic).close();
        assertThat(sink.redis().get("k")).isEqualTo("6");
        assertThat(sink.held("k")).isEqualTo(deadline);
    }

    @Test
    void removesMembersByTheirBytesWhateverTheScores() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        sink.redis().flushAll();
        ModelTopic topic = ModelTopic.begun(1);
        TreeSet<byte[]> model = new TreeSet<>(java.util.Arrays::compareUnsigned);
        for (int i = 0; i < 3_000; i++) {
            byte[] member = new byte[1 + random.nextInt(3)];
            random.nextBytes(member);
            model.add(member);
            topic.command("ZADD", "z", random.nextInt(100), member);
        }
        byte[] low = {'[', (byte) 0x40};
        byte[] high = {'(', (byte) 0xc0, 1};
        topic.command("pika.zremrangebylex", "z", low, high);
        model.removeIf(m -> java.util.Arrays.compareUnsigned(m, new byte[] {0x40}) >= 0
                && java.util.Arrays.compareUnsigned(m, new byte[] {(byte) 0xc0, 1}) < 0);
        sink.applyAll(topic).close();
        assertThat(sink.redis().zcard("z")).isEqualTo(model.size());
        for (byte[] m : model) {
            assertThat(sink.redis().zscore(Resp.bytes("z"), m)).isNotNull();
        }
    }

    @Test
    void putsALargeValueTogetherFromItsPieces() {
        sink.redis().flushAll();
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        ModelTopic topic = ModelTopic.begun(2).recordMaxBytes(100_000);
        topic.command("SET", "big", large);
        topic.change(Resp.bytes("list"), c("RPUSH", "list", "a"), c("RPUSH", "list", large), c("RPUSH", "list", "b"));
        topic.command("pika.set", "nx", large, "NX", "0");
        topic.command("pika.set", "nx", "other", "VX", "0", large);
        sink.applyAll(topic).close();
        assertThat(sink.redis().get(Resp.bytes("big"))).isEqualTo(large);
        assertThat(sink.redis().lindex(Resp.bytes("list"), 1)).isEqualTo(large);
        assertThat(sink.redis().get("nx")).isEqualTo("other");
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage*")).isEmpty();
    }

    @Test
    void keysAndValuesAreBytes() {
        sink.redis().flushAll();
        byte[] key = new byte[256];
        for (int i = 0; i < 256; i++) {
            key[i] = (byte) i;
        }
        ModelTopic topic = ModelTopic.begun(3);
        topic.command("SET", key, key).command("SET", "", "empty").command("HSET", "h", key, key);
        sink.applyAll(topic).close();
        assertThat(sink.redis().get(key)).isEqualTo(key);
        assertThat(sink.redis().get("")).isEqualTo("empty");
        assertThat(sink.redis().hget(Resp.bytes("h"), key)).isEqualTo(key);
    }

    @Test
    void commandWithFourThousandArguments() {
        sink.redis().flushAll();
        Object[] parts = new Object[4_000];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = "m" + i;
        }
        parts[0] = "SADD";
        parts[1] = "s";
        ModelTopic topic = ModelTopic.begun(1);
        topic.command(parts);
        sink.applyAll(topic).close();
        assertThat(sink.redis().scard("s")).isEqualTo(3_998);
        assertThat(sink.content()).isNotEqualTo(Map.of());
    }
}
