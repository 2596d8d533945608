package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.RedisServer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** A topic is read again, from its start, into the same cluster. */
class ReadAgainTest {

    private static final int PARTITIONS = 4;

    @RegisterExtension
    private final ClusterFixture sink = new ClusterFixture(3, 0);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();
    private final RandomChanges changes = new RandomChanges(
                    new Random(seed), topic, name -> name + "{" + name.charAt(name.length() - 1) + "}")
            .withFewBarriers();

    /** Changes that show if they are applied twice; of each barrier one for certain. */
    private void fill() {
        System.out.println("seed " + seed);
        topic.command("RPUSH", "x", "1", "2", "3").command("SET", "y", "1");
        topic.several(List.of(Resp.bytes("x"), Resp.bytes("z")), Command.of("RPOPLPUSH", "x", "z"));
        topic.barrier(Command.of("FLUSHDB"));
        changes.make(1_500);
        topic.barrier(Command.of("pika.patterndel", "c*", "*", "3"))
                .barrier(Command.of("pika.patterndel", "d*", "string", "0"));
    }

    private static long applied(ModelWorker worker) {
        return worker.task.started().counters().sum(SinkCounter.RECORDS);
    }

    @Test
    void offsetsOfTheConsumerGroupThatAreResetHaveNothingAppliedAgain() {
        fill();
        sink.applyAll(topic).close();
        assertThat(sink.content()).isEqualTo(changes.content());
        sink.committed.clear();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(applied(worker)).isZero();
        assertThat(sink.content()).isEqualTo(changes.content());
    }

    @Test
    void slotsThatAreFurtherSkipWhatTheyHave() {
        fill();
        sink.applyAll(topic).crash();
        noSlotKnowsMoreThanTheBeginOfItsEpoch();
        sink.committed.clear();
        ModelWorker worker = sink.applyAll(topic);
        assertThat(applied(worker)).isGreaterThan(PARTITIONS);
        assertThat(sink.content()).isEqualTo(changes.content());
        changes.make(200);
        worker.until(() -> sink.isAtEnd(topic), 60_000);
        assertThat(sink.content()).isEqualTo(changes.content());
    }

    @Test
    void whatTheSinkKeepsOfASlotIsNotLargerThanThePageHasIt() {
        topic.command("INCR", "a").command("INCR", "b");
        sink.applyAll(topic, "test.kafka.cluster", "MkU3OEVBNTcwNTJENDM2Qk").close();
        String ledger = SinkFixture.PREFIX + "{" + SlotTags.of(KeySlot.slot(Resp.bytes("a"))) + "}ledger";
        assertThat(sink.<Long>onNodeOf(ledger, redis -> redis.memoryUsage(ledger)))
                .isBetween(150L, 280L);
    }

    /** So everything of the epoch is read again. */
    private void noSlotKnowsMoreThanTheBeginOfItsEpoch() {
        String[] begins = new String[PARTITIONS];
        Arrays.setAll(begins, p -> sink.control("b" + p));
        for (RedisServer master : sink.cluster.masters()) {
            try (Jedis redis = master.connect();
                    Pipeline pipeline = redis.pipelined()) {
                for (String ledger : redis.keys(SinkFixture.PREFIX + "{*}ledger")) {
                    if (!ledger.equals(ClusterFixture.CONTROL)) {
                        String begin = begins[KeySlot.partition(Resp.bytes(ledger), PARTITIONS)];
                        pipeline.hset(
                                ledger, "mark", new SlotMark(Long.parseLong(begin) + 1, 0, Position.BEGIN, 0) + "");
                    }
                }
            }
        }
    }
}
