package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Position;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.source.ModelConnect.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A full sync that nobody watches: as long as the topic was never caught up there is nothing to protect, so what is lost
 * begins again by itself, a bounded number of times in a row.
 */
@Execution(ExecutionMode.CONCURRENT)
class FirstFullSyncTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String UNTIL_READY = "resync-until-ready";

    /** So small that the snapshot takes many polls. */
    private static final PollLimit SMALL = new PollLimit(23, 100_000, 17);

    @TempDir
    Path folder;

    private RecordedMaster master;
    private ModelConnect connect;

    @BeforeEach
    void start() throws IOException {
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"), MasterSetup.REAL);
        master.writeUpTo(200);
    }

    @AfterEach
    void stop() {
        connect.stop();
        master.close();
    }

    private Map<String, String> settings(String onPositionLost) {
        return TaskSettings.of("first", master, folder, "topic.partitions", "2", "on.position.lost", onPositionLost);
    }

    private void task(String onPositionLost) {
        connect = new ModelConnect(settings(onPositionLost), 2, true, 1);
        connect.start(SMALL);
    }

    private void await(Predicate<SourceOffset> stored) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (connect.storedOffset().filter(stored).isEmpty()) {
            connect.round();
            assertThat(Instant.now()).as("stored: " + connect.storedOffset()).isBefore(limit);
        }
    }

    private void fails(String... words) {
        assertThatThrownBy(() -> await(offset -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll(words);
    }

    private SourceOffset stored() {
        return connect.storedOffset().orElseThrow();
    }

    /** The worker is gone, and its disk with it. */
    private void losesItsDump() {
        connect.crash();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(f -> !f.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThrough(SourceOffset offset) {
        return offset.phase() == SourceOffset.Phase.BINLOG && offset.resume().equals(master.end());
    }

    private List<Long> epochsThatBeganInTheTopic() {
        return connect.topic().get(0).stream()
                .filter(r -> r.header().position().equals(Optional.of(Position.BEGIN)))
                .map(r -> r.header().epoch())
                .toList();
    }

    @Test
    void aDumpLostInTheSnapshotIsFollowedByANewEpoch() throws Exception {
        task(UNTIL_READY);
        await(o -> o.phase() == SourceOffset.Phase.SNAPSHOT);
        long first = stored().epoch().number();
        losesItsDump();
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && isThrough(o));

        assertThat(epochsThatBeganInTheTopic())
                .containsExactly(first, stored().epoch().number());
        for (List<Stored> partition : connect.topic()) {
            List<Stored> second =
                    partition.stream().filter(r -> r.header().epoch() > first).toList();
            assertThat(ModelConnect.withoutDuplicates(second)).hasSizeGreaterThan(300);
        }
    }

    @Test
    void aBoundedNumberOfThemBeginInARowHoweverOftenTheTaskIsRestarted() throws Exception {
        task(UNTIL_READY);
        long epoch = 0;
        for (int lost = 0; lost <= OnPositionLost.MOST_IN_A_ROW; lost++) {
            long before = epoch;
            await(o -> o.epoch().number() > before && o.phase() == SourceOffset.Phase.SNAPSHOT);
            assertThat(stored().epoch().readiness()).isEqualTo(new Readiness(false, lost));
            epoch = stored().epoch().number();
            losesItsDump();
            connect.start(SMALL);
        }
        fails("is gone", "full sync 6 in a row", "expire-logs-nums", "on.position.lost=resync");
        assertThat(stored().epoch().number()).isEqualTo(epoch);
    }

    @Test
    void anotherMasterBeforeTheTopicWasCaughtUpIsFollowedByANewEpoch() throws Exception {
        task(UNTIL_READY);
        await(o -> o.phase() == SourceOffset.Phase.BINLOG);
        assertThat(stored().epoch().readiness().ready()).isFalse();
        long first = stored().epoch().number();
        connect.crash();
        master.identity("7".repeat(50), "7".repeat(40));
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && isThrough(o));
    }

    @Test
    void onceTheTopicIsCaughtUpTheTargetIsProtected() throws Exception {
        task(UNTIL_READY);
        await(o -> o.epoch().readiness().ready());
        long first = stored().epoch().number();
        connect.stop();
        master.identity("7".repeat(50), "7".repeat(40));
        connect.start(SMALL);
        fails("the master is another one", "caught up before", "on.position.lost=resync");
        assertThat(stored().epoch().number()).isEqualTo(first);
        assertThat(stored().epoch().readiness().ready()).isTrue();
    }

    @Test
    void isReadyOnlyWithSomethingOfTheLastMinuteInTheTopic() throws Exception {
        task(UNTIL_READY);
        await(o -> o.epoch().readiness().ready());
        connect.stop();
        assertThat(connect.topic().stream()
                        .flatMap(List::stream)
                        .mapToLong(r -> r.header().timeMs())
                        .max()
                        .orElseThrow())
                .as("the newest time in the topic")
                .isGreaterThan(System.currentTimeMillis() - 90_000);
    }

    @Test
    void withFailItStopsAndNamesTheSettingThatWouldHaveGoneOn() throws Exception {
        task("fail");
        await(o -> o.phase() == SourceOffset.Phase.SNAPSHOT);
        losesItsDump();
        connect.start(SMALL);
        fails("is gone", "on.position.lost=fail", "resync-until-ready");
    }

    /** The next full sync takes nothing from the target that the one before it had put there. */
    @Test
    void whatIsLostBeforeAnythingWasSentIsNoSecondFullSync() throws Exception {
        task("fail");
        await(o -> o.phase() == SourceOffset.Phase.BEGIN);
        long first = stored().epoch().number();
        losesItsDump();
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && isThrough(o));
        assertThat(epochsThatBeganInTheTopic()).containsExactly(stored().epoch().number());
    }

    @ParameterizedTest
    @ValueSource(strings = {UNTIL_READY, "resync"})
    void aDumpThatTheDiskDamagedIsFollowedByANewEpoch(String onPositionLost) throws Exception {
        task(onPositionLost);
        await(o -> o.phase() == SourceOffset.Phase.SNAPSHOT);
        long first = stored().epoch().number();
        connect.crash();
        damage(folder.resolve("first.db0").resolve(String.valueOf(first)).resolve("sets"));
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && isThrough(o));
    }

    /** The look at a dump before its epoch begins does not meet such a place. */
    @Test
    void aDamagedDumpIsNotContinuedByTheFullSyncThatSomebodyAsksFor() throws Exception {
        task("fail");
        await(o -> o.phase() == SourceOffset.Phase.SNAPSHOT);
        long first = stored().epoch().number();
        connect.crash();
        damageBehindTheFirstEntries(
                folder.resolve("first.db0").resolve(String.valueOf(first)).resolve("hashes"));
        connect.start(SMALL);
        fails("RocksDB cannot read", "hashes", "have another one pulled");
        connect.stop();
        connect.resetOffsets();
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && isThrough(o));
    }

    /** In the middle of the largest file only. */
    private static void damageBehindTheFirstEntries(Path rocksDb) throws IOException {
        try (Stream<Path> files = Files.list(rocksDb)) {
            Path largest = files.filter(f -> f.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(f -> f.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(largest);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(largest, bytes);
        }
    }

    private static void damage(Path rocksDb) throws IOException {
        try (Stream<Path> files = Files.list(rocksDb)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < bytes.length / 2; i++) {
                    bytes[i] ^= 0x55;
                }
                Files.write(file, bytes);
            }
        }
    }

    @Test
    void anEpochThatSomebodyAskedForIsNotReadyAgainUntilItIsCaughtUp() throws Exception {
        task(UNTIL_READY);
        await(o -> o.epoch().readiness().ready());
        connect.stop();
        long first = stored().epoch().number();
        master.identity("7".repeat(50), "7".repeat(40));
        connect = connect.with(settings("resync"));
        connect.start(SMALL);
        await(o -> o.epoch().number() > first && o.phase() == SourceOffset.Phase.SNAPSHOT);
        assertThat(stored().epoch().readiness()).isEqualTo(Readiness.START);
    }

    @Test
    void offsetsOfTheFirstReleaseCountAsReadyInTheBinlog() throws Exception {
        task(UNTIL_READY);
        await(o -> o.phase() == SourceOffset.Phase.SNAPSHOT);
        assertThat(ofTheFirstRelease().epoch().readiness().ready()).isFalse();
        await(o -> o.phase() == SourceOffset.Phase.BINLOG);
        assertThat(ofTheFirstRelease().epoch().readiness()).isEqualTo(new Readiness(true, 0));
    }

    private SourceOffset ofTheFirstRelease() {
        Map<String, String> map = new HashMap<>(stored().toMap());
        map.keySet().removeAll(List.of("ready", "resyncs"));
        return SourceOffset.fromMap(map);
    }
}
