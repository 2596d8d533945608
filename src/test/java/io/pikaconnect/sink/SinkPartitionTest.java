package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.DiscardCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkPartitionTest {

    private final TestClock clock = TestClock.standing();

    private SinkPartition partition(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(Map.of("name", "sink", "topics", "pika.db0", "redis.address", "127.0.0.1:6379"));
        return new SinkPartition(
                new TopicPartition("pika.db0", 0),
                0,
                new RedisSinkConfig(all),
                Resp.bytes("pika-connect:"),
                new SinkCounters(new DiscardCounts(), new DiscardCounts()).ofPartition(),
                clock);
    }

    @Test
    void aClaimThatHasToWaitIsRepeatedWhenThatMayHelp() {
        SinkPartition partition = partition(Map.of());
        assertThat(partition.nextStep()).containsInstanceOf(Step.ReadOwner.class);
        partition.settle(new Outcome.OwnerRead("-"));
        assertThat(partition.nextStep()).containsInstanceOf(Step.Claim.class);
        partition.settle(new Outcome.Later(Duration.ofMillis(500).toNanos()));
        assertThat(partition.nextStep()).isEmpty();
        clock.pass(500);
        assertThat(partition.nextStep()).containsInstanceOf(Step.ReadOwner.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key.prefix.replace=old:=a-much-longer-beginning:",
                "key.prefix.replace=old:=",
                "keys.exclude=*",
                "keys.exclude=other:*",
                "types.include=hash",
                "sync.batch.num=3",
            })
    void itHoldsTheBytesOfTheRecordsThatWait(String setting) {
        int equals = setting.indexOf('=');
        SinkPartition partition = partition(Map.of(setting.substring(0, equals), setting.substring(equals + 1)));
        BufferLimit buffer = new BufferLimit(100_000_000, List.of(partition));
        ModelTopic topic = ModelTopic.begun(2);
        String here = tag(0);
        byte[] old = Resp.bytes("old:" + here);
        byte[] other = Resp.bytes("other:" + tag(1));
        LedgerField begun = LedgerField.parse("1:token 0 " + Position.BEGIN + " 2 0 0 0 -");
        partition.settle(new Outcome.Claimed(
                new Outcome.Resume("1:token", begun, OptionalLong.of(ModelTopic.EPOCH)), Set.of(), "", 2));
        assertThat(partition.takeRewind()).contains(2L);
        long settled = 2;
        for (int round = 0; round < 100; round++) {
            // What is offered after this is not of the same step, so the queue never gets empty.
            Optional<Work> work = partition.nextStep().map(SinkPartitionTest::work);
            long from = topic.end(0);
            topic.command("SET", "old:" + here + round, "v".repeat(round))
                    .several(List.of(old, other), Command.of("SMOVE", old, other, "m"))
                    .tick(0);
            topic.from(0, from, 10)
                    .forEach(r -> assertThat(partition.offer(ChangeRecord.of(r), buffer))
                            .isTrue());
            if (work.isPresent()) {
                settled = end(work.get());
                partition.settle(new Outcome.Done(work.get(), Optional.empty()));
            }
            assertThat(partition.bytes()).isEqualTo(bytes(topic.from(0, settled, 1_000)));
        }
    }

    private static String tag(int partition) {
        return IntStream.range(0, 100)
                .mapToObj(i -> "{" + i + "}")
                .filter(tag -> KeySlot.partition(Resp.bytes(tag), 2) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static Work work(Step step) {
        return step instanceof Step.Apply apply ? apply.batch() : ((Step.AwaitBarrier) step).barrier();
    }

    private static long end(Work work) {
        return work instanceof Batch batch ? batch.endOffset() : ((BarrierRecord) work).nextOffset();
    }

    private static long bytes(List<SinkRecord> records) {
        return records.stream().mapToLong(r -> ChangeRecord.of(r).bytes()).sum();
    }
}
