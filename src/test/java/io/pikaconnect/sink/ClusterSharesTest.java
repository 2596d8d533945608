package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.pika.PikaRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Commands over keys of several slots of a cluster, each of which does its share. */
class ClusterSharesTest {

    private static final int PARTITIONS = 4;

    private static ClusterFixture sink;

    private final ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();

    @BeforeAll
    static void start() {
        sink = new ClusterFixture("--appendonly", "yes");
    }

    @AfterEach
    void empty() {
        sink.empty();
    }

    @AfterAll
    static void stop() {
        sink.close();
    }

    @Test
    void theClusterEndsUpWithWhatTheMasterHolds() throws Exception {
        SeveralKeysTest.trial(
                sink, "a cluster", 40_000, 3_200, PARTITIONS, PikaRelease.V336, Integer.getInteger("commands", 1_000));
    }

    /** A key whose slot has another master than those of the others. */
    private String elsewhere(String name, String... others) {
        List<RedisServer> taken = new ArrayList<>();
        for (String other : others) {
            taken.add(master(other));
        }
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> name + i)
                .filter(key -> !taken.contains(master(key)))
                .findFirst()
                .orElseThrow();
    }

    private RedisServer master(String key) {
        return sink.cluster.masterOf(KeySlot.slot(Resp.bytes(key)));
    }

    private List<String> list(String key) {
        return sink.onNodeOf(key, redis -> redis.lrange(key, 0, -1));
    }

    private void move(String from, String to) {
        topic.several(List.of(Resp.bytes(from), Resp.bytes(to)), Command.of("RPOPLPUSH", from, to));
    }

    private void replicaStopsAt(String key) {
        RedisServer master = master(key);
        sink.cluster.awaitReplicas();
        sink.cluster.detach(sink.cluster.replicaOf(master));
    }

    private void crash(String key) {
        RedisServer master = master(key);
        sink.cluster.crash(master);
        sink.cluster.restart(master);
    }

    @Test
    void aSlotThatIsOlderAfterAFailoverGivesOnceMoreAndNobodyTakesItAgain() {
        String from = elsewhere("from", ClusterFixture.CONTROL);
        String to = elsewhere("to", from);
        topic.command("RPUSH", from, "a", "b", "c", "d");
        sink.applyAll(topic).close();
        replicaStopsAt(from);
        move(from, to);
        move(from, to);
        sink.applyAll(topic).close();
        assertThat(list(to)).containsExactly("c", "d");
        crash(from);
        assertThat(list(from)).containsExactly("a", "b", "c", "d");
        move(from, to);
        sink.bringForward(topic);
        assertThat(list(from)).containsExactly("a");
        assertThat(list(to)).containsExactly("b", "c", "d");
    }

    @Test
    void aSlotThatIsOlderAfterAFailoverTakesAgainWhatWasKeptForIt() {
        String from = elsewhere("from");
        String to = elsewhere("to", from, ClusterFixture.CONTROL);
        String sum = elsewhere("sum", from, ClusterFixture.CONTROL);
        topic.command("RPUSH", from, "a", "b").command("SADD", from + "s", "x");
        sink.applyAll(topic).close();
        replicaStopsAt(to);
        move(from, to);
        topic.several(List.of(Resp.bytes(sum), Resp.bytes(from + "s")), Command.of("SUNIONSTORE", sum, from + "s"))
                .command("DEL", from + "s")
                .several(
                        List.of(Resp.bytes(to + "n"), Resp.bytes(from + "n"), Resp.bytes(sum + "n")),
                        Command.of("MSETNX", to + "n", "1", from + "n", "2", sum + "n", "3"));
        sink.applyAll(topic).close();
        Map<String, Object> before = sink.content();
        assertThat(before).containsEntry(to, List.of("b")).containsKeys(sum, to + "n", from + "n", sum + "n");
        crash(to);
        assertThat(list(to)).isEmpty();
        sink.bringForward(topic);
        assertThat(sink.content()).isEqualTo(before);
    }

    /** What was taken is kept for three minutes, but not more than 4 MiB of it. */
    @Test
    void ifWhatASlotHasToTakeAgainIsNotKeptTheSinkStops() {
        String from = elsewhere("from");
        String to = elsewhere("to", from, ClusterFixture.CONTROL);
        int moves = 220;
        for (int i = 0; i < moves; i++) {
            topic.command("RPUSH", from, i + "x".repeat(30_000));
        }
        sink.applyAll(topic).close();
        replicaStopsAt(to);
        for (int i = 0; i < moves; i++) {
            if (i == moves - 20) { // of what was taken by then the oldest go when more is given
                sink.applyAll(topic).close();
            }
            move(from, to);
        }
        sink.applyAll(topic).close();
        assertThat(list(to)).hasSize(moves);
        String given = SinkFixture.PREFIX + "{" + SlotTags.of(KeySlot.slot(Resp.bytes(from))) + "}given";
        assertThat(sink.<Long>onNodeOf(from, redis -> redis.hlen(given))).isLessThan(moves);
        crash(to);
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("does not keep any more what it gave for it")
                .hasMessageContaining("FLUSHALL");
    }

    @Test
    void aMoveWhoseSourceBrokeOffBeforeItWasWrittenEverywhereIsVoidOnceTheNextEpochBegins() {
        String from = elsewhere("from");
        String to = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "to" + i)
                .filter(key -> partition(key) != partition(from))
                .findFirst()
                .orElseThrow();
        topic.command("RPUSH", from, "a").nextPosition();
        topic.barrierOn(
                partition(to),
                Barrier.onKeys(List.of(Resp.bytes(from), Resp.bytes(to)), PARTITIONS),
                Command.of("RPOPLPUSH", from, to));
        topic.command("RPUSH", to, "b");
        topic.epoch(topic.epoch() + 1).begin().command("RPUSH", to, "c");
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(to, List.of("c")));
    }

    private static int partition(String key) {
        return KeySlot.partition(Resp.bytes(key), PARTITIONS);
    }

    @Test
    void whatIsGivenOutlivesAFlush() {
        String from = elsewhere("from");
        String to = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "to" + i)
                .filter(key -> partition(key) != partition(from))
                .findFirst()
                .orElseThrow();
        topic.command("RPUSH", from, "a");
        move(from, to);
        topic.barrier(Command.of("FLUSHDB")).command("RPUSH", from, "b");
        ModelWorker giver = sink.worker(topic).assign(partition(from));
        giver.until(() -> {
            giver.commit();
            return sink.committed.getOrDefault(topic.partition(partition(from)), 0L) == topic.end(partition(from));
        });
        giver.close();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of(from, List.of("b")));
        try (Jedis redis = master(from).connect()) {
            assertThat(redis.exists(SinkFixture.PREFIX + "{" + SlotTags.of(KeySlot.slot(Resp.bytes(from))) + "}given"))
                    .isTrue();
        }
    }
}
