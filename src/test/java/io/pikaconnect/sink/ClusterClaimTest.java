package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.RestoreParams;

/** The ledgers of a cluster contradict one another, or a slot has none: what a node has lost, or somebody has deleted. */
class ClusterClaimTest {

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final ModelTopic topic = new ModelTopic("pika.db0", 2)
            .at(System.currentTimeMillis() - 3_600_000) // never caught up
            .begin();

    private static String ledgerOf(String key) {
        return SinkFixture.PREFIX + "{" + SlotTags.of(KeySlot.slot(Resp.bytes(key))) + "}ledger";
    }

    private byte[] dump(String key) {
        return sink.onNodeOf(key, redis -> redis.dump(key));
    }

    /** As a node has it that lost what came later. */
    private void restore(String key, byte[] dump) {
        sink.<String>onNodeOf(
                key,
                redis -> redis.restore(
                        key, 0, dump, RestoreParams.restoreParams().replace()));
    }

    private void delete(String key) {
        sink.<Long>onNodeOf(key, redis -> redis.del(key));
    }

    private void secondEpoch() {
        topic.epoch(topic.epoch() + 1).begin().command("INCR", "b").command("INCR", "c");
        topic.barrier(Command.of("FLUSHDB"))
                .command("INCR", "a")
                .command("INCR", "b")
                .command("INCR", "b");
    }

    @Test
    void aControlLedgerThatHasLostTheLastEpochGetsItFromTheSlots() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.applyAll(topic).close();
        byte[] before = dump(ClusterFixture.CONTROL);
        secondEpoch();
        sink.applyAll(topic).close();
        restore(ClusterFixture.CONTROL, before);
        sink.<Long>onNodeOf(ClusterFixture.CONTROL, redis -> redis.hset(ClusterFixture.CONTROL, "caught", "1"));
        topic.command("INCR", "a").command("INCR", "d");
        sink.committed.clear();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "2", "b", "2", "d", "1"));
        assertThat(sink.control("epoch")).isEqualTo(String.valueOf(topic.epoch()));
    }

    @Test
    void aControlLedgerThatIsGoneGetsTheLastOfSeveralEpochsFromTheSlots() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        secondEpoch();
        sink.applyAll(topic).close();
        delete(ClusterFixture.CONTROL);
        topic.command("INCR", "a").command("INCR", "d");
        sink.committed.clear();
        sink.applyAll(topic, "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("a", "2", "b", "2", "d", "1"));
    }

    @Test
    void ledgersOfAnotherTopicAreNoPlaceInThisOne() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.applyAll(topic).close();
        delete(ClusterFixture.CONTROL);
        ModelTopic other = new ModelTopic("other.db0", 2)
                .at(System.currentTimeMillis() - 3_600_000)
                .begin();
        other.command("INCR", "a").command("INCR", "d");
        ModelWorker worker = sink.all(other, "topics", "other.db0", "on.target.not.empty", "clear");
        worker.until(() -> sink.isAtEnd(other), 60_000);
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "d", "1"));
    }

    @Test
    void aPartitionWhoseBeginOfAnEpochIsLostNeedsNoRecordsOfTheEpochsBefore() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        sink.applyAll(topic).close();
        byte[] before = dump(ClusterFixture.CONTROL);
        byte[] slot = dump(ledgerOf("a"));
        secondEpoch();
        sink.applyAll(topic).close();
        int p = KeySlot.partition(Resp.bytes("a"), 2);
        String field;
        try (Jedis redis = sink.cluster
                .masterOf(KeySlot.slot(Resp.bytes(ClusterFixture.CONTROL)))
                .connect()) {
            redis.restore("{control}before", 0, before);
            field = redis.hget("{control}before", "p" + p);
            redis.del("{control}before");
            redis.hset(ClusterFixture.CONTROL, "p" + p, field);
            redis.hdel(ClusterFixture.CONTROL, "b" + p);
        }
        restore(ledgerOf("a"), slot);
        topic.forget(p, 2);
        sink.committed.clear();
        sink.applyAll(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aDeleteByPatternDoesNotStepOverChangesThatANodeHasLost() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        ModelWorker worker = sink.applyAll(topic);
        byte[] ledger = dump(ledgerOf("a"));
        byte[] value = dump("a");
        topic.command("INCR", "a").command("INCR", "b");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        restore(ledgerOf("a"), ledger);
        restore("a", value);
        topic.barrier(Command.of(Operation.PATTERNDEL, "c*", "*", 0)).command("INCR", "b");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        worker.until(() -> sink.value("a").filter("2"::equals).isPresent(), 30_000);
        sink.bringForward(topic);
        assertThat(sink.content()).isEqualTo(Map.of("a", "2", "b", "3"));
    }

    @Test
    void aDeleteByPatternDeletesNothingInASlotThatHasLostChanges() {
        topic.command("RPUSH", "l{a}", "1").command("INCR", "b");
        ModelWorker worker = sink.applyAll(topic);
        byte[] ledger = dump(ledgerOf("a"));
        byte[] list = dump("l{a}");
        topic.command("RPOPLPUSH", "l{a}", "z{a}");
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        restore(ledgerOf("a"), ledger);
        restore("l{a}", list);
        delete("z{a}");
        topic.barrier(Command.of(Operation.PATTERNDEL, "l*", "*", 0));
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        sink.bringForward(topic);
        assertThat(sink.content()).isEqualTo(Map.of("z{a}", List.of("1"), "b", "1"));
    }

    @Test
    void aSlotWithoutALedgerThatIsNotEmptyIsNotEmptiedUnlessThatIsWanted() {
        topic.command("INCR", "a").command("INCR", "b");
        sink.applyAll(topic).close();
        String key = "{a}mine";
        delete(ledgerOf("a"));
        delete("a");
        sink.<String>onNodeOf(key, redis -> redis.set(key, "1"));
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("Slot " + KeySlot.slot(Resp.bytes("a")) + " of the cluster has no ledger")
                .hasMessageContaining(key)
                .hasMessageContaining("on.target.not.empty=clear");
        assertThat(sink.value(key)).contains("1");
        sink.committed.clear();
        sink.applyAll(topic, "on.target.not.empty", "clear");
        assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1"));
    }

    @Test
    void whatWasAppliedBeforeAPartitionIsClosedIsNotReadAgain() {
        topic.command("INCR", "a").command("INCR", "b");
        ModelWorker worker = sink.applyAll(topic);
        worker.close();
        for (String key : List.of("a", "b", "unused")) {
            int p = KeySlot.partition(Resp.bytes(key), 2);
            String mark = sink.onNodeOf(ledgerOf(key), redis -> redis.hget(ledgerOf(key), "mark"));
            assertThat(SlotMark.parse(mark).offset()).isEqualTo(topic.end(p));
        }
    }

    @Test
    void aClusterThatIsNotNamedAsOneIsFoundOut() {
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c");
        Map<String, String> properties = sink.properties();
        properties.remove("redis.cluster");
        properties.put("redis.address", sink.cluster.nodes().get(1).address());
        RedisSinkConnector connector = new RedisSinkConnector();
        assertThat(connector.validate(properties).configValues())
                .allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
        connector.start(properties);
        Map<String, String> ofTask = connector.taskConfigs(1).get(0);
        try (ModelWorker worker = new ModelWorker(topic, sink.committed, ofTask, false).assign(0, 1)) {
            worker.until(
                    () -> {
                        worker.commit();
                        return sink.isAtEnd(topic);
                    },
                    60_000);
            assertThat(sink.content()).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
        }
    }
}
