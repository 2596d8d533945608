package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/** A script that pauses when its time is up is continued by the next one; with script.max.ms=0 each makes one step. */
class PausedScriptsTest {

    private static final int MANY = 12_000;
    private static final String LEDGER = SinkFixture.PREFIX + "ledger";

    @RegisterExtension
    final SinkFixture sink = new SinkFixture();

    private static String member(int i) {
        return "m" + i * 7_919L % 100_003;
    }

    private interface Element {
        Object[] of(int i);
    }

    private static Consumer<ModelTopic> fill(Element element) {
        return topic -> {
            for (int i = 0; i < MANY; i++) {
                topic.command(element.of(i));
            }
        };
    }

    private static Arguments row(String name, Consumer<ModelTopic> before, Object... command) {
        return Arguments.of(name, before, Command.of(command));
    }

    private static Consumer<ModelTopic> equalScores() {
        return fill(i -> new Object[] {"ZADD", "k", "5", member(i)});
    }

    private static Consumer<ModelTopic> otherScores() {
        return fill(i -> new Object[] {"ZADD", "k", String.valueOf(i % 1_000), member(i)});
    }

    private static Consumer<ModelTopic> twoSets() {
        return fill(i -> new Object[] {"SADD", "{k}" + (1 + i % 2), member(i / 3)});
    }

    private static Consumer<ModelTopic> twoSorted() {
        return fill(i -> new Object[] {"ZADD", "{k}" + (1 + i % 2), String.valueOf(i / 7.0), member(i / 3)});
    }

    private static Consumer<ModelTopic> list() {
        return fill(i -> new Object[] {"RPUSH", "k", member(i)});
    }

    private static Consumer<ModelTopic> set() {
        return fill(i -> new Object[] {"SADD", "k", member(i)});
    }

    /** In {k}1 the fewest elements, in {k}3 the most; infinite scores meet in every order. */
    private static Consumer<ModelTopic> extremeScores() {
        String[] scores = {"inf", "-inf", "0", "3", "1.5", "0.1", "1e308"};
        return fill(i -> {
            int group = i / 6;
            int set = i % 6 < 1 ? 1 : i % 6 < 3 ? 2 : 3;
            int member = set == 1 ? group % 1_500 : group + 2_000 * (i % 6 - set * (set - 1) / 2);
            return new Object[] {"ZADD", "{k}" + set, scores[((i % 6 + 1) * group + group / 7) % 7], member(member)};
        });
    }

    private static final byte[] LARGE = new byte[5_000_000];

    static {
        new Random(5).nextBytes(LARGE);
    }

    private static Consumer<ModelTopic> largeStrings() {
        byte[] first = LARGE.clone();
        byte[] second = new byte[3_000_000];
        new Random(6).nextBytes(second);
        return topic -> topic.change(Resp.bytes("{k}1"), Command.of("SET", "{k}1", first))
                .change(Resp.bytes("{k}2"), Command.of("SET", "{k}2", second));
    }

    private static Consumer<ModelTopic> smallString() {
        return topic -> topic.change(
                Resp.bytes("k"), Command.of("SET", "k", "small"), Command.of("PEXPIREAT", "k", "1895337901000"));
    }

    static Stream<Arguments> commands() {
        return Stream.concat(
                collections(),
                Stream.of(
                        row("a value that replaces a set", set(), "SET", "k", LARGE),
                        row("a value only for a missing key", topic -> {}, "SETNX", "k", LARGE),
                        row("a value with a deadline", smallString(), "pika.set", "k", LARGE, "XX", "1895337901000"),
                        row("a value appended", smallString(), "APPEND", "k", LARGE),
                        row("a value appended to nothing", topic -> {}, "APPEND", "k", LARGE),
                        row("a value over a part", largeStrings(), "SETRANGE", "{k}2", "1000001", LARGE),
                        row("a text with a NUL", largeStrings(), "pika.setrange", "{k}1", "2500000", "some\0text"),
                        row(
                                "a text with a NUL in the end",
                                largeStrings(),
                                "pika.setrange",
                                "{k}1",
                                "4999998",
                                "s\0text"),
                        row("bits of both", largeStrings(), "BITOP", "AND", "k", "{k}1", "{k}2"),
                        row("bits of either", largeStrings(), "BITOP", "OR", "{k}2", "{k}1", "{k}2", "{k}3"),
                        row("bits of one", largeStrings(), "pika.bitop", "XOR", "{k}1", "{k}2", "{k}1"),
                        row("bits turned", largeStrings(), "BITOP", "NOT", "k", "{k}1")));
    }

    private static Stream<Arguments> collections() {
        return Stream.of(
                row("members of equal score", equalScores(), "pika.zremrangebylex", "k", "[m2", "(m7"),
                row("members of other scores", otherScores(), "pika.zremrangebylex", "k", "[m2", "(m7"),
                row("by score", otherScores(), "ZREMRANGEBYSCORE", "k", "(10", "900"),
                row("by rank", otherScores(), "ZREMRANGEBYRANK", "k", "100", "-101"),
                row("by rank, all", otherScores(), "ZREMRANGEBYRANK", "k", "0", "-1"),
                row("one popped", set(), "pika.spop", "k", "1795337901"),
                row("many popped", set(), "pika.spop", "k", "1795337901", "9000"),
                row("nearly all popped", set(), "pika.spop", "k", "1795337901", "11990"),
                row("the first popped", list(), "LPOP", "k", "9000"),
                row("the last popped", list(), "RPOP", "k", "9000"),
                row("the least popped", otherScores(), "ZPOPMIN", "k", "9000"),
                row("the greatest popped", otherScores(), "ZPOPMAX", "k", "9000"),
                row("sum of extremes", extremeScores(), "ZUNIONSTORE", "k", "3", "{k}3", "{k}1", "{k}2"),
                row("sum of weighted extremes", extremeScores(), weighted("ZUNIONSTORE", "0", "-1", "2", "SUM")),
                row("least of extremes", extremeScores(), weighted("ZUNIONSTORE", "0", "-1", "1", "MIN")),
                row("greatest of extremes", extremeScores(), weighted("ZUNIONSTORE", "-1", "1", "0", "MAX")),
                row("sum of common extremes", extremeScores(), weighted("ZINTERSTORE", "0", "-1", "2", "SUM")),
                row("greatest of common extremes", extremeScores(), weighted("ZINTERSTORE", "-1", "0", "1", "MAX")),
                row("union", twoSets(), "SUNIONSTORE", "k", "{k}1", "{k}2"),
                row("intersection", twoSets(), "SINTERSTORE", "k", "{k}1", "{k}2"),
                row("difference", twoSets(), "SDIFFSTORE", "k", "{k}1", "{k}2"),
                row("union into a source", twoSets(), "SUNIONSTORE", "{k}1", "{k}1", "{k}2"),
                row("sorted union", twoSorted(), "ZUNIONSTORE", "k", "2", "{k}1", "{k}2"),
                row(
                        "sorted union, the greater score",
                        twoSorted(),
                        "ZUNIONSTORE",
                        "k",
                        "2",
                        "{k}1",
                        "{k}2",
                        "WEIGHTS",
                        "2",
                        "-0.5",
                        "AGGREGATE",
                        "max"),
                row("sorted intersection", twoSorted(), "ZINTERSTORE", "k", "2", "{k}1", "{k}2", "aggregate", "MIN"));
    }

    private static Object[] weighted(String name, String one, String two, String three, String aggregate) {
        return new Object[] {name, "k", "3", "{k}3", "{k}1", "{k}2", "WEIGHTS", one, two, three, "AGGREGATE", aggregate
        };
    }

    /** What the command leaves when no script pauses. */
    private Map<String, Object> atOnce(Consumer<ModelTopic> before, Command command) {
        ModelTopic topic = ModelTopic.begun(1);
        before.accept(topic);
        topic.change(command.args().get(1), command);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        Map<String, Object> content = sink.content();
        sink.redis().flushAll();
        return content;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void resumesAfterAnyCutWithNothingLostAndNothingTwice(String name, Consumer<ModelTopic> before, Command command) {
        Map<String, Object> expected = atOnce(before, command);
        ModelTopic topic = ModelTopic.begun(1);
        before.accept(topic);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        topic.change(command.args().get(1), command);
        topic.command("SET", "after", "x");

        int cuts = 0;
        while (!sink.isAtEnd(topic)) {
            inSteps(topic, 8 + cuts % 3); // the claim's, and some steps more
            assertThat(++cuts).as("without progress").isLessThan(200);
        }

        assertThat(cuts).isGreaterThan(1);
        Map<String, Object> content = sink.content();
        content.remove("after");
        assertThat(content).isEqualTo(expected);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "progress*")).isEmpty();
    }

    /** As when the sink is away for long in the middle, or as many other sets are popped. */
    @Test
    void aShadowThatIsDroppedWhileManyArePoppedIsMadeAgain() {
        Command pop = Command.of("pika.spop", "k", "1795337901", "9000");
        Map<String, Object> expected = atOnce(set(), pop);
        ModelTopic topic = ModelTopic.begun(1);
        set().accept(topic);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        topic.change(pop.args().get(1), pop);

        int dropped = 0;
        for (int cuts = 0; !sink.isAtEnd(topic); cuts++) {
            inSteps(topic, 20 + cuts % 3);
            assertThat(cuts).as("without progress").isLessThan(200);
            if (cuts % 5 == 4 && sink.redis().exists(SinkFixture.PREFIX + "progress:0")) {
                dropped += (int) sink.redis().del(SinkFixture.PREFIX + "sorted", SinkFixture.PREFIX + "sorted:k");
            }
        }

        assertThat(dropped).isGreaterThan(1);
        assertThat(sink.content()).isEqualTo(expected);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "progress*")).isEmpty();
    }

    @Test
    void aSetThatIsGoneWhileItsMembersAreDrawnHasNothingToPop() {
        ModelTopic topic = ModelTopic.begun(1);
        set().accept(topic);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        topic.command("pika.spop", "k", "1795337901", "9000");
        for (int cuts = 0; !sink.redis().exists(SinkFixture.PREFIX + "progress:0"); cuts++) {
            assertThat(cuts).as("without progress").isLessThan(200);
            inSteps(topic, 4);
        }

        sink.redis().del("k");
        sink.applyAll(topic, "script.max.ms", "0").close();

        assertThat(sink.redis().keys(SinkFixture.PREFIX + "progress*")).isEmpty();
    }

    @Test
    void whatWasDeletedToMakeRoomIsCountedWhenTheCommandAtABarrierPauses() {
        ModelTopic topic = ModelTopic.begun(2);
        twoSets().accept(topic);
        topic.command("SET", "{k}", "of another type");
        topic.barrier(Command.of("SUNIONSTORE", "{k}", "{k}1", "{k}2"));

        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0", "on.wrong.type", "overwrite");

        assertThat(sink.redis().scard("{k}")).isGreaterThan(1_000);
        assertThat(worker.task.started().counters().discards.of("wrong.type")).isEqualTo(1);
    }

    private void inSteps(ModelTopic topic, int turns) {
        ModelWorker worker =
                sink.workerInSteps(topic, TestClock.ahead(() -> 0), "script.max.ms", "0", "redis.sender.num", "1");
        worker.assign(0);
        for (int turn = 0; turn < turns; turn++) {
            worker.turn();
            worker.senderTurn(0);
        }
        worker.crash();
    }

    static Stream<Arguments> redisOwn() {
        return commands().filter(row -> !((Command) row.get()[2]).name().startsWith("pika."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("redisOwn")
    void theResultIsThatOfRedisOwnCommand(String name, Consumer<ModelTopic> before, Command command) {
        Map<String, Object> inPages = atOnce(before, command);
        ModelTopic topic = ModelTopic.begun(1);
        before.accept(topic);
        sink.applyAll(topic).close();
        List<byte[]> args = command.args();
        sink.redis().sendCommand(() -> args.get(0), args.subList(1, args.size()).toArray(byte[][]::new));
        assertThat(withoutNegativeZeros(inPages)).isEqualTo(withoutNegativeZeros(sink.content()));
    }

    /** Redis itself makes 0 of -0 in a small sorted set. */
    private static Map<String, Object> withoutNegativeZeros(Map<String, Object> content) {
        content.replaceAll((key, value) -> value instanceof String s ? s.replace(",-0.0]", ",0.0]") : value);
        return content;
    }

    @Test
    void aReplyThatIsLostInTheMiddleOfACommandIsNoHarm() {
        Map<String, Object> expected = atOnce(otherScores(), Command.of("ZREMRANGEBYRANK", "k", "100", "-101"));
        ModelTopic topic = ModelTopic.begun(1);
        otherScores().accept(topic);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        topic.command("ZREMRANGEBYRANK", "k", "100", "-101");
        try (CuttingProxy proxy = new CuttingProxy(sink.server.port(), new Random(1))) {
            proxy.cutOften(3);
            ModelWorker worker = sink.all(topic, "script.max.ms", "0", "redis.address", proxy.address());
            for (int i = 0; i < 200; i++) {
                worker.turn();
            }
            proxy.cutOften(0);
            worker.until(() -> sink.isAtEnd(topic));
        }
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void redisThatFallsBackToAnOlderStateIsContinuedFromThere() {
        Map<String, Object> expected = atOnce(otherScores(), Command.of("ZREMRANGEBYRANK", "k", "100", "-101"));
        ModelTopic topic = ModelTopic.begun(1);
        otherScores().accept(topic);
        sink.applyAll(topic, "script.max.ms", "10000").close();
        topic.command("ZREMRANGEBYRANK", "k", "100", "-101");
        ModelWorker worker =
                sink.workerInSteps(topic, TestClock.ahead(() -> 0), "script.max.ms", "0", "redis.sender.num", "1");
        worker.assign(0);
        while (sink.redis().zcard("k") > MANY - 3_000) {
            worker.turn();
            worker.senderTurn(0);
        }
        sink.redis().save();
        long saved = sink.redis().zcard("k");
        while (sink.redis().zcard("k") > saved - 3_000) {
            worker.senderTurn(0);
        }
        worker.crash();
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
        assertThat(sink.redis().zcard("k")).isEqualTo(saved);
        sink.applyAll(topic, "script.max.ms", "0");
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void aScriptEndsAfterOneCommandIfItHasNoTime() {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0");
        long scripts = scripts();
        for (int i = 0; i < 20; i++) {
            topic.command("SET", "a" + i, "x");
            topic.command("RPUSH", "l", "x");
            topic.change(
                    Resp.bytes("b"), Command.of("HSET", "b", "f", "v"), Command.of("PEXPIREAT", "b", "1795337901000"));
        }
        worker.until(() -> sink.isAtEnd(topic));
        // SETs in a row are one step.
        assertThat(scripts() - scripts).isBetween(41L, 90L);
    }

    @Test
    void withTimeEnoughABatchIsOneScript() {
        ModelTopic topic = ModelTopic.begun(1);
        sink.applyAll(topic).close();
        for (int i = 0; i < 50; i++) {
            topic.command("RPUSH", "l", "x");
        }
        long scripts = scripts();
        sink.applyAll(topic, "script.max.ms", "10000");
        assertThat(scripts() - scripts).isLessThan(10);
    }

    /** Scripts that Redis has run so far. */
    private long scripts() {
        return sink.calls("evalsha");
    }

    // ---- sets that are popped

    @Test
    void membersOfASetAreSortedOnceHoweverOftenItIsPopped() {
        ModelTopic topic = ModelTopic.begun(1);
        set().accept(topic);
        ModelWorker worker = sink.applyAll(topic);
        TreeSet<String> model = new TreeSet<>(sink.redis().smembers("k"));
        long pages = sink.calls("sscan");
        long unions = sink.calls("zunionstore");
        for (long second = 1_795_000_000L; second < 1_795_000_300L; second++) {
            topic.command("pika.spop", "k", String.valueOf(second));
            long x = 16_807 * second % 2_147_483_647L;
            model.remove(List.copyOf(model).get((int) (x % 50)));
        }
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().smembers("k")).isEqualTo(model);
        assertThat(sink.calls("sscan") - pages).isBetween(MANY / 250L, 2 * MANY / 250L + 2);
        assertThat(sink.calls("zunionstore")).isEqualTo(unions);
    }

    @Test
    void aShadowHasTheMembersOfItsSetWhateverChangesIt() {
        Random random = new Random(7);
        ModelTopic topic = ModelTopic.begun(1).at(System.currentTimeMillis());
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0");
        String[] keys = {"{a}1", "{a}2", "{a}3"};
        int compared = 0;
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 30; i++) {
                change(topic, random, keys);
            }
            worker.until(() -> sink.isAtEnd(topic));
            compared += compareShadows();
        }
        assertThat(compared).isGreaterThan(5);
    }

    private static void change(ModelTopic topic, Random random, String[] keys) {
        String key = keys[random.nextInt(3)];
        String second = keys[random.nextInt(3)];
        switch (random.nextInt(24)) {
            case 0 -> topic.command("DEL", key);
            case 1 -> topic.command("SUNIONSTORE", key, second, keys[random.nextInt(3)]);
            case 2 -> topic.command("SDIFFSTORE", key, second, keys[random.nextInt(3)]);
            case 3 -> topic.change(Resp.bytes(key), Command.of("SET", key, "x"), Command.of("DEL", key));
            case 4 -> topic.command("SET", key, "x");
            case 5 -> topic.command("pika.srem", key, "e" + random.nextInt(900), "2");
            case 6, 7, 8 -> topic.command("SMOVE", key, second, "e" + random.nextInt(900));
            case 9, 10 -> topic.command("SREM", key, "e" + random.nextInt(900), "e" + random.nextInt(900));
            case 11, 12, 13 -> topic.command("pika.spop", key, String.valueOf(random.nextInt(1 << 30)), "3");
            case 14, 15, 16 -> topic.command("pika.spop", key, String.valueOf(random.nextInt(1 << 30)));
            default -> {
                List<Object> args = new ArrayList<>(List.of("SADD", key));
                for (int i = 0; i < 200; i++) {
                    args.add("e" + random.nextInt(900));
                }
                topic.command(args.toArray());
            }
        }
    }

    /** How many shadows are complete, and of a set that is there; each is compared with it. */
    private int compareShadows() {
        Jedis redis = sink.redis();
        int complete = 0;
        for (Map.Entry<String, String> shadow :
                redis.hgetAll(SinkFixture.PREFIX + "sorted").entrySet()) {
            if (shadow.getValue().startsWith("=") && redis.type(shadow.getKey()).equals("set")) {
                assertThat(new TreeSet<>(redis.zrange(SinkFixture.PREFIX + "sorted:" + shadow.getKey(), 0, -1)))
                        .isEqualTo(new TreeSet<>(redis.smembers(shadow.getKey())));
                complete++;
            }
        }
        return complete;
    }

    @Test
    void aSetThatIsDeletedAndMadeAgainIsSortedAgain() {
        ModelTopic topic = ModelTopic.begun(1);
        List<Object> first = new ArrayList<>(List.of("SADD", "k"));
        List<Object> then = new ArrayList<>(List.of("SADD", "k"));
        for (int i = 0; i < 400; i++) {
            first.add("a" + i);
            then.add("b" + i);
        }
        topic.command(first.toArray());
        topic.command("pika.spop", "k", "1795000000");
        topic.change(Resp.bytes("k"), Command.of("SET", "k", "x"), Command.of("DEL", "k"));
        topic.command(then.subList(0, then.size() - 1).toArray()); // as many as the shadow has
        topic.command("pika.spop", "k", "1795000000");
        sink.applyAll(topic);
        assertThat(sink.redis().scard("k")).isEqualTo(398);
        assertThat(compareShadows()).isEqualTo(1);
    }

    private static ModelTopic setThatWasPopped() {
        ModelTopic topic = ModelTopic.begun(1);
        set().accept(topic);
        return topic.command("pika.spop", "k", "1795000000");
    }

    @Test
    void shadowsStayWhenATaskRestarts() {
        ModelTopic topic = setThatWasPopped();
        sink.applyAll(topic).close();
        topic.command("SET", "x", "x");
        sink.applyAll(topic);
        assertThat(compareShadows()).isEqualTo(1);
    }

    @Test
    void shadowsAreDroppedAfterAnEarlierReleaseWasAtWork() {
        ModelTopic topic = setThatWasPopped();
        sink.applyAll(topic).close();
        String[] words = sink.ledger("p0").split(" ", 2);
        sink.redis().hset(LEDGER, "p0", "2:0000 " + words[1]); // it claimed the partition
        topic.command("SET", "x", "x");
        sink.applyAll(topic);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "sorted*")).isEmpty();
    }

    @Test
    void aShadowWithoutItsSetIsDroppedByTheSweep() {
        ModelTopic topic = setThatWasPopped();
        topic.command("SET", "k", "x");
        ModelWorker worker = sink.applyAll(topic);
        worker.until(() -> sink.redis().keys(SinkFixture.PREFIX + "sorted*").isEmpty());
    }
}
