package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.metrics.MBeans;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much of its binlog a master keeps for a source that does not get on. Connect does not poll a paused task. */
@Timeout(180)
class HeldBinlogTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long FILE_BYTES = 10_000;
    /** A master keeps ten files in any case, the current one included; a few may wait to be looked at. */
    private static final int KEPT_ANYWAY = 13;

    private static final MasterSetup SMALL_FILES = MasterSetup.REAL
            .withTimes(Duration.ofMillis(100), Duration.ofSeconds(20))
            .withBinlogFiles(FILE_BYTES, Duration.ofMillis(100));

    @TempDir
    Path snapshots;

    private final MBeans jmx = MBeans.here();
    private FakePika pika;
    private ModelConnect connect;

    @AfterEach
    void stop() {
        connect.stop();
        pika.close();
    }

    private void caughtUp(boolean exactlyOnce, String... more) throws Exception {
        pika = FakePika.start(SMALL_FILES);
        pika.execute(Command.of("SET", "before", "1"));
        Map<String, String> settings =
                TaskSettings.with(TaskSettings.of("held", pika, snapshots, "topic.partitions", "2"), more);
        connect = new ModelConnect(settings, 2, exactlyOnce, 1);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
    }

    private boolean isThrough() {
        return connect.storedPosition().filter(pika.end()::equals).isPresent();
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).as("still going on; " + shown()).isBefore(limit);
        }
    }

    private Map<String, Object> shown() {
        return jmx.attributes("pika.connect:type=source,connector=held,pika=held,db=db0");
    }

    /** About a binlog file. */
    private void write() {
        for (int i = 0; i < 50; i++) {
            pika.execute(Command.of("SET", "k" + i, "x".repeat(150)));
        }
    }

    private void writeUntil(BooleanSupplier condition) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!condition.getAsBoolean()) {
            write();
            assertThat(Instant.now())
                    .as(pika.binlogFiles() + " files kept; " + shown())
                    .isBefore(limit);
            Thread.sleep(20);
        }
    }

    @Test
    void aPausedTaskDoesNotMakeTheMasterKeepItsBinlogForEver() throws Exception {
        caughtUp(true, "hold.idle.ms", "2000");
        connect.pause();
        writeUntil(() -> pika.binlogFiles() > 2 * KEPT_ANYWAY);
        writeUntil(() -> pika.sessions() == 0 && pika.binlogFiles() <= KEPT_ANYWAY);
        assertThat(shown())
                .containsEntry("phase", "let-go")
                .containsEntry("connected", 0)
                .containsEntry("held-bytes", 0L);
        // Longer than it could hold on to.
        long files = pika.end().filenum();
        writeUntil(() -> pika.end().filenum() > files + 30);
        writeUntil(() -> pika.binlogFiles() <= KEPT_ANYWAY);
        assertThat(pika.sessions()).isZero();

        assertThatThrownBy(() -> rounds(() -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("cannot be resumed", "removed that binlog file", "on.position.lost=resync");
    }

    @Test
    void aTaskThatIsResumedInTimeGoesOnWhereItWas() throws Exception {
        caughtUp(true, "hold.idle.ms", "1000");
        connect.pause();
        write();
        Instant limit = Instant.now().plus(LIMIT);
        while (pika.sessions() > 0) {
            assertThat(Instant.now()).isBefore(limit);
            Thread.sleep(20);
        }
        write();
        rounds(this::isThrough);
        assertThat(shown()).containsEntry("phase", "binlog").containsEntry("connected", 1);
        assertThat(connect.topic().stream()
                        .flatMap(p -> ModelConnect.withoutDuplicates(p).stream())
                        .filter(r ->
                                r.header().position().orElseThrow().toString().startsWith("b/"))
                        .count())
                .isEqualTo(100);
    }

    /** Connect does not poll either while Kafka takes nothing; then the position is held, whatever it costs. */
    @Test
    void aTaskThatWaitsForKafkaIsNotTakenForPaused() throws Exception {
        caughtUp(false, "hold.idle.ms", "1000");
        write();
        Instant limit = Instant.now().plus(LIMIT);
        while (connect.pollOnly() == 0) {
            assertThat(Instant.now()).isBefore(limit);
        }
        writeUntil(() -> pika.binlogFiles() > 4 * KEPT_ANYWAY);
        Instant until = Instant.now().plusSeconds(4);
        writeUntil(() -> Instant.now().isAfter(until));
        assertThat(pika.sessions()).isEqualTo(1);
        assertThat((long) shown().get("held-bytes")).isGreaterThan(4 * KEPT_ANYWAY * FILE_BYTES / 2);
        rounds(this::isThrough);
    }

    @Test
    void aPositionThatHoldsMoreThanIsAllowedIsLetGo() throws Exception {
        caughtUp(false, "hold.max.bytes", "300000");
        Instant limit = Instant.now().plus(LIMIT);
        while (pika.sessions() > 0) {
            write();
            connect.pollOnly(); // Kafka acknowledges nothing
            assertThat(Instant.now()).as("" + shown()).isBefore(limit);
        }
        writeUntil(() -> pika.binlogFiles() <= KEPT_ANYWAY);
        assertThat(shown()).containsEntry("phase", "let-go");
        assertThatThrownBy(() -> rounds(() -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("cannot be resumed", "removed that binlog file");
    }

    @Test
    void withoutLimitsItIsHeld() throws Exception {
        caughtUp(true, "hold.idle.ms", "0");
        writeUntil(() -> pika.binlogFiles() > 8 * KEPT_ANYWAY);
        assertThat(pika.sessions()).isEqualTo(1);
        rounds(this::isThrough);
    }
}
