package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** How commands over large values reach Redis, and what they leave there. */
class LargeCommandsTest {

    private static final String PROGRESS = SinkFixture.PREFIX + "progress*";

    @RegisterExtension
    final SinkFixture sink = new SinkFixture("--activerehashing", "no");

    private void fill(int count, String... command) {
        try (Jedis client = sink.server.connect();
                Pipeline pipeline = client.pipelined()) {
            for (int i = 0; i < count; i++) {
                String[] args = new String[command.length - 1];
                for (int a = 1; a < command.length; a++) {
                    args[a - 1] = command[a].replace("#", String.valueOf(i));
                }
                pipeline.sendCommand(() -> command[0].getBytes(StandardCharsets.US_ASCII), args);
            }
        }
    }

    // ---- collections

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void aSetFreesTheCollectionThatItReplacesInTheBackground(int keys) {
        ModelTopic topic = ModelTopic.begun(1).at(System.currentTimeMillis());
        ModelWorker worker = sink.applyAll(topic);
        for (int i = 0; i < keys; i++) {
            fill(300, "SADD", "k" + i, "member #");
        }
        fill(1, "SET", "string", "old");
        long unlinks = sink.calls("unlink");
        for (int i = 0; i < keys; i++) {
            topic.command("SET", "k" + i, "x");
        }
        topic.command("SET", "string", "new");
        topic.change(
                Resp.bytes("k0"), Command.of("SET", "k0", "until"), Command.of("PEXPIREAT", "k0", "1995337901000"));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.calls("unlink") - unlinks).isEqualTo(keys);
        assertThat(sink.redis().get("k0")).isEqualTo("until");
        assertThat(sink.redis().get("string")).isEqualTo("new");
    }

    @Test
    void aSetOnlyForAMissingKeyLeavesTheCollection() {
        ModelTopic topic = ModelTopic.begun(1).at(System.currentTimeMillis());
        ModelWorker worker = sink.applyAll(topic);
        fill(300, "SADD", "k", "member #");
        topic.command("SETNX", "k", "x");
        topic.command("SET", "k", "x", "NX");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().scard("k")).isEqualTo(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SUNIONSTORE", "SINTERSTORE", "SDIFFSTORE"})
    void setsOfIntegersThatRedisReadsAtOnceAreStored(String command) {
        sink.redis().configSet("set-max-intset-entries", "50000");
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        fill(12_000, "SADD", "{a}1", "#");
        fill(9_000, "SADD", "{a}2", "1#");
        topic.command(command, "{a}3", "{a}1", "{a}2");
        worker.until(() -> sink.isAtEnd(topic));
        TreeSet<String> stored = new TreeSet<>(sink.redis().smembers("{a}3"));
        TreeSet<String> expected = new TreeSet<>(
                switch (command) {
                    case "SUNIONSTORE" -> sink.redis().sunion("{a}1", "{a}2");
                    case "SINTERSTORE" -> sink.redis().sinter("{a}1", "{a}2");
                    default -> sink.redis().sdiff("{a}1", "{a}2");
                });
        assertThat(stored).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void whatIsLeftOfARemovalByLexMayHaveOneScore() {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0");
        fill(100, "ZADD", "z", "#", "a#");
        fill(3_000, "ZADD", "z", "500", "m#");
        topic.command("pika.zremrangebylex", "z", "[a", "(b");
        topic.command("SET", "after", "x");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().zcard("z")).isEqualTo(3_000);
        assertThat(sink.redis().keys(PROGRESS)).isEmpty();
    }

    @Test
    void aPopWithACountHasNoReplyOfItsElements() {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        fill(7_000, "RPUSH", "l", "#");
        fill(7_000, "ZADD", "z", "#", "m#");
        long rehearsed = sink.calls("lpop") + sink.calls("zpopmin");
        topic.command("LPOP", "l", "6000");
        topic.command("ZPOPMIN", "z", "6000");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().lrange("l", 0, 0)).containsExactly("6000");
        assertThat(sink.redis().zrange("z", 0, 0)).containsExactly("m6000");
        assertThat(sink.calls("lpop") + sink.calls("zpopmin")).isEqualTo(rehearsed);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 7_000})
    void aPopOfAsMuchAsThereIsTakesEverything(int size) {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        fill(size, "RPUSH", "left", "#");
        fill(size, "RPUSH", "right", "#");
        fill(size, "ZADD", "least", "#", "m#");
        fill(size, "ZADD", "most", "#", "m#");
        String count = Long.toString(Long.MAX_VALUE);
        topic.command("LPOP", "left", count);
        topic.command("RPOP", "right", count);
        topic.command("ZPOPMIN", "least", count);
        topic.command("ZPOPMAX", "most", count);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEmpty();
    }

    /** The master draws until it has as many different ones, which takes ever longer; the last ones many times as many draws. */
    @ParameterizedTest
    @ValueSource(ints = {6_000, 25_000})
    void nearlyAllMembersArePoppedWithoutReadingEachDraw(int size) {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        fill(size, "SADD", "k", "member #");
        List<String> sorted = List.copyOf(new TreeSet<>(sink.redis().smembers("k")));
        BitSet drawn = new BitSet();
        for (long x = 1_795_337_901; drawn.cardinality() < size - 3; ) {
            x = 16_807 * x % 2_147_483_647L;
            drawn.set((int) (x % size));
        }
        TreeSet<String> left = new TreeSet<>();
        for (int i = drawn.nextClearBit(0); i < size; i = drawn.nextClearBit(i + 1)) {
            left.add(sorted.get(i));
        }
        topic.command("pika.spop", "k", "1795337901", String.valueOf(size - 3));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().smembers("k")).isEqualTo(left).hasSize(3);
        assertThat(sink.calls("zrange")).isLessThan(200);
        assertThat(sink.calls("setbit"))
                .as("draws that were looked up in Redis, of more than eight times as many as there are members")
                .isLessThan(2L * size);
        assertThat(sink.redis().keys(PROGRESS)).isEmpty();
    }

    @Test
    void allShadowsTogetherHaveABoundedNumberOfMembers() {
        String few = Script.read("shadows").replace("1000, 5000000", "1000, 1000");
        assertThat(few).isNotEqualTo(Script.read("shadows"));
        String script = Script.read("names") + Script.read("prelude") + few
                + "prefix = 's:' now = redis_time() "
                + "for i = 1, 5 do make_shadow(KEYS[i], call('SCARD', KEYS[i])) end "
                + "return call('HKEYS', 's:sorted')";
        for (int i = 0; i < 5; i++) {
            fill(400, "SADD", "k" + i, "member #");
        }
        List<?> shadows = (List<?>) sink.redis().eval(script, List.of("k0", "k1", "k2", "k3", "k4"), List.of());
        assertThat(shadows)
                .hasSize(2)
                .satisfies(keys -> assertThat(keys.toString()).contains("k4"));
        assertThat(sink.redis().keys("s:sorted:*")).hasSize(2);
    }

    @Test
    void anIntersectionReadsNoMoreSourcesOnceNothingIsLeft() {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        List<String> keys = new ArrayList<>();
        for (int k = 0; k < 40; k++) {
            fill(300, "ZADD", "{a}" + k, "1", "member # of " + k);
            keys.add("{a}" + k);
        }
        List<Object> store = new ArrayList<>(List.of("ZINTERSTORE", "{a}", "40"));
        store.addAll(keys);
        topic.command(store.toArray());
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().exists("{a}")).isFalse();
        assertThat(sink.calls("zmscore")).as("pages looked up").isLessThan(30);
    }

    /** Of many sources a few elements at a time, so that a script that looks them up in all of them does not take longer. */
    @ParameterizedTest
    @ValueSource(strings = {"SINTERSTORE", "SDIFFSTORE", "ZINTERSTORE"})
    void theMoreSourcesThereAreTheFewerElementsAreLookedUpAtATime(String command) {
        boolean isSet = command.startsWith("S");
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0");
        List<Object> store = new ArrayList<>(List.of(command, "{a}"));
        if (!isSet) {
            store.add("100");
        }
        for (int k = 0; k < 100; k++) {
            String key = "{a}" + k;
            int own = command.equals("SDIFFSTORE") && k > 0 ? k : 0;
            if (isSet) {
                fill(200, "SADD", key, "member # of " + own);
            } else {
                fill(200, "ZADD", key, "1", "member # of " + own);
            }
            store.add(key);
        }
        topic.command(store.toArray());
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(isSet ? sink.redis().scard("{a}") : sink.redis().zcard("{a}"))
                .isEqualTo(200);
        assertThat(sink.calls(isSet ? "smismember" : "zmscore"))
                .as("200 elements, 40 at a time, in 99 or 100 sources")
                .isGreaterThan(5 * 99 - 1);
        assertThat(sink.redis().keys(PROGRESS)).isEmpty();
    }

    @Test
    void bitsOfManyStringsAreTakenInShorterPieces() {
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic);
        List<Object> bitop = new ArrayList<>(List.of("BITOP", "OR", "{a}"));
        for (int k = 0; k < 64; k++) {
            fill(1, "SETRANGE", "{a}" + k, String.valueOf(200_000 - 1), "x");
            bitop.add("{a}" + k);
        }
        long before = sink.calls("bitop");
        topic.command(bitop.toArray());
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().get("{a}")).hasSize(200_000).endsWith("x");
        assertThat(sink.calls("bitop") - before).as("pieces of 64 KB").isEqualTo(4);
    }

    /** Redis expires keys itself once deadlines are native. */
    @Test
    void nothingIsLeftOfAResultWhoseSourcesAreGoneInTheMiddle() {
        ModelTopic topic = ModelTopic.begun(1);
        sink.applyAll(topic).close();
        fill(1, "SETRANGE", "{a}1", "5000000", "x");
        topic.command("BITOP", "NOT", "{a}2", "{a}1");
        inStepsUntil(topic, () -> sink.redis().exists(SinkFixture.PREFIX + "progress:0"));
        sink.redis().del("{a}1");
        sink.applyAll(topic);
        assertThat(sink.redis().keys("*")).containsExactly(SinkFixture.PREFIX + "ledger");
    }

    private void inStepsUntil(ModelTopic topic, BooleanSupplier condition) {
        ModelWorker worker =
                sink.workerInSteps(topic, TestClock.ahead(() -> 0), "script.max.ms", "0", "redis.sender.num", "1");
        worker.assign(0);
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            assertThat(turn).as("without progress").isLessThan(200);
            worker.turn();
            worker.senderTurn(0);
        }
        worker.crash();
    }

    // ---- the whole db

    @Test
    void theFirstKeysOfAPatternAreDeletedOverSeveralStepsAndStayTheSameOnes() {
        ModelTopic topic = ModelTopic.begun(1).at(System.currentTimeMillis());
        sink.applyAll(topic).close();
        fill(4_000, "SET", "k#", "x");
        fill(500, "SET", "other#", "x");
        TreeSet<String> expected = new TreeSet<>(sink.redis().keys("k*"));
        while (expected.size() > 1_000) {
            expected.pollFirst();
        }
        topic.barrier(Command.of("pika.patterndel", "k*", "string", "3000"));
        int steps = 0;
        for (long before = 4_000; !sink.isAtEnd(topic); ) {
            ModelWorker worker =
                    sink.workerInSteps(topic, TestClock.ahead(() -> 0), "script.max.ms", "0", "redis.sender.num", "1");
            worker.assign(0);
            for (int turn = 0; turn < 7; turn++) {
                worker.turn();
                worker.senderTurn(0);
                long left = sink.redis().keys("k*").size();
                assertThat(before - left).isLessThan(1_500);
                before = left;
            }
            worker.crash();
            assertThat(++steps).as("without progress").isLessThan(200);
        }
        assertThat(new TreeSet<>(sink.redis().keys("k*"))).isEqualTo(expected);
        assertThat(sink.redis().keys("other*")).hasSize(500);
        assertThat(sink.redis().keys(PROGRESS)).isEmpty();
    }

    @Test
    void aDbThatWasEmptiedIsSeenToBeEmptyAtOnce() {
        fill(200_000, "SET", "k#", "x");
        fill(200_000, "UNLINK", "k#");
        ModelTopic topic = ModelTopic.begun(1);
        sink.applyAll(topic);
        assertThat(sink.calls("scan")).isLessThan(8);
    }

    // ---- barriers

    @Test
    void whatWasDiscardedBeforeABarrierStoppedIsCounted() {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "{k}", "of another type");
        topic.command("SADD", "{k}1", "m");
        topic.barrier(Command.of("SUNIONSTORE", "{k}", "{k}1"), Command.of("nonsense", "{k}"));
        ModelWorker worker = sink.all(topic, "on.wrong.type", "skip");
        assertThat(worker.untilItFails()).hasMessageContaining("nonsense");
        assertThat(worker.task.started().counters().discards.of("wrong.type")).isEqualTo(1);
    }

    // ---- values in pieces

    @Test
    void aStageOfTheFirstReleaseIsContinued() {
        byte[] value = new byte[10_000];
        new Random(4).nextBytes(value);
        ModelTopic topic = ModelTopic.begun(1).recordMaxBytes(3_000);
        topic.change(Resp.bytes("k"), Command.of("SET", "k", value));
        ModelWorker worker =
                sink.workerInSteps(topic, TestClock.ahead(() -> 0), "script.max.ms", "0", "redis.sender.num", "1");
        worker.assign(0);
        String stage = SinkFixture.PREFIX + "stage:0:2";
        for (int turn = 0; sink.redis().hlen(stage) < 3; turn++) { // two pieces
            assertThat(turn).as("without progress").isLessThan(200);
            worker.turn();
            worker.senderTurn(0);
        }
        worker.crash();
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(sink.redis().hget(Resp.bytes(stage), Resp.bytes("0")));
        pieces.add(sink.redis().hget(Resp.bytes(stage), Resp.bytes(String.valueOf(pieces.get(0).length))));
        sink.redis().del(stage);
        pieces.forEach(piece -> sink.redis().append(Resp.bytes(stage), piece));

        sink.applyAll(topic);

        assertThat(sink.redis().get(Resp.bytes("k"))).isEqualTo(value);
        assertThat(sink.redis().exists(stage)).isFalse();
    }

    @Test
    void aLargeValueThatIsNotSetLeavesNothing() {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "x");
        topic.change(Resp.bytes("k"), Command.of("SETNX", "k", new byte[5_000_000]));
        topic.change(Resp.bytes("l"), Command.of("pika.set", "l", new byte[5_000_000], "XX", "0"));
        sink.applyAll(topic);
        assertThat(sink.redis().get("k")).isEqualTo("x");
        assertThat(sink.redis().exists("l")).isFalse();
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage*")).isEmpty();
    }

    @Test
    void aLargeValueIsPutTogetherInPieces() {
        byte[] value = new byte[6_000_000];
        new Random(3).nextBytes(value);
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SADD", "k", "a");
        topic.command("DEL", "k");
        topic.change(Resp.bytes("k"), Command.of("SET", "k", value), Command.of("PEXPIREAT", "k", "1795337901000"));
        ModelWorker worker = sink.applyAll(topic);
        topic.change(Resp.bytes("k"), Command.of("SET", "k", value));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().ttl("k")).isEqualTo(-1);
        assertThat(sink.redis().get(Resp.bytes("k"))).isEqualTo(value);
        assertThat(sink.calls("rename")).isGreaterThan(1);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage*")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"APPEND", "SETRANGE"})
    void nobodySeesAPartOfALargeValue(String command) {
        byte[] value = new byte[6_000_000];
        Arrays.fill(value, (byte) 'v');
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "before");
        topic.command("PEXPIREAT", "k", "1895337901000");
        sink.applyAll(topic).close();
        topic.change(
                Resp.bytes("k"),
                command.equals("APPEND") ? Command.of(command, "k", value) : Command.of(command, "k", "3", value));
        Set<String> seen = new LinkedHashSet<>();
        inStepsUntil(topic, () -> {
            seen.add(sink.redis().get("k"));
            return sink.isAtEnd(topic);
        });
        assertThat(seen)
                .extracting(String::length)
                .containsExactly(6, command.equals("APPEND") ? 6_000_006 : 6_000_003);
        assertThat(sink.redis().get("k")).startsWith(command.equals("APPEND") ? "beforevv" : "befvv");
        assertThat(sink.held("k")).isEqualTo(1_895_337_901_000L);
    }

    @Test
    void largeValuesOfAnyCommandArePutTogetherInPieces() {
        byte[] value = new byte[5_000_000];
        new Random(8).nextBytes(value);
        byte[] other = new byte[2_000_000];
        new Random(9).nextBytes(other);
        ModelTopic topic = ModelTopic.begun(1);
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0");
        long before = sink.calls("getrange");
        topic.change(Resp.bytes("h"), Command.of("HSET", "h", other, value));
        topic.change(Resp.bytes("l"), Command.of("RPUSH", "l", "a", value));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().hget(Resp.bytes("h"), other)).isEqualTo(value);
        assertThat(sink.redis().lindex(Resp.bytes("l"), 1)).isEqualTo(value);
        assertThat(sink.calls("getrange") - before)
                .as("whole values read into Lua")
                .isEqualTo(3);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "*")).containsExactly(SinkFixture.PREFIX + "ledger");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET", "HSET"})
    void aLargeValueThatMeetsAFullRedisIsNotReadAtEachAttempt(String command) {
        byte[] value = new byte[5_000_000];
        ModelTopic topic = ModelTopic.begun(1);
        topic.change(
                Resp.bytes("k"),
                command.equals("SET") ? Command.of(command, "k", value) : Command.of(command, "k", "f", value));
        String stage = SinkFixture.PREFIX + "stage:0:" + (command.equals("SET") ? 2 : 3);
        inStepsUntil(topic, () -> "5000000".equals(sink.redis().hget(stage, "end")));
        sink.redis().configSet("maxmemory", "1");
        long read = sink.calls("hget");
        ModelWorker worker = sink.all(topic);
        worker.until(() -> worker.task.started().counters().sum(SinkCounter.RETRIES) > 5);
        assertThat(sink.calls("hget") - read)
                .as("pieces read by more than five attempts")
                .isLessThan(30);
        sink.redis().configSet("maxmemory", "0");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(
                        command.equals("SET")
                                ? sink.redis().strlen("k")
                                : sink.redis().hstrlen("k", "f"))
                .isEqualTo(5_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip", "overwrite"})
    void aPolicyDecidesAboutALargeValueForAKeyOfAnotherType(String policy) {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SADD", "k", "m");
        ModelWorker worker = sink.applyAll(topic, "script.max.ms", "0", "on.wrong.type", policy);
        long before = sink.calls("getrange");
        topic.change(Resp.bytes("k"), Command.of("APPEND", "k", new byte[5_000_000]));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().type("k")).isEqualTo(policy.equals("skip") ? "set" : "string");
        assertThat(sink.calls("getrange") - before)
                .as("large values read into Lua")
                .isZero();
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "*")).containsExactly(SinkFixture.PREFIX + "ledger");
    }
}
