package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A master that reports 4.0.2 and may be a later one, and what only a later one means otherwise. */
class ReleaseUnknownTest {

    private static final Command ZADD = Command.of("ZADD", "z:repeated", 1, "a", 2, "a");

    @TempDir
    Path snapshots;

    private RecordedMaster master;
    private BinlogPosition before;

    @BeforeEach
    void startMaster() throws Exception {
        Recording recording = Recording.ofVersion("4.0.1");
        List<BinlogItem> items = new ArrayList<>(recording.items().subList(0, 20));
        before = items.get(19).end();
        items.add(BinlogItems.command(before, ZADD));
        master = RecordedMaster.start(
                recording.withItems(items), MasterSetup.of(PikaRelease.V401).reporting("4.0.2"));
        master.writeUpTo(items.size());
    }

    @AfterEach
    void stopMaster() {
        master.close();
    }

    private Map<String, String> settings(String... more) {
        return TaskSettings.of("source", master, snapshots, more);
    }

    private static void rounds(ModelConnect connect, BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plusSeconds(60);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).isBefore(limit);
        }
    }

    private boolean isThrough(ModelConnect connect) {
        return connect.storedOffset()
                .filter(o -> o.resume().equals(master.end()))
                .isPresent();
    }

    private static List<Command> repeated(ModelConnect connect) {
        return connect.topic().get(0).stream()
                .flatMap(r -> r.commands().stream())
                .filter(c -> c.name().equals("zadd") && c.text(1).equals("z:repeated"))
                .toList();
    }

    private ModelConnect stoppedAtTheRepeatedMember() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), 1, true, 1);
        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("z:repeated")
                .hasMessageContainingAll("on.repeated.member=first", "pika.version");
        connect.stop();
        assertThat(connect.storedOffset().orElseThrow().resume()).isEqualTo(before);
        assertThat(connect.storedOffset().orElseThrow().epoch().settings().group())
                .isEqualTo(BinlogDialect.PIKA_4_0_2);
        return connect;
    }

    @ParameterizedTest
    @CsvSource({"4.0.2, PIKA_4_0_1, 1", "4.0.3, PIKA_4_0_3, 1 2", "4.0.4, PIKA_4_0_3, 1 2"})
    void itStopsAtARepeatedMemberAndGoesOnThereOnceTheReleaseIsNamed(
            String version, BinlogDialect dialect, String scores) throws Exception {
        ModelConnect stopped = stoppedAtTheRepeatedMember();
        ModelConnect named = stopped.with(settings("pika.version", version));
        named.start(PollLimit.DEFAULT);
        rounds(named, () -> isThrough(named));
        named.stop();
        assertThat(repeated(named))
                .containsExactly(scores.equals("1") ? Command.of("ZADD", "z:repeated", 1, "a") : ZADD);
        assertThat(named.storedOffset().orElseThrow().epoch().settings().group())
                .isEqualTo(dialect);
    }

    @Test
    void itTakesTheFirstScoreWhereThatIsWanted() throws Exception {
        ModelConnect stopped = stoppedAtTheRepeatedMember();
        ModelConnect lenient = stopped.with(settings("on.repeated.member", "first"));
        lenient.start(PollLimit.DEFAULT);
        rounds(lenient, () -> isThrough(lenient));
        lenient.stop();
        assertThat(repeated(lenient)).containsExactly(Command.of("ZADD", "z:repeated", 1, "a"));
    }

    /** A connector that took 3.5.6 for a 3.5.5 began its epochs with those rules. */
    @Test
    void anEpochOfAnotherReleaseGoesOnWithItsRulesOnceTheseAreAskedFor() throws Exception {
        master.close();
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"));
        ModelConnect before = new ModelConnect(settings(), 1, true, 1);
        before.start(PollLimit.DEFAULT);
        rounds(before, () -> isThrough(before));
        before.stop();
        master.close();
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"), MasterSetup.REAL.reporting("3.5.6"));
        ModelConnect upgraded = before.with(settings());
        upgraded.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(upgraded, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("is a Pika 3.5.6 now", "set pika.version to 3.5.5");
        upgraded.stop();
        ModelConnect named = before.with(settings("pika.version", "3.5.5"));
        named.start(PollLimit.DEFAULT);
        rounds(named, () -> named.records() > before.records());
        named.stop();
        assertThat(named.storedOffset().orElseThrow().epoch().settings().group())
                .isEqualTo(BinlogDialect.PIKA_3_5_5);
    }

    /** What stops within an item has sent some of it in the old form; the rest must be of that form, too. */
    @Test
    void anItemOfWhichSomeIsSentIsSentToItsEndAsItWasBegun() throws Exception {
        ModelConnect stopped = stoppedAtTheRepeatedMember();
        stopped.damageStoredOffset("done", "1");
        ModelConnect named = stopped.with(settings("pika.version", "4.0.3", "on.repeated.member", "first"));
        named.start(PollLimit.DEFAULT);
        rounds(named, () -> isThrough(named));
        named.stop();
        assertThat(repeated(named)).as("its only piece was sent").isEmpty();
        assertThat(named.storedOffset().orElseThrow().epoch().settings().group())
                .isEqualTo(BinlogDialect.PIKA_4_0_2);
    }
}
