package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What changes in a Redis that a task has been connected to for long. */
class TargetWatchTest {

    private final AtomicLong away = new AtomicLong();
    private final ModelTopic topic = ModelTopic.begun(1);
    private SinkFixture sink;
    private ModelWorker worker;

    @BeforeEach
    void begin() {
        sink = new SinkFixture();
        sink.workersAhead(away::get);
        topic.command("SET", "k", "v");
        worker = sink.applyAll(topic);
    }

    @AfterEach
    void end() {
        sink.close();
    }

    private void halfAMinuteLater() {
        away.addAndGet(30_000);
    }

    @Test
    void aPolicyThatMayThrowKeysAwayEndsTheTask() {
        sink.redis().configSet("maxmemory-policy", "allkeys-lru");
        halfAMinuteLater();
        assertThat(worker.untilItFails())
                .hasMessageContaining("allkeys-lru")
                .hasMessageContaining(sink.server.address())
                .hasMessageContaining("maxmemory-policy noeviction");
    }

    @Test
    void keysThatWereThrownAwayAreNoticedThoughThePolicyIsRightAgain() {
        sink.redis().configSet("maxmemory-policy", "allkeys-lru");
        sink.redis().configSet("maxmemory", "1");
        while (!sink.redis().info("stats").matches("(?s).*evicted_keys:[1-9].*")) {
            sink.redis().get("k");
        }
        sink.redis().configSet("maxmemory", "0");
        sink.redis().configSet("maxmemory-policy", "noeviction");
        halfAMinuteLater();
        assertThat(worker.untilItFails())
                .hasMessageContaining("keys away to save memory")
                .hasMessageContaining("empty the db");
    }

    @Test
    void aRedisThatStaysAsItWasIsLeftInPeace() {
        for (int i = 0; i < 5; i++) {
            halfAMinuteLater();
            topic.command("INCR", "n");
            worker.until(() -> sink.isAtEnd(topic));
        }
        assertThat(sink.redis().get("n")).isEqualTo("5");
    }
}
