package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSinkTaskTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    @Test
    void appliesAnEpochInOrder() {
        ModelTopic topic = ModelTopic.begun(4);
        topic.inSnapshot(true);
        topic.command("SET", "a", "1").command("RPUSH", "l", "x", "y").command("SADD", "s", "m");
        topic.inSnapshot(false);
        topic.command("INCR", "a")
                .command("RPUSH", "l", "z")
                .command("HSET", "h", "f", "v")
                .ticks();
        sink.applyAll(topic).close();
        assertThat(sink.content())
                .isEqualTo(Map.of(
                        "a", "2",
                        "l", List.of("x", "y", "z"),
                        "s", java.util.Set.of("m"),
                        "h", Map.of("f", "v")));
    }

    @Test
    void theSecondWordOfAPartitionInTheLedgerIsTheSequenceOfItsLastRecord() {
        ModelTopic topic = ModelTopic.begun(2);
        for (int i = 0; i < 20; i++) {
            topic.command("SET", "k" + i, "1");
        }
        sink.applyAll(topic.ticks()).close();
        for (int p = 0; p < 2; p++) {
            assertThat(sink.ledger("p" + p).split(" ")[1]).isEqualTo(String.valueOf(topic.sequence(p)));
        }
    }

    @Test
    void flushesTheWholeDbBetweenWhatStandsBeforeAndBehind() {
        ModelTopic topic = ModelTopic.begun(4);
        for (int i = 0; i < 20; i++) {
            topic.command("SET", "before" + i, "1");
        }
        topic.barrier(Command.of("FLUSHDB"));
        topic.command("SET", "after", "1");
        ModelWorker a = sink.worker(topic).assign(0, 2);
        ModelWorker b = sink.worker(topic).assign(1, 3);
        a.until(() -> {
            b.turn();
            return sink.isAtEnd(topic);
        });
        assertThat(sink.content()).isEqualTo(Map.of("after", "1"));
    }
}
