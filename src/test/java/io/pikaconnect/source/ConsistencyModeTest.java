package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.pika.PikaRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.connect.errors.ConnectException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master in the consistency mode of a development branch is not supported, and the task's end names that mode. */
@Timeout(180)
class ConsistencyModeTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path snapshots;

    private FakePika pika;
    private ModelConnect connect;

    @BeforeEach
    void start() throws IOException {
        pika = FakePika.start(
                MasterSetup.of(PikaRelease.V402).withTimes(Duration.ofMillis(100), Duration.ofSeconds(20)));
        pika.execute(Command.of("SET", "k", "v"));
        connect = new ModelConnect(TaskSettings.of("consistent", pika, snapshots, "topic.partitions", "1"), 1, true, 1);
        connect.hurry();
    }

    @AfterEach
    void stop() {
        connect.stop();
        pika.close();
    }

    private void endsWith(String... words) {
        connect.start(PollLimit.DEFAULT);
        ends().hasMessageContainingAll(words);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> ends() {
        return assertThatThrownBy(() -> {
                    Instant limit = Instant.now().plus(LIMIT);
                    while (true) {
                        connect.round();
                        assertThat(Instant.now()).as("still going on").isBefore(limit);
                    }
                })
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void aMasterThatNamesWhatIsPreparedIsRefused() {
        pika.unreleased().consistency();
        endsWith("consistency mode", "slaveof … strong", "not supported");
    }

    @Test
    void aMasterThatRefusesEveryPositionIsRefusedBeforeAFullSync() {
        pika.unreleased().consistencyOnly();
        endsWith("every position", "consistency mode", "slaveof … strong", "not supported");
        assertThat(pika.dumpsMade()).isZero();
    }

    @Test
    void aMasterThatEntersTheModeLaterIsNotAnsweredWithAnotherFullSync() throws Exception {
        connect.start(PollLimit.DEFAULT);
        await().atMost(LIMIT).until(() -> {
            connect.round();
            return pika.lastAcknowledged().isPresent() || pika.sessions() == 1 && connect.records() > 1;
        });
        pika.unreleased().consistencyOnly();
        pika.mischief().closeConnections();
        ends().hasMessageContainingAll("every position", "consistency mode", "not supported")
                .hasMessageNotContaining("on.position.lost");
        assertThat(pika.dumpsMade()).isEqualTo(1);
    }
}
