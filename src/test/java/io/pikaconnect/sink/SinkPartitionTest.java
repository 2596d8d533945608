package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.metrics.DiscardCounts;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SinkPartitionTest {

    private final TestClock clock = TestClock.standing();

    private final SinkPartition partition = new SinkPartition(
            new TopicPartition("pika.db0", 0),
            0,
            new RedisSinkConfig(Map.of("name", "sink", "topics", "pika.db0", "redis.address", "127.0.0.1:6379")),
            new byte[0],
            new SinkCounters(new DiscardCounts(), new DiscardCounts()).ofPartition(),
            clock);

    @Test
    void aClaimThatHasToWaitIsRepeatedWhenThatMayHelp() {
        assertThat(partition.nextStep()).containsInstanceOf(Step.ReadOwner.class);
        partition.settle(new Outcome.OwnerRead("-"));
        assertThat(partition.nextStep()).containsInstanceOf(Step.Claim.class);
        partition.settle(new Outcome.Later(Duration.ofMillis(500).toNanos()));
        assertThat(partition.nextStep()).isEmpty();
        clock.pass(500);
        assertThat(partition.nextStep()).containsInstanceOf(Step.ReadOwner.class);
    }
}
