package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BarrierTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final long past = System.currentTimeMillis() - 3_600_000;
    private ModelTopic topic = new ModelTopic("pika.db0", 4).at(past).begin();

    @RepeatedTest(3)
    void randomChangesAndBarriersOverTwoTasksGiveWhatOneByOneWouldGive() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RandomChanges changes = new RandomChanges(random, topic).make(2_500);
        ModelWorker[] workers = {sink.worker(topic, "sync.batch.num", "30"), sink.worker(topic)};
        int[] owner = {0, 1, 0, 1};
        for (int p = 0; p < 4; p++) {
            workers[owner[p]].assign(p);
        }
        for (int i = 0; i < 150; i++) {
            workers[random.nextInt(2)].turn();
            if (random.nextInt(15) == 0) {
                int p = random.nextInt(4);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            } else if (random.nextInt(30) == 0) {
                int w = random.nextInt(2);
                workers[w].crash();
                workers[w] = sink.worker(topic, "sync.batch.num", "30");
                for (int p = 0; p < 4; p++) {
                    if (owner[p] == w) {
                        workers[w].assign(p);
                    }
                }
            }
            java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(2_000_000));
        }
        workers[0].until(
                () -> {
                    workers[1].turn();
                    return sink.isAtEnd(topic);
                },
                30_000);
        assertThat(sink.content()).isEqualTo(changes.content());
    }

    @Test
    void nobodyPassesBeforeAllAreThere() {
        topic.command("SET", "k", "1");
        int p = KeySlot.partition(Resp.bytes("k"), 4);
        topic.barrier(Command.of("FLUSHDB"));
        topic.command("SET", "k", "2");
        int missing = (p + 1) % 4;
        ModelWorker worker = sink.worker(topic);
        for (int q = 0; q < 4; q++) {
            if (q != missing) {
                worker.assign(q);
            }
        }
        // Even the epoch's barrier holds them.
        for (int i = 0; i < 100; i++) {
            worker.turn();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        assertThat(sink.content()).isEmpty();
        assertThat(sink.field(p).barrier()).startsWith(topic.epoch() + ":0:");
        worker.assign(missing);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "2"));
    }

    @Test
    void aPartitionThatWaitedThroughARebalanceIsReadAgain() {
        topic.command("SET", "k", "1");
        topic.barrier(Command.of("FLUSHDB"));
        topic.command("SET", "k", "2");
        ModelWorker worker = sink.worker(topic).assign(0, 1, 2);
        for (int i = 0; i < 100; i++) {
            worker.turn();
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        worker.revoke(0, 1, 2);
        worker.assign(0, 1, 2, 3);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "2"));
    }

    @Test
    void flushOfAnEpochThatBrokeOffIsVoid() {
        topic.command("SET", "k", "1");
        topic.nextPosition();
        for (int p = 0; p < 3; p++) {
            topic.barrierOn(p, Barrier.onAll(4), Command.of("FLUSHDB"));
        }
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
    }

    @Test
    void beginOfAnEpochThatBrokeOffIsVoid() {
        topic.command("SET", "k", "1");
        topic.epoch(topic.epoch() + 1);
        topic.beginOn(1);
        topic.beginOn(3);
        topic.epoch(topic.epoch() + 1).begin().command("SET", "new", "1");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("new", "1"));
    }

    @Test
    void limitedPatternDeleteTakesTheFirstLivingKeysInByteOrder() {
        TreeSet<byte[]> keys = new TreeSet<>(java.util.Arrays::compareUnsigned);
        for (int i = 0; i < 256; i++) {
            byte[] key = {'k', (byte) i};
            keys.add(key);
            topic.command("SET", key, "v");
        }
        for (int i = 0; i < 50; i++) { // dead at the source by then
            String key = "k\u0000" + i;
            topic.change(Resp.bytes(key), Command.of("SET", key, "v"), Command.of("PEXPIREAT", key, past + 999));
        }
        topic.command("RPUSH", "k-list", "x");
        topic.at(past + 5_000).barrier(Command.of("pika.patterndel", "k*", "string", "100"));
        sink.applyAll(topic);
        for (int i = 0; i < 100; i++) {
            keys.pollFirst();
        }
        assertThat(sink.content()).hasSize(keys.size() + 1);
        for (byte[] key : keys) {
            assertThat(sink.redis().exists(key)).isTrue();
        }
        assertThat(sink.redis().exists("k-list")).isTrue();
    }

    @Test
    void deletesLeaveTheSinksOwnKeysAlone() {
        for (int i = 0; i < 5_000; i++) {
            topic.command("SET", "k" + i, "v");
        }
        topic.change(Resp.bytes("k1"), Command.of("pika.stage", "2", "0", "a piece"));
        topic.barrier(Command.of("pika.patterndel", "*", "*", "0"));
        topic.barrier(Command.of("pika.flushtype", "zset"));
        topic.barrier(Command.of("pika.flushtype", "hash"));
        topic.command("SET", "after", "v");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("after", "v"));
        assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage:*")).hasSize(1);
    }

    @Test
    void flushTakesStagesAway() {
        topic.command("SET", "k", "v").command("PEXPIREAT", "k", System.currentTimeMillis() + 3_600_000);
        topic.change(Resp.bytes("k"), Command.of("pika.stage", "2", "0", "left over"));
        topic.barrier(Command.of("FLUSHDB"));
        sink.applyAll(topic);
        assertThat(sink.redis().keys("*")).containsExactly(SinkFixture.PREFIX + "ledger");
    }

    @Test
    void ledgerOfAsManyPartitionsAsATopicMayHaveComesBackWhole() {
        topic = new ModelTopic("pika.db0", 1).at(past).begin().command("SET", "k", "v");
        ModelWorker worker = sink.applyAll(topic);
        Map<String, String> others = new TreeMap<>();
        for (int p = 1; p < 10_000; p++) {
            others.put("p" + p, "1:a " + p + " b/1/1/0 6 0 0 0 -");
        }
        sink.redis().hset(SinkFixture.PREFIX + "ledger", others);
        topic.barrier(Command.of("FLUSHDB"));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEmpty();
        assertThat(sink.redis().hgetAll(SinkFixture.PREFIX + "ledger"))
                .containsAllEntriesOf(others)
                .containsKeys("format", "connector", "topic", "grace", "epoch", "partitions", "p0");
    }

    @Test
    void commandOverKeysOfSeveralPartitionsRunsOnceAtItsPlace() {
        String dst = keyOnAnotherPartitionThan("src");
        topic.command("RPUSH", "src", "a", "b").command("RPUSH", dst, "z");
        together("src", dst, Command.of("RPOPLPUSH", "src", dst));
        topic.command("RPUSH", "src", "c").command("RPUSH", dst, "y");
        applyWithTwoTasks();
        assertThat(sink.content()).isEqualTo(Map.of("src", List.of("a", "c"), dst, List.of("b", "z", "y")));
    }

    @Test
    void partitionsThatMeetNothingButBarriersAreFresh() {
        topic.at(System.currentTimeMillis()).barrier(Command.of("pika.flushtype", "list"));
        ModelWorker worker = sink.all(topic);
        worker.until(() -> worker.task.started().tracker().isReady());
        assertThat(sink.ledger("caught")).isNotNull();
    }

    @Test
    void conflictAtABarrierIsMetAgainAfterARestartAndReportedOnce() {
        String dst = keyOnAnotherPartitionThan("src");
        topic.command("SET", dst, "no HyperLogLog").command("PFADD", "src", "m");
        together("src", dst, Command.of("PFMERGE", dst, "src"));
        topic.command("SET", "src", "after").command("APPEND", dst, "!");
        ModelWorker strict = sink.all(topic);
        assertThat(strict.untilItFails()).hasMessageContaining("PFMERGE").hasMessageContaining("Set on.conflict");
        strict.crash();
        ModelWorker lenient = sink.worker(topic, true, "on.conflict", "skip").assign(0, 1, 2, 3);
        lenient.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("src", "after", dst, "no HyperLogLog!"));
        assertThat(lenient.reported).hasSize(1);
    }

    @Test
    void everyKeyOfACommandOverSeveralMeetsTheClock() {
        String dst = keyOnAnotherPartitionThan("src");
        topic.command("SADD", "src", "a").command("SADD", dst, "z").command("PEXPIREAT", dst, past + 999);
        topic.at(past + 2_000);
        together("src", dst, Command.of("SMOVE", "src", dst, "a"));
        applyWithTwoTasks();
        assertThat(sink.content()).isEqualTo(Map.of(dst, java.util.Set.of("a")));
    }

    private String keyOnAnotherPartitionThan(String key) {
        int p = KeySlot.partition(Resp.bytes(key), 4);
        return java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> "dst" + i)
                .filter(k -> KeySlot.partition(Resp.bytes(k), 4) != p)
                .findFirst()
                .orElseThrow();
    }

    private void together(String one, String other, Command command) {
        int a = KeySlot.partition(Resp.bytes(one), 4);
        int b = KeySlot.partition(Resp.bytes(other), 4);
        Barrier both = Barrier.parse("p" + Math.min(a, b) + "+p" + Math.max(a, b));
        topic.nextPosition();
        topic.barrierOn(a, both, command);
        topic.barrierOn(b, both, command);
    }

    private void applyWithTwoTasks() {
        ModelWorker one = sink.worker(topic).assign(0, 1);
        ModelWorker two = sink.worker(topic).assign(2, 3);
        one.until(() -> {
            two.turn();
            return sink.isAtEnd(topic);
        });
    }
}
