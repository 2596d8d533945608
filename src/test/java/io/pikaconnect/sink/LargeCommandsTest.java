package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
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
        topic.command("LPOP", "l", "6000");
        topic.command("ZPOPMIN", "z", "6000");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().lrange("l", 0, 0)).containsExactly("6000");
        assertThat(sink.redis().zrange("z", 0, 0)).containsExactly("m6000");
        assertThat(sink.calls("lpop") + sink.calls("zpopmin")).isZero();
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
    @Test
    void nearlyAllMembersArePoppedWithoutReadingEachDraw() {
        int size = 6_000;
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
}
