package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.LogLines;
import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** RPOPLPUSH and SMOVE between keys of two partitions: each partition does its half. */
class MovesTest {

    private static final String SOURCE = SinkFixture.key(0, 4);
    private static final String DESTINATION = SinkFixture.key(2, 4);

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final long past = System.currentTimeMillis() - 3_600_000;
    private ModelTopic topic = new ModelTopic("pika.db0", 4).at(past).begin();

    private void move(String... words) {
        topic.several(List.of(Resp.bytes(words[1]), Resp.bytes(words[2])), Command.of((Object[]) words));
    }

    private void popAndPush(int count) {
        for (int i = 0; i < count; i++) {
            move("RPOPLPUSH", SOURCE, DESTINATION);
        }
    }

    private boolean isAtEnd(int... partitions) {
        return IntStream.of(partitions)
                .allMatch(p -> sink.ledger("p" + p) != null && sink.field(p).offset() == topic.end(p));
    }

    @Test
    void manyPollsOfAnEmptyListCostFewScripts() {
        ModelWorker worker = sink.applyAll(topic);
        long before = sink.calls("evalsha");
        popAndPush(2_000);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.calls("evalsha") - before).as("scripts for 2,000 polls").isLessThan(500);
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void theFirstHalfWaitsForNobody() {
        topic.command("RPUSH", SOURCE, "a", "b");
        popAndPush(2);
        topic.command("RPUSH", SOURCE, "c");
        // The destination's partition is nobody's, but has begun the epoch.
        ModelWorker worker = sink.all(topic).until(() -> sink.ledger("epoch") != null);
        worker.revoke(2);
        worker.until(() -> isAtEnd(0));
        assertThat(sink.redis().lrange(SOURCE, 0, -1)).containsExactly("c");
        worker.assign(2);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of(SOURCE, List.of("c"), DESTINATION, List.of("a", "b")));
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "given:*")).isEmpty();
    }

    @Test
    void theSecondHalfWaitsForTheFirstInAnotherTask() {
        topic.command("RPUSH", SOURCE, "a", "b");
        ModelWorker other = sink.applyAll(topic);
        other.close();
        popAndPush(1);
        topic.command("RPUSH", DESTINATION, "after");
        ModelWorker waiting = sink.worker(topic).assign(1, 2, 3);
        long end = System.nanoTime() + 200_000_000L;
        waiting.until(() -> System.nanoTime() > end);
        assertThat(sink.redis().exists(DESTINATION)).isFalse();
        assertThat(waiting.task.started().status().partitionsAtBarriers()).isEqualTo(1);
        ModelWorker giving = sink.worker(topic).assign(0);
        waiting.until(() -> {
            giving.turn();
            return sink.isAtEnd(topic);
        });
        assertThat(sink.redis().lrange(DESTINATION, 0, -1)).containsExactly("b", "after");
    }

    @Test
    void waitingRunsNoScripts() {
        sink.applyAll(topic).close();
        popAndPush(1);
        ModelWorker waiting =
                sink.worker(topic).assign(2).until(() -> sink.field(2).owner().startsWith("2:"));
        long first = System.nanoTime() + 300_000_000L;
        waiting.until(() -> System.nanoTime() > first);
        long before = sink.calls("evalsha");
        long hashReads = sink.calls("hget");
        long end = System.nanoTime() + 2_000_000_000L;
        waiting.until(() -> System.nanoTime() > end);
        assertThat(sink.calls("evalsha") - before).as("scripts in two seconds").isLessThan(10);
        assertThat(sink.calls("hget") - hashReads).as("looks in two seconds").isLessThan(300);
    }

    @Test
    void whatNobodyTakesIsLimited() {
        for (int i = 0; i < 1_500; i++) {
            topic.command("RPUSH", SOURCE, i);
        }
        popAndPush(1_500);
        ModelWorker worker = sink.all(topic).until(() -> sink.ledger("epoch") != null);
        worker.revoke(2);
        worker.until(() -> sink.redis().hlen(SinkFixture.PREFIX + "given:0") == 1_000);
        for (int i = 0; i < 50; i++) {
            worker.turn();
        }
        assertThat(sink.redis().llen(SOURCE)).isEqualTo(500);
        worker.assign(2);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.redis().llen(DESTINATION)).isEqualTo(1_500);
        assertThat(sink.redis().lindex(DESTINATION, 0)).isEqualTo("0");
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "given:*")).isEmpty();
    }

    /** With a buffer so small, what is read after a half that waits must not keep out the record that it waits for. */
    @Test
    void aPartitionThatWaitsLeavesTheBufferToTheOthers() {
        topic.command("RPUSH", SOURCE, "a");
        for (int i = 0; i < 50; i++) {
            topic.command("RPUSH", SOURCE, "x".repeat(5_000));
        }
        topic.command("RPUSH", SOURCE, "last");
        popAndPush(1);
        for (int i = 0; i < 50; i++) {
            topic.command("RPUSH", DESTINATION, "x".repeat(5_000));
        }
        sink.applyAll(topic, "sink.buffer.bytes", "20000", "redis.sender.num", "1");
        assertThat(sink.redis().llen(DESTINATION)).isEqualTo(51);
        assertThat(sink.redis().lindex(DESTINATION, 0)).isEqualTo("last");
    }

    @Test
    void memberThatIsMovedMeetsTheClockAtBothKeys() {
        topic.command("SADD", SOURCE, "a", "b").command("SADD", DESTINATION, "z");
        topic.command("PEXPIREAT", DESTINATION, past + 999);
        topic.at(past + 2_000);
        move("SMOVE", SOURCE, DESTINATION, "a");
        move("SMOVE", SOURCE, DESTINATION, "not there");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(SOURCE, Set.of("b"), DESTINATION, Set.of("a")));
    }

    @Test
    void whatWasToGoIntoAKeyOfAnotherTypeIsGoneAndCounted() {
        topic.command("RPUSH", SOURCE, "a", "b").command("SET", DESTINATION, "string");
        popAndPush(1);
        ModelWorker worker = sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(SOURCE, List.of("a"), DESTINATION, "string"));
        worker.until(() -> worker.task.started().counters().discards.of("wrong.type") == 1);
    }

    @Test
    void withFailTheDestinationOfAnotherTypeStopsAndIsMetAgain() {
        topic.command("RPUSH", SOURCE, "a", "b").command("SET", DESTINATION, "string");
        popAndPush(1);
        ModelWorker strict = sink.all(topic, "on.wrong.type", "fail");
        assertThat(strict.untilItFails())
                .hasMessageContaining("WRONGTYPE")
                .hasMessageContaining("LPUSH " + DESTINATION);
        strict.crash();
        sink.applyAll(topic, "on.wrong.type", "overwrite");
        assertThat(sink.content()).isEqualTo(Map.of(SOURCE, List.of("a"), DESTINATION, List.of("b")));
    }

    @Test
    void aMoveThatTheSourceBrokeOffHoldsNobody() {
        topic.command("RPUSH", SOURCE, "a");
        topic.nextPosition();
        topic.barrierOn(2, Barrier.parse("p0+p2"), Command.of("RPOPLPUSH", SOURCE, DESTINATION));
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
    }

    @Test
    void movesThatNobodyWillTakeHoldNobody() {
        for (int i = 0; i < 1_200; i++) {
            topic.command("RPUSH", SOURCE, i);
        }
        for (int i = 0; i < 1_200; i++) {
            topic.nextPosition();
            topic.barrierOn(0, Barrier.parse("p0+p2"), Command.of("RPOPLPUSH", SOURCE, DESTINATION));
        }
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        ModelWorker worker = sink.all(topic);
        worker.until(() -> sink.isAtEnd(topic), 30_000);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "given:*")).isEmpty();
    }

    @Test
    void anArrivalThatTheLastReleaseNotedIsNoArrival() {
        topic.command("RPUSH", SOURCE, "a");
        ModelWorker worker = sink.applyAll(topic);
        worker.close();
        popAndPush(1);
        LedgerField field = sink.field(2);
        String at = topic.epoch() + ":" + topic.sequence(2) + ":" + topic.end(2) + ":b/3/102/0";
        sink.redis().hset(SinkFixture.PREFIX + "ledger", "p2", sink.ledger("p2").replaceAll(" -$", " " + at));
        assertThat(sink.field(2).offset()).isEqualTo(field.offset());
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(DESTINATION, List.of("a")));
    }

    @Test
    void itIsNotReadyWhileSomethingIsOnItsWay() {
        ModelWorker worker = sink.applyAll(topic);
        String given = SinkFixture.PREFIX + "given:0";
        worker.until(() -> ticked(worker).isReady());
        sink.redis().hset(given, "2:b/3/102/0", "a");
        worker.until(() -> !ticked(worker).isReady());
        assertThat(ticked(worker).status(topic.name).orElseThrow().why())
                .contains("p0 has something for another partition");
        sink.redis().del(given);
        worker.until(() -> ticked(worker).isReady());
    }

    private CatchUpTracker ticked(ModelWorker worker) {
        topic.at(System.currentTimeMillis()).ticks();
        return worker.task.started().tracker();
    }

    @Test
    void thePartitionThatHasToTakeSomethingIsNamed() throws IOException {
        TestClock clock = TestClock.standing();
        topic = new ModelTopic("pika.db0", 4).at(clock.wallMs()).begin();
        topic.command("RPUSH", SOURCE, "a");
        sink.applyAll(topic).close();
        for (int i = 0; i < 1_000; i++) { // as if partition 3 were slow
            sink.redis().hset(SinkFixture.PREFIX + "given:0", "3:b/3/" + i + "/0", "a");
        }
        popAndPush(1);
        LogLines log = LogLines.fromNow();
        ModelWorker worker = sink.workerInSteps(topic, clock, "redis.sender.num", "1");
        worker.assign(0);
        inSteps(worker, clock, () -> worker.task.started().status().partitionsAtBarriers() == 1);
        clock.pass(31_000);
        inSteps(worker, clock, () -> !log.warnings("waiting for 31 s").isEmpty());
        assertThat(log.warnings("waiting for 31 s"))
                .singleElement()
                .asString()
                .contains("for partition 3 to take what was given to it");
    }

    @Test
    void aPartitionThatContinuesAfterItsWaitIsNotAtABarrier() {
        TestClock clock = TestClock.standing();
        topic = new ModelTopic("pika.db0", 4).at(clock.wallMs()).begin();
        sink.applyAll(topic).close();
        topic.command("RPUSH", SOURCE, "a");
        popAndPush(1);
        for (int i = 0; i < 10; i++) {
            topic.command("RPUSH", DESTINATION, i);
        }
        ModelWorker worker = sink.workerInSteps(topic, clock, "script.max.ms", "0", "redis.sender.num", "1");
        worker.assign(2);
        inSteps(worker, clock, () -> worker.task.started().status().partitionsAtBarriers() == 1);
        sink.worker(topic).assign(0).until(() -> isAtEnd(0));
        inSteps(worker, clock, () -> sink.redis().llen(DESTINATION) > 1);
        assertThat(isAtEnd(2)).isFalse();
        assertThat(worker.task.started().status().partitionsAtBarriers()).isZero();
    }

    private static void inSteps(ModelWorker worker, TestClock clock, BooleanSupplier end) {
        for (int i = 0; i < 1_000 && !end.getAsBoolean(); i++) {
            worker.turn();
            clock.pass(1);
            worker.senderTurn(0);
        }
        assertThat(end.getAsBoolean()).isTrue();
    }

    @Test
    void twoLedgersOfOneTopicWakeEachOtherInVainOnly() {
        topic.command("RPUSH", SOURCE, "a", "b", "c");
        popAndPush(2);
        try (SinkFixture second = new SinkFixture()) {
            ModelWorker there = second.worker(topic).assign(1, 2, 3);
            ModelWorker here = sink.all(topic);
            here.until(() -> {
                there.turn();
                return sink.isAtEnd(topic);
            });
            assertThat(second.redis().exists(DESTINATION)).isFalse();
            there.assign(0);
            there.until(() -> second.isAtEnd(topic));
            assertThat(second.content()).isEqualTo(sink.content());
        }
    }

    /** Moves in all directions, with lost requests and replies, rebalances, crashes and a Redis that loses connections. */
    @Test
    void movesInAllDirectionsTakeEffectOnceWhateverHappens() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, Object> expected = moves(random, 3_000);
        try (CuttingProxy proxy = new CuttingProxy(sink.server.port(), random)) {
            proxy.cutOften(10);
            String[] options = {"redis.address", proxy.address(), "sync.batch.num", "40"};
            ModelWorker[] workers = {sink.worker(topic, options), sink.worker(topic, options)};
            int[] owner = {0, 1, 0, 1};
            for (int p = 0; p < 4; p++) {
                workers[owner[p]].assign(p);
            }
            for (int i = 0; i < 600; i++) {
                workers[random.nextInt(2)].turn();
                int what = random.nextInt(60);
                if (what < 2) {
                    int p = random.nextInt(4);
                    workers[owner[p]].revoke(p);
                    owner[p] = 1 - owner[p];
                    workers[owner[p]].assign(p);
                } else if (what == 2) {
                    int w = random.nextInt(2);
                    workers[w].crash();
                    workers[w] = sink.worker(topic, options);
                    for (int p = 0; p < 4; p++) {
                        if (owner[p] == w) {
                            workers[w].assign(p);
                        }
                    }
                }
                java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(2_000_000));
            }
            proxy.cutOften(0);
            workers[0].until(
                    () -> {
                        workers[1].turn();
                        return sink.isAtEnd(topic);
                    },
                    90_000); // a partition that met its own successor waits for 60 s
        }
        assertThat(sink.content()).isEqualTo(expected);
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "given:*")).isEmpty();
    }

    private Map<String, Object> moves(Random random, int count) {
        Map<String, List<String>> lists = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String a = "list" + random.nextInt(12);
            if (random.nextInt(2) == 0) {
                topic.command("RPUSH", a, i);
                lists.computeIfAbsent(a, k -> new ArrayList<>()).add("" + i);
            } else {
                String b = "list" + random.nextInt(12);
                move("RPOPLPUSH", a, b);
                List<String> from = lists.getOrDefault(a, new ArrayList<>());
                if (!from.isEmpty()) {
                    String last = from.remove(from.size() - 1);
                    lists.computeIfAbsent(b, k -> new ArrayList<>()).add(0, last);
                }
            }
        }
        lists.values().removeIf(List::isEmpty);
        return new TreeMap<>(lists);
    }
}
