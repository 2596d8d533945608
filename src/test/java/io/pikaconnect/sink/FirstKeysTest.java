package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deletes of the first keys of a pattern in a cluster. */
class FirstKeysTest {

    private static final long NOW = System.currentTimeMillis();

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture("--appendonly", "yes");

    private final ModelTopic topic =
            new ModelTopic("pika.db0", 3).at(NOW - 3_600_000).begin();

    private void fill() {
        for (int i = 100; i < 130; i++) {
            topic.command("SET", "k" + i, "v");
        }
        topic.command("RPUSH", "k105", "no string").command("SET", "other", "v");
    }

    /** The keys that are left, from the lowest on. */
    private TreeSet<String> left() {
        return new TreeSet<>(sink.content().keySet());
    }

    @Test
    void thoseThatHadExpiredDoNotCount() {
        fill();
        topic.command("PEXPIREAT", "k101", NOW - 3_000_000)
                .at(NOW - 2_000_000)
                .barrier(Command.of("pika.patterndel", "k*", "string", "10"));
        sink.applyAll(topic);
        assertThat(left()).hasSize(31 - 11).contains("other", "k111").doesNotContain("k100", "k101", "k110");
    }

    @Test
    void partitionsThatReachItOneAfterTheOtherDeleteTheSameOnes() {
        fill();
        sink.applyAll(topic).close();
        topic.barrier(Command.of("pika.patterndel", "k*", "*", "10")).command("SET", "k099", "later");
        for (int p = 0; p < topic.size() - 1; p++) {
            int partition = p;
            ModelWorker alone = sink.worker(topic).assign(p);
            alone.until(() -> noted(partition));
            assertThat(left()).contains("k100", "k109", "k110");
            alone.crash();
        }
        sink.applyAll(topic);
        assertThat(left()).hasSize(31 - 10 + 1).contains("k099", "k110").doesNotContain("k100", "k109");
    }

    private boolean noted(int partition) {
        String picked = SinkFixture.PREFIX + "{control}picked";
        return sink.<Boolean>onNodeOf(
                picked, redis -> redis.hkeys(picked).stream().anyMatch(field -> field.endsWith(":" + partition)));
    }

    @Test
    void aNodeThatIsOlderAfterAFailoverDeletesTheSameOnesAgain() {
        fill();
        sink.applyAll(topic).close();
        int slot = KeySlot.slot(Resp.bytes(ClusterFixture.CONTROL));
        RedisServer old = sink.cluster.masters().stream()
                .filter(master -> master != sink.cluster.masterOf(slot))
                .findFirst()
                .orElseThrow();
        sink.cluster.awaitReplicas();
        sink.cluster.detach(sink.cluster.replicaOf(old));
        topic.barrier(Command.of("pika.patterndel", "k*", "*", "10"))
                .command("DEL", "k110")
                .barrier(Command.of("pika.patterndel", "k*", "*", "5"));
        sink.applyAll(topic).close();
        TreeSet<String> before = left();
        assertThat(before).hasSize(31 - 16);
        sink.cluster.crash(old);
        sink.cluster.restart(old);
        assertThat(left()).hasSizeGreaterThan(before.size());
        sink.bringForward(topic);
        assertThat(left()).isEqualTo(before);
    }
}
