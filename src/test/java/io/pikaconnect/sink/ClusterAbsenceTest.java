package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sink into a cluster was away for longer than deadlines and the grace, and a node has expired a key that Pika extended. */
class ClusterAbsenceTest {

    private static final long HOUR = 3_600_000;
    private static final long GRACE = 60_000;
    private static final int PARTITIONS = 2;
    private static final String[] NATIVE = {"expiry.grace.ms", "" + GRACE, "expiry.mode", "native"};
    private static final String[] REBUILD = {
        "expiry.grace.ms", "" + GRACE, "expiry.mode", "native", "on.long.absence", "rebuild"
    };

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final ModelTopic topic = ModelTopic.begun(PARTITIONS);
    private long now;

    /** On both partitions, and for both something that shows if only the other one begins again. */
    private void fill() {
        assertThat(Stream.of("a", "b", "c", "from", "to").map(key -> KeySlot.partition(Resp.bytes(key), PARTITIONS)))
                .contains(0, 1);
        topic.command("INCR", "a").command("INCR", "b").command("INCR", "c").command("INCR", "a");
        topic.command("RPUSH", "from", "1", "2", "3")
                .several(List.of(Resp.bytes("from"), Resp.bytes("to")), Command.of("RPOPLPUSH", "from", "to"));
        topic.barrier(Command.of("pika.patterndel", "c*", "*", "5")).command("INCR", "c");
        now = System.currentTimeMillis();
        topic.at(now)
                .change(
                        Resp.bytes("session"),
                        Command.of("SET", "session", "5"),
                        Command.of("PEXPIREAT", "session", now + GRACE));
    }

    private void untilReleased(ModelWorker worker) {
        long[] ticked = {0};
        worker.until(
                () -> {
                    if (System.nanoTime() - ticked[0] > 1_000_000_000L) {
                        ticked[0] = System.nanoTime();
                        topic.at(System.currentTimeMillis()).ticks();
                    }
                    return "native".equals(sink.control("deadlines"));
                },
                120_000);
    }

    @Test
    void theSinkStopsOrHasTheClusterFilledAgainFromTheTopic() {
        fill();
        ModelWorker worker = sink.applyAll(topic, NATIVE);
        untilReleased(worker);
        worker.close();
        sink.<Long>onNodeOf("session", redis -> redis.del("session")); // as the node does at the deadline it knows
        topic.at(now - 2 * GRACE).command("PEXPIREAT", "session", now + HOUR);
        topic.at(System.currentTimeMillis()).command("INCR", "session").ticks();
        Map<String, Object> before = sink.content();
        itStopsIfNothingElseIsWanted();
        nothingIsEmptiedForATopicWithoutItsStart();
        assertThat(sink.content()).isEqualTo(before);
        itIsFilledAgain();
    }

    private void itStopsIfNothingElseIsWanted() {
        ModelWorker worker = sink.all(topic, NATIVE);
        assertThat(worker.untilItFails())
                .hasMessageContaining("Redis expires keys by itself")
                .hasMessageContaining("key session")
                .hasMessageContaining("on.long.absence=rebuild");
        worker.crash();
        assertThat(sink.control("stale")).isNotNull();
    }

    private void nothingIsEmptiedForATopicWithoutItsStart() {
        for (int p = 0; p < PARTITIONS; p++) {
            topic.forget(p, 2);
        }
        ModelWorker worker = sink.all(topic, REBUILD);
        assertThat(worker.untilItFails()).hasMessageContaining("the topic's head was cut off");
        worker.crash();
        for (int p = 0; p < PARTITIONS; p++) {
            topic.forget(p, 0);
        }
    }

    private void itIsFilledAgain() {
        sink.<String>onNodeOf("stray", redis -> redis.set("stray", "1")); // all slots are emptied
        ModelWorker worker = sink.applyAll(topic, REBUILD);
        assertThat(sink.content())
                .isEqualTo(Map.of(
                        "a", "2", "b", "1", "c", "1", "from", List.of("1", "2"), "to", List.of("3"), "session", "6"));
        assertThat(sink.control("stale")).isNull();
        untilReleased(worker);
        assertThat(sink.deadline("session")).isEqualTo(now + HOUR + GRACE);
    }
}
