package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition moves while the claim of the task that had it is still on its way. */
class LateClaimTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    /** What is held: the claim itself, or the question before it. */
    @ParameterizedTest
    @ValueSource(strings = {"EVALSHA", "HGET"})
    void itDoesNotStopItsSuccessor(String held) throws Exception {
        ModelWorker successor = sink.worker(topic).assign(0);
        successor.until(() -> sink.isAtEnd(topic));
        successor.revoke(0);
        try (HoldingProxy way = new HoldingProxy(sink.server.port(), held)) {
            ModelWorker late = sink.worker(topic, "redis.sender.num", "1", "redis.address", way.address());
            late.assign(0).until(way::isHolding);
            late.revoke(0);
            successor.assign(0).until(() -> sink.field(0).owner().startsWith("2:"));
            String owner = sink.field(0).owner();
            way.let();
            successor.until(way::isAnswered);
            topic.command("SET", "k", "v");
            successor.until(() -> sink.isAtEnd(topic));
            assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
            assertThat(sink.field(0).owner()).isEqualTo(owner);
        }
    }

    @Test
    void theOwnersTokenNamesItsHost() {
        sink.applyAll(topic);
        assertThat(sink.field(0).owner()).endsWith(WorkerHost.SUFFIX);
        assertThat(WorkerHost.suffix("worker 1\n.example:8083")).isEqualTo("@worker1.example8083");
        assertThat(WorkerHost.suffix("x".repeat(100))).hasSize(61);
        assertThat(WorkerHost.suffix("")).isEmpty();
    }
}
