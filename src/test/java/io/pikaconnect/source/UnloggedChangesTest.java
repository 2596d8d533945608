package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.source.ModelConnect.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A master that changed data without logging it, and still has a dump from before: whatever full sync follows brings what
 * the master has now.
 */
@Timeout(180)
class UnloggedChangesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int KEYS = 40;

    @TempDir
    Path snapshots;

    private FakePika pika;
    private ModelConnect connect;

    @AfterEach
    void stop() {
        connect.stop();
        pika.close();
    }

    private void master(PikaRelease release) throws IOException {
        pika = FakePika.start(MasterSetup.of(release).withTimes(Duration.ofMillis(100), Duration.ofSeconds(20)));
        for (int i = 0; i < KEYS; i++) {
            pika.execute(Command.of("SET", "k" + i, "logged"));
        }
    }

    private ModelConnect source(String name) {
        ModelConnect made = new ModelConnect(
                TaskSettings.of(name, pika, snapshots, "topic.partitions", "1", "on.position.lost", "resync"),
                1,
                true,
                1);
        made.hurry();
        return made;
    }

    private void caughtUpAs(String name) throws InterruptedException {
        connect = source(name);
        connect.start(PollLimit.DEFAULT);
        rounds(this::isCaughtUp);
        connect.stop();
    }

    private void changeUnlogged() {
        pika.mischief().writesBinlog(false);
        for (int i = 0; i < KEYS; i += 3) {
            pika.execute(Command.of("SET", "k" + i, "unlogged"));
        }
        pika.execute(Command.of("DEL", "k1"));
        pika.mischief().writesBinlog(true);
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).isBefore(limit);
        }
    }

    private boolean isCaughtUp() {
        return connect.storedPosition().filter(pika.end()::equals).isPresent();
    }

    /** What the latest epoch in the topic says. */
    private Map<String, String> copied() {
        long epoch = connect.storedOffset().orElseThrow().epoch().number();
        Map<String, String> values = new TreeMap<>();
        for (Stored r : ModelConnect.withoutDuplicates(connect.topic().get(0).stream()
                .filter(stored -> stored.header().epoch() == epoch)
                .toList())) {
            for (Command c : r.commands()) {
                if (c.name().equals("set")) {
                    values.put(c.text(1), c.text(2));
                } else if (c.name().equals("del")) {
                    values.remove(c.text(1));
                }
            }
        }
        return values;
    }

    private Map<String, String> mastersOwn() {
        Map<String, String> values = new TreeMap<>();
        for (StoredKey key : pika.content()) {
            byte[] value = ((StoredKey.Value.Text) key.value()).bytes();
            values.put(
                    new String(key.name().array(), StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    private void bringsEverything() throws InterruptedException {
        pika.execute(Command.of("SET", "last", "logged"));
        rounds(this::isCaughtUp);
        assertThat(copied()).isEqualTo(mastersOwn());
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V401"})
    void afterALostPosition(PikaRelease release) throws Exception {
        master(release);
        caughtUpAs("source");
        changeUnlogged();
        pika.mischief().identity("7".repeat(50), "7".repeat(40));
        connect.start(PollLimit.DEFAULT);
        bringsEverything();
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V401"})
    void afterAReset(PikaRelease release) throws Exception {
        master(release);
        caughtUpAs("source");
        changeUnlogged();
        connect.resetOffsets();
        connect.start(PollLimit.DEFAULT);
        bringsEverything();
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V401"})
    void afterAResetInTheSnapshotWhoseDumpIsStillHere(PikaRelease release) throws Exception {
        master(release);
        connect = source("source");
        connect.start(10, 10);
        rounds(() -> connect.storedOffset()
                .filter(o -> o.phase() == SourceOffset.Phase.SNAPSHOT)
                .isPresent());
        connect.stop();
        changeUnlogged();
        connect.resetOffsets();
        connect.start(PollLimit.DEFAULT);
        bringsEverything();
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V401"})
    void inTheFirstFullSyncOfAnotherSource(PikaRelease release) throws Exception {
        master(release);
        caughtUpAs("source");
        changeUnlogged();
        connect = source("another");
        connect.start(PollLimit.DEFAULT);
        bringsEverything();
    }

    @ParameterizedTest
    @EnumSource(names = {"V355", "V401"})
    void thatATaskMeetsWhichWouldContinueAPull(PikaRelease release) throws Exception {
        master(release);
        connect = source("source");
        pika.mischief().answerLate(Duration.ofMillis(200));
        connect.start(PollLimit.DEFAULT);
        rounds(this::isPulling);
        connect.stop();
        pika.mischief().answerLate(Duration.ZERO);
        changeUnlogged();
        pika.mischief().writesBinlog(false);
        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(() -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("write-binlog is off");
        connect.stop();
        pika.mischief().writesBinlog(true);
        connect.start(PollLimit.DEFAULT);
        bringsEverything();
    }

    private boolean isPulling() {
        try (Stream<Path> all = Files.walk(snapshots)) {
            return all.anyMatch(path -> path.toString().endsWith(".partial/info"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
