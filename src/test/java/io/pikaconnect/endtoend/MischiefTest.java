package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RandomWrites;
import io.pikaconnect.demo.RandomWrites.Options;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.source.ModelConnect;
import io.pikaconnect.source.TaskSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A source task, and a stand-in master that does to it what it is asked to. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class MischiefTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path snapshots;

    private FakePika pika;
    private ModelConnect connect;

    @BeforeEach
    void start() throws Exception {
        // Files so small that many are written.
        pika = FakePika.start(MasterSetup.REAL.withBinlogFiles(10_000, Duration.ofHours(1)));
        pika.execute(new RandomWrites(7, PikaRelease.V355, Options.LIVELY).fill(600));
        connect = new ModelConnect(TaskSettings.of("source", pika, snapshots, "topic.prefix", "pika"), 1, true, 1);
    }

    @AfterEach
    void stop() {
        connect.stop();
        pika.close();
    }

    private void roundsUntilThrough() throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!connect.storedPosition().equals(Optional.of(pika.end()))) {
            connect.round();
            assertThat(Instant.now()).isBefore(limit);
        }
    }

    private void startAndComeThrough() throws InterruptedException {
        connect.start(100, 100);
        roundsUntilThrough();
    }

    private void roundsUntilItFails() throws InterruptedException {
        while (true) {
            connect.round();
        }
    }

    @Test
    void aFrameCutInItsMiddleLosesNothing() throws Exception {
        startAndComeThrough();
        pika.mischief().cutFrame();
        long before = connect.records();
        for (int i = 0; i < 50; i++) {
            pika.execute(Command.of("RPUSH", "cut", i));
        }
        roundsUntilThrough();
        assertThat(connect.records()).isGreaterThanOrEqualTo(before + 50);
        ModelConnect.withoutDuplicates(connect.topic().get(0));
    }

    @Test
    void aMasterThatFindsItsVoiceAgainIsFollowedOn() throws Exception {
        startAndComeThrough();
        pika.mischief().fallSilent(true);
        pika.execute(Command.of("SET", "k", "v"));
        for (int i = 0; i < 5; i++) {
            connect.round();
        }
        assertThat(connect.storedPosition()).isNotEqualTo(Optional.of(pika.end()));
        pika.mischief().fallSilent(false);
        roundsUntilThrough();
    }

    @Test
    void aByteChangedOnTheWayIsFoundInTheDump() throws Exception {
        pika.mischief().corruptPulls();
        connect.start(100, 100);
        assertThatThrownBy(this::roundsUntilItFails)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(".sst");
    }

    @Test
    void aPositionWhoseFileIsGoneStopsTheTask() throws Exception {
        startAndComeThrough();
        connect.crash();
        pika.execute(new RandomWrites(8, PikaRelease.V355, Options.LIVELY).fill(600));
        pika.mischief().purge();
        connect.start(100, 100);
        assertThatThrownBy(this::roundsUntilItFails)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("on.position.lost");
    }

    @Test
    void anotherIdentityStopsTheTask() throws Exception {
        startAndComeThrough();
        connect.crash();
        pika.mischief().identity("7".repeat(50), "b".repeat(40));
        connect.start(100, 100);
        assertThatThrownBy(this::roundsUntilItFails)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("on.position.lost");
    }

    @Test
    void dbsThatNobodyAskedForAreRefused() throws Exception {
        pika.mischief().claim("db0", "db1");
        connect.start(100, 100);
        assertThatThrownBy(this::roundsUntilItFails)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("db1");
    }

    @Test
    void aMasterThatAnswersLateIsWaitedFor() throws Exception {
        pika.mischief().answerLate(Duration.ofMillis(200));
        startAndComeThrough();
        pika.mischief().dropSessions();
        pika.mischief().answerLate(Duration.ZERO);
        assertThat(pika.offences()).isEmpty();
    }
}
