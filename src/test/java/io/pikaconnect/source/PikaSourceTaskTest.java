package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.fullsync.Unreachable;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.snapshot.BlackwidowDumpWriter;
import io.pikaconnect.snapshot.DumpWriter;
import io.pikaconnect.source.ModelConnect.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The source task against a master that plays a recording, in a model of a Connect worker. */
@Execution(ExecutionMode.CONCURRENT)
class PikaSourceTaskTest {

    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Polls so small that there are hundreds of places to be killed at. */
    private static final PollLimit SMALL = new PollLimit(23, 100_000, 17);

    @TempDir
    Path snapshots;

    private RecordedMaster master;

    @BeforeEach
    void startMaster() throws IOException {
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"));
    }

    @AfterEach
    void stopMaster() {
        master.close();
    }

    private Map<String, String> settings(String... more) {
        return TaskSettings.with(
                TaskSettings.of(
                        "source",
                        master,
                        snapshots,
                        "topic.partitions",
                        String.valueOf(PARTITIONS),
                        "record.max.bytes",
                        "10000",
                        "snapshot.chunk.elements",
                        "3"),
                more);
    }

    private static void rounds(ModelConnect connect, BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now())
                    .as("still going on after " + connect.records() + " records")
                    .isBefore(limit);
        }
    }

    private boolean isThrough(ModelConnect connect) {
        return connect.storedOffset()
                .filter(o ->
                        o.phase() == SourceOffset.Phase.BINLOG && o.resume().equals(master.end()))
                .isPresent();
    }

    /** What the topic holds, without what differs from run to run: the epoch and the snapshot's time, which is the same. */
    private static List<String> content(ModelConnect connect) {
        List<String> all = new ArrayList<>();
        for (List<Stored> partition : connect.topic()) {
            for (Stored r : ModelConnect.withoutDuplicates(partition)) {
                all.add(r.header().sequence().getAsLong() + " "
                        + r.header().position().orElseThrow() + " "
                        + r.barrier().map(Object::toString).orElse("") + " " + r.commands());
            }
        }
        return all;
    }

    private List<String> uninterrupted() throws InterruptedException {
        ModelConnect connect = new ModelConnect(settings("pika.name", "uninterrupted"), PARTITIONS, true, 0);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();
        return content(connect);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyChangeStandsInTheTopicOnceAndInOrder(boolean exactlyOnce) throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, exactlyOnce, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();

        for (List<Stored> partition : connect.topic()) {
            List<Stored> changes = ModelConnect.withoutDuplicates(partition);
            assertThat(changes).hasSizeGreaterThan(900);
            assertThat(changes.get(0).header().position()).contains(Position.BEGIN);
            assertThat(changes)
                    .extracting(r -> r.header().position().orElseThrow())
                    .isSortedAccordingTo(Comparator.naturalOrder())
                    .doesNotHaveDuplicates();
        }
        assertThat(master.offences()).isEmpty();
        assertThat(master.dumpsMade()).isEqualTo(1);
    }

    /**
     * A seed replays: with it the task is killed after the same record, Kafka has the same ones and the same offset is
     * stored in each run, so a failure comes again at the same step ({@link ModelConnect#steps}). What is not replayed is
     * when the threads of the task do their part, as these do not decide what a poll returns: how far the snapshot is read
     * ahead, how the items are cut into frames and how many wait in memory, when the session, its pings and the
     * acknowledgements to the master come to pass, and how many empty polls a start takes. A failure in the order of those
     * may need several runs of its seed.
     */
    @ParameterizedTest
    @CsvSource({"true, 1", "true, 2", "true, 3", "false, 1", "false, 2", "false, 3"})
    void killedAtRandomMomentsItMakesTheSameTopic(boolean exactlyOnce, long seed) throws Exception {
        List<String> expected = uninterrupted();
        ModelConnect connect = killedAtRandomMoments(exactlyOnce, seed);

        String course = "seed " + seed + ", after " + connect.steps().size() + " steps";
        assertThat(connect.steps().stream().filter(step -> step.startsWith("crashed")))
                .as("kills, " + course)
                .hasSizeGreaterThan(2);
        assertThat(content(connect)).as(course).isEqualTo(expected);
        if (exactlyOnce) {
            long changes = connect.topic().stream()
                    .flatMap(List::stream)
                    .filter(r -> !r.header().isTick())
                    .count();
            assertThat(changes).as("no duplicates, " + course).isEqualTo(expected.size());
        }
        assertThat(master.dumpsMade()).as("one full sync for each name").isEqualTo(2);
    }

    private ModelConnect killedAtRandomMoments(boolean exactlyOnce, long seed) throws Exception {
        Random random = new Random(seed);
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, exactlyOnce, seed);
        connect.replaying(master.end());
        while (true) {
            connect.start(SMALL);
            long lifetime = connect.records() + random.nextInt(800);
            rounds(connect, () -> isThrough(connect) || connect.records() >= lifetime);
            if (isThrough(connect)) {
                connect.stop();
                return connect;
            }
            connect.crash();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 4", "false, 4"})
    void theSameSeedTakesTheSameCourse(boolean exactlyOnce, long seed) throws Exception {
        List<String> first = killedAtRandomMoments(exactlyOnce, seed).steps();

        assertThat(first).hasSizeGreaterThan(100);
        assertThat(killedAtRandomMoments(exactlyOnce, seed).steps()).isEqualTo(first);
    }

    @Test
    void acknowledgesToTheMasterOnlyWhatKafkaHas() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        rounds(connect, () -> master.unacknowledged() == 0);
        connect.stop();

        assertThat(master.lastAcknowledged()).contains(master.end());
    }

    @Test
    void goesOnWithTheSmallWindowOfEarlyMasters() throws Exception {
        master.close();
        master = RecordedMaster.start(Recording.ofVersion("3.5.5"), MasterSetup.REAL.withWindow(3_000));
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, false, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();
        assertThat(master.recording().items()).hasSizeGreaterThan(4_000);
    }

    @Test
    void followsTheBinlogWhileItIsBeingWritten() throws Exception {
        master.writeUpTo(10);
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        for (int items = 10; items <= 200; items += 38) {
            master.writeUpTo(items);
            rounds(connect, () -> isThrough(connect));
        }
        connect.stop();
        assertThat(master.offences()).isEmpty();
    }

    @Test
    void anIdleMastersClockReachesTheTopicByTicks() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        long before = System.currentTimeMillis();
        rounds(
                connect,
                () -> connect.topic().stream().allMatch(partition -> {
                    if (partition.isEmpty()) {
                        return false;
                    }
                    Stored last = partition.get(partition.size() - 1);
                    return last.header().isTick() && last.header().timeMs() > before - 3_000;
                }));
        connect.stop();
        assertThat(connect.topic()).allSatisfy(partition -> {
            Stored last = partition.get(partition.size() - 1);
            assertThat(last.header().timeMs()).isLessThanOrEqualTo(System.currentTimeMillis() - 1_900);
            assertThat(last.header().sequence().getAsLong())
                    .isEqualTo(ModelConnect.withoutDuplicates(partition).size() - 1L);
        });
    }

    @Test
    void aPositionThatWasPurgedEndsTheTaskToProtectTheTarget() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        master.purgeBefore(Long.MAX_VALUE >> 33);
        connect.start(PollLimit.DEFAULT);

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("on.position.lost=resync");
        connect.stop();
    }

    @Test
    void aPositionOnceLostIsNotResumedEvenIfTheMasterWouldServeItAgain() throws Exception {
        master.writeUpTo(1_000);
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        master.stop();
        master.writeUpTo(900);
        master.start();
        assertThatThrownBy(() -> rounds(connect, () -> false)).hasMessageContaining("on.position.lost=resync");
        connect.stop();

        master.writeUpTo(2_000);
        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("must not be used again");
        connect.stop();
    }

    @Test
    void whatTheMasterDidWithoutABinlogBeforeTheStartIsNotPassedOverLater() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        master.writesBinlog(false);
        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(connect, () -> false)).hasMessageContaining("write-binlog is off");
        connect.stop();
        master.writesBinlog(true);

        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("write-binlog is off", "second full sync");
        connect.stop();
    }

    @Test
    void aMasterThatCannotBeFollowedAtAllIsNotAskedForOneFullSyncAfterTheOther() throws Exception {
        master.writeUpTo(1_000);
        ModelConnect connect = new ModelConnect(settings("on.position.lost", "resync"), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        master.writesBinlog(false);
        master.cutReplication(false);
        assertThatThrownBy(() -> rounds(connect, () -> false)).hasMessageContaining("write-binlog is off");
        connect.stop();
        master.writesBinlog(true);

        long before = connect.storedOffset().orElseThrow().epoch().number();
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> connect.storedOffset().orElseThrow().epoch().number() > before);
        connect.stop();
    }

    @Test
    void resyncAnswersALostPositionWithANewEpoch() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        long first = connect.storedOffset().orElseThrow().epoch().number();
        master.identity("7".repeat(50), "7".repeat(40));
        ModelConnect again = connect.with(settings("on.position.lost", "resync"));
        again.start(PollLimit.DEFAULT);
        rounds(again, () -> again.storedOffset().orElseThrow().epoch().number() > first && isThrough(again));
        again.stop();

        for (List<Stored> partition : again.topic()) {
            List<Stored> second = partition.stream()
                    .filter(r -> r.header().epoch() > first && !r.header().isTick())
                    .toList();
            assertThat(second.get(0).header().sequence()).hasValue(0);
            assertThat(second.get(0).barrier()).isPresent();
            assertThat(second.get(0).writer()).contains(new Writer("source", "", "7".repeat(50), first, "", true));
            assertThat(ModelConnect.withoutDuplicates(second)).hasSizeGreaterThan(900);
        }
    }

    @Test
    void anotherMasterUnderTheSameAddressEndsTheTask() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        master.identity("7".repeat(50), "7".repeat(40));
        connect.start(PollLimit.DEFAULT);

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("another one")
                .hasMessageContaining("on.position.lost=resync");
        connect.stop();
    }

    @Test
    void aDumpThatIsGoneInTheMiddleOfItsSnapshotEndsTheTask() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, false, 1);
        connect.start(SMALL);
        rounds(
                connect,
                () -> connect.storedOffset()
                        .filter(o -> o.phase() == SourceOffset.Phase.SNAPSHOT)
                        .isPresent());
        connect.crash();
        try (Stream<Path> files = Files.walk(snapshots)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
        connect.start(SMALL);

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("the dump of epoch")
                .hasMessageContaining("is gone");
        connect.stop();
    }

    @Test
    void theDumpIsDeletedOnceTheSnapshotIsThrough() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> dumps().isEmpty());
        connect.stop();
    }

    @Test
    void whatAKilledTaskLeftOnThisWorkerIsRemovedByTheNextStart() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        Path home = snapshots.resolve("source.db0");
        Files.createDirectories(home.resolve("1700000000000/strings"));
        Files.writeString(
                Files.createDirectories(home.resolve("1700000000001.partial/rsync"))
                        .resolve("secrets"),
                "rsync_user:secret");
        Path ofTheEpochByAnEarlierRelease = Files.createDirectories(snapshots.resolve(
                "source.db0." + connect.storedOffset().orElseThrow().epoch().number()));
        Path another = Files.createDirectories(snapshots.resolve("source.db0.1700000000000/strings"));
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> dumps().isEmpty() && !Files.exists(ofTheEpochByAnEarlierRelease));
        connect.stop();
        assertThat(another).exists();
    }

    @Test
    void aDumpThatCannotBeDeletedEndsNoTask() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, false, 1);
        connect.start(SMALL);
        rounds(connect, () -> connect.records() > 300);
        Path dump = dumps().get(0);
        try (Unreachable unreachable = Unreachable.below(dump)) {
            rounds(
                    connect,
                    () -> isThrough(connect)
                            && dumps().get(0).getFileName().toString().startsWith("deleted-")
                            && !Files.exists(dumps().get(0).resolve("info")));
            master.cutReplication(false);
            long before = connect.records();
            rounds(connect, () -> connect.records() > before);
            unreachable.moved(dump, dumps().get(0));
        } finally {
            connect.stop();
        }
    }

    @Test
    void changedSettingsTakeEffectOnlyWithTheNextEpoch() throws Exception {
        List<String> expected = uninterrupted();
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 5);
        connect.start(SMALL);
        rounds(connect, () -> connect.records() > 500);
        connect.crash();
        ModelConnect changed = connect.with(settings("record.max.bytes", "500000", "snapshot.chunk.elements", "100"));
        changed.start(PollLimit.DEFAULT);
        rounds(changed, () -> isThrough(changed));
        changed.stop();

        assertThat(content(changed)).isEqualTo(expected);
    }

    @Test
    void aStoredPositionIsNotContinuedInAnotherTopic() throws Exception {
        ModelConnect connect = stoppedInTheBinlog();
        ModelConnect moved = connect.with(settings("topic.prefix", "other"));
        moved.start(PollLimit.DEFAULT);

        assertThatThrownBy(() -> rounds(moved, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("belongs to topic t.db0");
        moved.stop();
    }

    @Test
    void aRecordDroppedOnItsWayEndsTheTaskWithItsPosition() throws Exception {
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, false, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> connect.records() > 100);
        connect.dropNextRecord();

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("dropped by a transformation")
                .hasMessageContaining("t.db0-");
        connect.stop();
        connect.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(connect, () -> false))
                .as("the offset is behind the hole")
                .hasMessageContaining("dropped by a transformation");
        connect.stop();
    }

    @Test
    void whatCannotBeTranslatedEndsTheTaskOnceEverythingBeforeItIsInKafka() throws Exception {
        Recording recording = Recording.ofVersion("3.5.5");
        List<BinlogItem> items = new ArrayList<>(recording.items().subList(0, 50));
        BinlogItem last = items.get(49);
        byte[] damaged = last.bytes().clone();
        System.arraycopy(Resp.bytes("NEW"), 0, damaged, indexOf(damaged, "$") + 4, 3);
        items.set(49, new BinlogItem(last.end(), damaged));
        master.close();
        master = RecordedMaster.start(recording.withItems(items));
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(last.end().toString());
        connect.stop();
        assertThat(connect.storedOffset().orElseThrow().resume())
                .isEqualTo(items.get(48).end());
    }

    /** The first items, and after them one with a key that fits no record of 10,000 bytes, and one of an ordinary key. */
    private List<BinlogItem> withALargeKey() throws IOException {
        List<BinlogItem> items =
                new ArrayList<>(Recording.ofVersion("3.5.5").items().subList(0, 21));
        for (byte[] key : List.of(new byte[6_000], "after".getBytes(StandardCharsets.US_ASCII))) {
            BinlogItem before = items.get(items.size() - 1);
            byte[] content = Resp.encode(List.of(Command.of("SET", key, "v")));
            ByteBuffer bytes = ByteBuffer.allocate(34 + content.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.put(before.bytes(), 0, 34).put(content);
            bytes.putInt(18, (int) before.end().filenum())
                    .putLong(22, before.end().offset())
                    .putInt(30, content.length);
            items.add(new BinlogItem(
                    new BinlogPosition(before.end().filenum(), before.end().offset() + 8 + bytes.capacity()),
                    bytes.array()));
        }
        return items;
    }

    @Test
    void aKeyThatFitsNoRecordEndsTheTaskWithItsPositionOnceEverythingBeforeItIsInKafkaOrIsSkipped() throws Exception {
        List<BinlogItem> items = withALargeKey();
        master.close();
        master = RecordedMaster.start(Recording.ofVersion("3.5.5").withItems(items));
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);

        assertThatThrownBy(() -> rounds(connect, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("At b/" + items.get(21).end())
                .hasMessageContaining("Raise record.max.bytes to at least")
                .hasMessageContaining("or with record.format=struct to")
                .hasMessageContaining("on.large.key=skip");
        connect.stop();
        assertThat(connect.storedOffset().orElseThrow().resume())
                .isEqualTo(items.get(20).end());

        ModelConnect skipping = connect.with(connect.settingsWith("on.large.key", "skip"));
        skipping.start(PollLimit.DEFAULT);
        rounds(skipping, () -> isThrough(skipping));
        skipping.stop();
        assertThat(content(skipping)).anyMatch(record -> record.contains("SET after"));
        assertThat(content(skipping)).noneMatch(record -> record.contains("\\x00\\x00\\x00"));
    }

    @Test
    void onlyWhatIsSelectedIsInTheTopicAndAnotherSelectionIsRefusedWithinTheEpoch() throws Exception {
        ModelConnect connect =
                new ModelConnect(settings("types.include", "hash,set", "keys.exclude", "*1"), PARTITIONS, true, 1);
        connect.start(SMALL);
        rounds(connect, () -> isThrough(connect));
        connect.stop();
        List<Stored> records = connect.topic().stream().flatMap(List::stream).toList();
        assertThat(records.stream().flatMap(record -> record.key().stream()).map(Escaped::text))
                .hasSizeGreaterThan(100)
                .noneMatch(key -> key.endsWith("1"));
        assertThat(records.stream().flatMap(record -> record.commands().stream()))
                .extracting(Command::name)
                .contains("hset", "sadd", "del")
                .doesNotContain("set", "zadd", "rpush", "incrby");
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();

        ModelConnect other = connect.with(connect.settingsWith("keys.exclude", "*2"));
        other.start(PollLimit.DEFAULT);
        assertThatThrownBy(() -> rounds(other, () -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("keys.exclude", "*1", "*2", "reset the connector's offsets");
        other.stop();
    }

    @Test
    void theFirstOfADumpIsReadWhileItsEpochIsNotStoredYet() throws Exception {
        Path dump = snapshots.resolve("the master's");
        try (DumpWriter writer = new BlackwidowDumpWriter(dump)) {
            writer.string("_internal:slotkey:4migrate:1", "skipped, and counted", 0);
        }
        master.close();
        master = RecordedMaster.start(new Recording(dump, new BinlogPosition(3, 4711), List.of()));
        ModelConnect connect = new ModelConnect(settings("pika.name", "first"), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);

        Instant limit = Instant.now().plus(LIMIT);
        while (!connect.plugins.values().containsKey("discards{reason=key.internal}")) {
            connect.pollOnly(); // Kafka acknowledges nothing
            assertThat(Instant.now()).isBefore(limit);
        }
        assertThat(connect.storedOffset()).isEmpty();
        connect.crash();
    }

    @Test
    void stopsWithinFiveSecondsWhateverItDoes() throws Exception {
        for (long records : new long[] {0, 1, 400, 4_000}) {
            ModelConnect connect = new ModelConnect(settings("pika.name", "stop" + records), PARTITIONS, true, records);
            connect.start(SMALL);
            rounds(connect, () -> connect.records() >= records);
            Instant begin = Instant.now();
            connect.stop();
            assertThat(Duration.between(begin, Instant.now()))
                    .as("at " + records)
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    private ModelConnect stoppedInTheBinlog() throws InterruptedException {
        master.writeUpTo(1_000);
        ModelConnect connect = new ModelConnect(settings(), PARTITIONS, true, 1);
        connect.start(PollLimit.DEFAULT);
        rounds(connect, () -> isThrough(connect));
        connect.stop();
        return connect;
    }

    /** What is in the connector's folder of dumps, beside its lock. */
    private List<Path> dumps() {
        try (Stream<Path> files = Files.list(snapshots.resolve("source.db0"))) {
            return files.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        for (int i = 34; i < bytes.length; i++) {
            if (bytes[i] == text.charAt(0)) {
                return i;
            }
        }
        throw new AssertionError("no " + text);
    }
}
