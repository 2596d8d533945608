package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.params.ClientKillParams;

class ExactlyOnceTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private Random random;
    private ModelTopic topic;
    private final Map<String, Object> expected = new TreeMap<>();

    @BeforeEach
    void begin() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        random = new Random(seed);
        topic = ModelTopic.begun(3);
    }

    /** Increments of some counters, some of them several in a record, and what the counters are then. */
    private void increments(int count) {
        for (int i = 0; i < count; i++) {
            String key = "c" + random.nextInt(20);
            int n = 1 + random.nextInt(3);
            Command[] commands = new Command[n];
            java.util.Arrays.setAll(commands, c -> Command.of("INCR", key));
            topic.change(Resp.bytes(key), commands);
            expected.merge(key, String.valueOf(n), (a, b) -> "" + (Long.parseLong((String) a) + n));
        }
    }

    @Test
    void crashBetweenAnyTwoBatchesDoublesNothing() {
        increments(3_000);
        for (int round = 0; round < 25; round++) {
            ModelWorker worker = sink.all(topic, "sync.batch.num", "40");
            long turns = 3 + random.nextInt(40);
            for (int i = 0; i < turns; i++) {
                worker.turn();
                java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(2_000_000));
            }
            if (random.nextBoolean()) {
                worker.commit();
            }
            worker.crash();
        }
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void lostRequestsAndRepliesDoubleNothing() {
        increments(6_000);
        try (CuttingProxy proxy = new CuttingProxy(sink.server.port(), random)) {
            proxy.cutOften(30);
            ModelWorker worker = sink.all(topic, "redis.address", proxy.address(), "sync.batch.num", "50");
            worker.until(() -> sink.isAtEnd(topic), 40_000);
            assertThat(proxy.cuts()).isPositive();
        }
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void killedConnectionsDoubleNothing() {
        increments(5_000);
        ModelWorker worker = sink.all(topic, "sync.batch.num", "50");
        int[] kills = {0};
        worker.until(() -> {
            if (kills[0] < 5 || random.nextInt(100) == 0) {
                sink.redis()
                        .clientKill(ClientKillParams.clientKillParams()
                                .type(redis.clients.jedis.args.ClientType.NORMAL)
                                .skipMe(ClientKillParams.SkipMe.YES));
                kills[0]++;
            }
            return sink.isAtEnd(topic);
        });
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void redisThatComesBackWithOlderDataIsBroughtForward() {
        increments(500);
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().save();
        increments(500);
        worker.until(() -> sink.isAtEnd(topic));
        worker.commit();
        sink.server.kill();
        for (int i = 0; i < 50; i++) {
            worker.turn();
        }
        increments(200);
        sink.server.restart();
        sink.reconnect();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void redisThatKnowsNothingOfThisTasksClaimIsClaimedAgainAndBroughtForward() {
        increments(200);
        sink.applyAll(topic).close();
        sink.redis().save();
        ModelWorker worker = sink.all(topic);
        worker.until(() -> sink.field(0).owner().startsWith("2:"));
        increments(200);
        worker.until(() -> sink.isAtEnd(topic));
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
        assertThat(sink.field(0).owner()).startsWith("1:");
        increments(200);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.field(0).owner()).startsWith("2:");
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void redisThatLostDataWhileNothingComesIsBroughtForwardSoon() {
        topic = ModelTopic.begun(8);
        increments(500);
        ModelWorker worker = sink.all(topic, "redis.sender.num", "8");
        worker.until(() -> sink.isAtEnd(topic));
        sink.redis().save();
        increments(500);
        worker.until(() -> sink.isAtEnd(topic));
        sink.server.kill();
        sink.server.restart();
        sink.reconnect();
        worker.until(() -> sink.isAtEnd(topic), 8_000);
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void redisThatComesBackEmptyIsRebuiltFromTheStart() {
        increments(500);
        ModelWorker worker = sink.applyAll(topic);
        worker.commit();
        sink.server.kill();
        sink.server.restartEmpty();
        sink.reconnect();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void taskThatStartsWithoutRedisWaitsForIt() {
        increments(100);
        sink.server.kill();
        ModelWorker worker = sink.all(topic);
        for (int i = 0; i < 100; i++) {
            worker.turn();
        }
        sink.server.restartEmpty();
        sink.reconnect();
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void flushedScriptsAreLoadedAgain() {
        increments(100);
        ModelWorker worker = sink.applyAll(topic);
        sink.redis().scriptFlush();
        increments(100);
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void wholeTopicReplayedIntoAnEmptyRedisGivesTheSame() {
        increments(1_000);
        sink.applyAll(topic).close();
        Map<String, Object> first = sink.content();
        try (SinkFixture second = new SinkFixture()) {
            ModelWorker a = second.worker(topic).assign(0, 2);
            ModelWorker b = second.worker(topic).assign(1);
            a.until(() -> {
                b.turn();
                return second.isAtEnd(topic);
            });
            assertThat(second.content()).isEqualTo(first).isEqualTo(expected);
        }
    }

    @Test
    void partitionThatWentToAnotherTaskIsLeftToIt() {
        increments(300);
        ModelWorker old = sink.all(topic);
        old.until(() -> sink.isAtEnd(topic));
        ModelWorker young = sink.worker(topic).assign(0, 1, 2);
        young.until(() -> sink.isAtEnd(topic)
                && IntStream.range(0, 3).allMatch(p -> sink.field(p).owner().startsWith("2:")));
        increments(2_000);
        long before = old.task.started().counters().sum(SinkCounter.RECORDS);
        for (int i = 0; i < 200; i++) {
            old.turn();
            young.turn();
            java.util.concurrent.locks.LockSupport.parkNanos(200_000);
        }
        young.until(() -> sink.isAtEnd(topic));
        assertThat(old.task.started().counters().sum(SinkCounter.RECORDS)).isEqualTo(before);
        assertThat(sink.field(0).owner()).startsWith("2:");
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void partitionsMoveBackAndForthBetweenTasks() {
        increments(3_000);
        ModelWorker[] workers = {sink.worker(topic), sink.worker(topic)};
        int[] owner = new int[3];
        for (int p = 0; p < 3; p++) {
            workers[0].assign(p);
        }
        for (int i = 0; i < 300; i++) {
            workers[0].turn();
            workers[1].turn();
            if (random.nextInt(10) == 0) {
                int p = random.nextInt(3);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(500_000));
        }
        workers[0].until(() -> {
            workers[1].turn();
            return sink.isAtEnd(topic);
        });
        assertThat(sink.content()).isEqualTo(expected);
    }

    @Test
    void commitsOnlyWhatTheLedgerHolds() {
        increments(100);
        ModelWorker worker = sink.applyAll(topic);
        worker.until(
                () -> { // the task hears of the ledger's last step a moment after it was made
                    worker.commit();
                    return IntStream.range(0, 3)
                            .allMatch(p -> sink.committed.getOrDefault(topic.partition(p), -1L)
                                    == sink.field(p).offset());
                });
        sink.server.kill();
        increments(100);
        Map<Object, Long> before = new HashMap<>(sink.committed);
        for (int i = 0; i < 20; i++) {
            worker.turn();
        }
        worker.commit();
        assertThat(sink.committed).isEqualTo(before);
        sink.server.restartEmpty();
        sink.reconnect();
    }

    @Test
    void smallBufferHoldsTheConsumerBackAndLosesNothing() {
        topic.recordMaxBytes(20_000);
        for (int i = 0; i < 300; i++) {
            topic.command("RPUSH", "l" + i % 7, "x".repeat(2_000) + i);
        }
        sink.applyAll(topic, "sink.buffer.bytes", "10000", "sync.batch.bytes", "3000");
        for (int i = 0; i < 7; i++) {
            List<String> list = sink.redis().lrange("l" + i, 0, -1);
            assertThat(list).hasSize(i < 300 % 7 ? 43 : 42);
            for (int j = 0; j < list.size(); j++) {
                assertThat(list.get(j)).endsWith("x" + (i + 7 * j));
            }
        }
    }
}
