package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.BinlogItems;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.pika.BinlogItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ends a source task says in the first line of its status, which is that of the exception, what is wrong, where,
 * and what to do.
 */
class SourceFailuresTest {

    /** Where the build has the tests' log written. */
    private static final Path LOG = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A place in the first block of an SST file. */
    private static final int FIRST_BLOCK = 20;

    @TempDir
    Path folder;

    private RecordedMaster master;
    private ModelConnect connect;

    @AfterEach
    void stop() {
        connect.stop();
        master.close();
    }

    private void master(MasterSetup setup) throws IOException {
        master(Recording.ofVersion("3.5.5"), setup);
    }

    private void master(Recording recording, MasterSetup setup) throws IOException {
        master = RecordedMaster.start(recording, setup);
        master.writeUpTo(50);
    }

    private void task(String... more) {
        connect = new ModelConnect(settings(more), 2, true, 1);
        connect.start(PollLimit.DEFAULT);
    }

    private Map<String, String> settings(String... more) {
        return TaskSettings.with(
                TaskSettings.of("failing", address(), folder.resolve("snapshots"), "topic.partitions", "2"), more);
    }

    private String address() {
        return "127.0.0.1:" + master.port();
    }

    private void rounds(BooleanSupplier until) throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!until.getAsBoolean()) {
            connect.round();
            assertThat(Instant.now()).isBefore(limit);
        }
    }

    private void endsSaying(String what, String where, String remedy) {
        assertThatThrownBy(() -> rounds(() -> false))
                .isInstanceOf(ConnectException.class)
                .hasMessageNotContaining("\n")
                .hasMessageContaining(what)
                .hasMessageContaining(where)
                .hasMessageContaining(remedy);
    }

    private boolean isThrough() {
        return connect.storedOffset()
                .filter(o ->
                        o.phase() == SourceOffset.Phase.BINLOG && o.resume().equals(master.end()))
                .isPresent();
    }

    @Test
    void wrongPassword() throws Exception {
        master(MasterSetup.REAL.withPassword("right"));
        task("pika.password", "wrong");
        endsSaying("refused our password", address(), "set pika.password");
    }

    @Test
    void unknownDb() throws Exception {
        master(MasterSetup.REAL);
        task("pika.databases", "db7");
        endsSaying("has no db7", address(), "correct pika.databases");
    }

    @Test
    void severalDbsThatNobodyAskedFor() throws Exception {
        master(MasterSetup.REAL.withDatabases("db0", "db1"));
        task();
        endsSaying("several databases, [db0, db1]", address(), "list in pika.databases");
    }

    @Test
    void aVersionThatIsNotSupported() throws Exception {
        master(MasterSetup.REAL.withVersion("2.3.6"));
        task();
        endsSaying("2.3.6", address(), "set pika.version");
    }

    @Test
    void aMasterThatWritesNoBinlog() throws Exception {
        master(MasterSetup.REAL);
        master.writesBinlog(false);
        task();
        endsSaying("write-binlog is off", address(), "switch it on");
    }

    @Test
    void aDirectoryThatIsNone() throws Exception {
        master(MasterSetup.REAL);
        Path file = Files.createFile(folder.resolve("file"));
        task("snapshot.dir", file.toString());
        endsSaying("cannot prepare", file.toString(), "snapshot.dir must be a directory");
    }

    @Test
    void aDamagedDump() throws Exception {
        master(damaged(Recording.ofVersion("3.5.5")), MasterSetup.REAL);
        task();
        endsSaying("RocksDB cannot read", folder.resolve("snapshots").toString(), "restart the task for another dump");
    }

    @Test
    void aDamagedDumpIsNotGoneOnWithByTheNextStart() throws Exception {
        Recording whole = Recording.ofVersion("3.5.5");
        Recording damaged = damaged(whole);
        master(damaged, MasterSetup.REAL);
        task();
        assertThatThrownBy(() -> rounds(() -> false)).isInstanceOf(ConnectException.class);
        connect.stop();
        for (String name : whole.fileNames()) {
            Files.copy(whole.dump().resolve(name), damaged.dump().resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
    }

    @Test
    void aDumpThatArrivesDamagedIsPulledOnceMore() throws Exception {
        master(MasterSetup.REAL);
        damagesPulls(1);
        task();
        rounds(this::isThrough);
    }

    @Test
    void aRestartAfterDamagedDumpsPullsAnother() throws Exception {
        master(MasterSetup.REAL);
        damagesPulls(2);
        task();
        endsSaying("RocksDB cannot read", "strings", "restart the task for another dump");
        connect.stop();
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
    }

    /** The first block of an SST file of strings is another, that many times. */
    private void damagesPulls(int times) {
        AtomicInteger left = new AtomicInteger(times);
        master.rewritePull(answer -> {
            boolean first = answer.getFileResp().getFilename().matches("strings/.*\\.sst")
                    && answer.getFileResp().getOffset() == 0
                    && answer.getFileResp().getData().size() > FIRST_BLOCK;
            if (!first || left.getAndDecrement() <= 0) {
                return Optional.of(answer);
            }
            byte[] data = answer.getFileResp().getData().toByteArray();
            data[FIRST_BLOCK] ^= 0x55;
            PullProto.Response.Builder damaged = answer.toBuilder();
            damaged.getFileRespBuilder().setData(ByteString.copyFrom(data));
            return Optional.of(damaged.build());
        });
    }

    /** Its barrier would empty the target. */
    @Test
    void aDamagedDumpOfALaterFullSyncLeavesTheTopicAsItWas() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        long first = connect.storedOffset().orElseThrow().epoch().number();
        master.close();
        master(damaged(Recording.ofVersion("3.5.5")), MasterSetup.REAL);
        master.identity("7".repeat(50), "7".repeat(40));
        connect = connect.with(settings("on.position.lost", "resync"));
        connect.start(PollLimit.DEFAULT);
        endsSaying("RocksDB cannot read", "epoch", "the target is as it was");
        assertThat(connect.topic().stream()
                        .flatMap(List::stream)
                        .map(r -> r.header().epoch()))
                .containsOnly(first);
        assertThat(connect.storedOffset().orElseThrow().epoch().number()).isEqualTo(first);
    }

    private Recording damaged(Recording whole) throws IOException {
        Path damaged = folder.resolve("damaged");
        try (Stream<Path> files = Files.walk(whole.dump())) {
            for (Path file : files.toList()) {
                Files.copy(file, damaged.resolve(whole.dump().relativize(file).toString()));
            }
        }
        try (Stream<Path> files = Files.list(damaged.resolve("hashes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < bytes.length / 2; i++) {
                    bytes[i] ^= 0x55;
                }
                Files.write(file, bytes);
            }
        }
        return new Recording(damaged, whole.position(), whole.items());
    }

    @Test
    void aCommandThatNobodyKnows() throws Exception {
        Recording recording = Recording.ofVersion("3.5.5");
        List<BinlogItem> items = new ArrayList<>(recording.items().subList(0, 50));
        BinlogItem last = items.get(49);
        byte[] bytes = last.bytes().clone();
        bytes[new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("\r\n", 36 + 2) + 2] = 'Q';
        items.set(49, new BinlogItem(last.end(), bytes));
        master(recording.withItems(items), MasterSetup.REAL);
        task();
        endsSaying("cannot translate", last.end().toString(), "on.unknown.command=skip");
    }

    @Test
    void aPositionThatWasPurged() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        master.purgeBefore(Long.MAX_VALUE >> 33);
        connect.start(PollLimit.DEFAULT);
        endsSaying("the master removed that binlog file", "binlog position " + master.end(), "on.position.lost=resync");
    }

    /** Nothing proves that the position is lost, so a restart asks for it again. */
    @Test
    void aMasterThatClosesInsteadOfStreaming() throws Exception {
        master(MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofMillis(500)));
        task();
        rounds(this::isThrough);
        connect.stop();
        streamsOnlyIf(() -> false);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
        endsSaying("closed the connection instead of streaming", master.end().toString(), "on.position.lost=resync");
        assertThat(connect.storedOffset().orElseThrow().lostReason()).isEmpty();

        connect.stop();
        master.rewrite(Optional::of);
        master.writeUpTo(60);
        connect.start(PollLimit.DEFAULT);
        rounds(this::isThrough);
    }

    @Test
    void aPositionThatIsOnlyDoubtedIsGivenUpWhereThatIsAllowed() throws Exception {
        long epoch = caughtUpWithResync();
        int dumps = master.dumpsMade();
        streamsOnlyIf(() -> master.dumpsMade() > dumps);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
        rounds(() -> connect.storedOffset().orElseThrow().epoch().number() > epoch && isThrough());
    }

    @Test
    void aMasterThatNeverStreamsIsNotAskedForOneFullSyncAfterTheOther() throws Exception {
        caughtUpWithResync();
        streamsOnlyIf(() -> false);
        connect.hurry();
        connect.start(PollLimit.DEFAULT);
        endsSaying("closed the connection instead of streaming", "position", "master's log");
        assertThat(connect.storedOffset().orElseThrow().lostReason()).isEmpty();
    }

    private long caughtUpWithResync() throws Exception {
        master(MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofMillis(500)));
        task("on.position.lost", "resync");
        rounds(this::isThrough);
        connect.stop();
        return connect.storedOffset().orElseThrow().epoch().number();
    }

    private void streamsOnlyIf(BooleanSupplier condition) {
        master.rewrite(answer -> {
            if (answer.getBinlogSyncCount() > 0 && !condition.getAsBoolean()) {
                master.cutReplication(false);
                return Optional.empty();
            }
            return Optional.of(answer);
        });
    }

    @Test
    void anotherMaster() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        master.identity("7".repeat(50), "7".repeat(40));
        connect.start(PollLimit.DEFAULT);
        endsSaying("the master is another one", "binlog position " + master.end(), "on.position.lost=resync");
    }

    @Test
    void aDumpThatIsGone() throws Exception {
        master(MasterSetup.REAL);
        connect = new ModelConnect(settings(), 2, true, 1);
        connect.start(10, 10);
        rounds(() -> connect.storedOffset()
                .filter(o -> o.phase() == SourceOffset.Phase.SNAPSHOT)
                .isPresent());
        connect.stop();
        try (Stream<Path> files = Files.walk(folder.resolve("snapshots"))) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
        connect.start(PollLimit.DEFAULT);
        endsSaying("is gone", folder.resolve("snapshots").toString(), "on.position.lost=resync");
    }

    @Test
    void aRecordThatATransformationDropped() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(() -> connect.records() > 100);
        connect.dropNextRecord();
        endsSaying("was dropped", "t.db0-", "Remove the transformation");
    }

    @Test
    void anotherTopic() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        ModelConnect before = connect;
        connect = before.with(before.settingsWith("topic.prefix", "other"));
        connect.start(PollLimit.DEFAULT);
        endsSaying("belongs to topic t.db0", master.end().toString(), "Set topic.prefix back");
    }

    @Test
    void aStoredPositionThatCannotBeRead() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        connect.damageStoredOffset("resume", "nowhere");
        assertThatThrownBy(() -> connect.start(PollLimit.DEFAULT))
                .isInstanceOf(ConnectException.class)
                .hasMessageNotContaining("\n")
                .hasMessageContaining("not readable")
                .hasMessageContaining("nowhere")
                .hasMessageContaining("Reset the connector's offsets");
    }

    @Test
    void offsetsThatConnectCannotRead() throws Exception {
        master(MasterSetup.REAL);
        connect = new ModelConnect(settings(), 2, true, 1);
        connect.failReadingOffsets(1);
        assertThatThrownBy(() -> connect.start(PollLimit.DEFAULT))
                .isInstanceOf(ConnectException.class)
                .hasMessageNotContaining("\n")
                .hasMessageContaining("stored position of {pika=failing, db=db0}")
                .hasMessageContaining("Failed to fetch offsets.")
                .hasMessageContaining("can reach every broker");
    }

    @Test
    void offsetsThatCannotBeReadForAWhileEndNoTaskThatRuns() throws Exception {
        master(MasterSetup.REAL);
        task();
        connect.failReadingOffsets(3);
        rounds(() -> connect.storedPosition().isPresent());
        assertThat(connect.readsThatWillFail()).isZero();
        assertThat(dumps()).hasSize(1);
        connect.failReadingOffsets(2);
        rounds(() -> dumps().isEmpty());
        assertThat(connect.readsThatWillFail()).isZero();
    }

    @Test
    void ofAnEpochNothingButTicksIsSentUntilItsOffsetIsKnownToBeStored() throws Exception {
        master(MasterSetup.REAL);
        task();
        connect.failReadingOffsets(3);
        rounds(() -> connect.readsThatWillFail() == 0);
        assertThat(connect.topic().stream().flatMap(List::stream))
                .isNotEmpty()
                .allMatch(record -> record.header().isTick());
        rounds(() -> connect.topic().stream()
                .allMatch(partition ->
                        partition.stream().anyMatch(record -> record.barrier().isPresent())));
    }

    /** Where Connect ends a task, as for an error of its producer, the trace has no position of ours. */
    @Test
    void whoeverEndsATaskTheLogHasThePositionWhereItStops() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(() -> connect.storedPosition().isPresent());
        SourceOffset stored = connect.storedOffset().orElseThrow();
        connect.crash();
        assertThat(Files.readString(LOG, StandardCharsets.ISO_8859_1))
                .containsPattern(Pattern.quote("stops after ") + "\\d+/\\d+"
                        + Pattern.quote(" of epoch " + stored.epoch().number() + ";"));
    }

    private List<Path> dumps() {
        try (Stream<Path> all = Files.list(folder.resolve("snapshots").resolve("failing.db0"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anErrorOfTheJvm() throws Exception {
        master(MasterSetup.REAL);
        task();
        connect.failReadingOffsets(new OutOfMemoryError("Java heap space"));
        String position = Recording.ofVersion("3.5.5").position().toString();
        endsSaying("OutOfMemoryError (Java heap space)", "after " + position, "KAFKA_HEAP_OPTS");
    }

    @Test
    void anInterruptThatIsNoStop() throws Exception {
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        String end = master.end().toString();
        Thread.currentThread().interrupt();
        endsSaying("InterruptedException", "after " + end, "restart the task");
    }

    @Test
    void aCommandWithMoreArgumentsThanCanBeAppliedAtOnce() throws Exception {
        Command xadd = new Command(Stream.concat(
                        Stream.of("XADD", "s", "1-1"), IntStream.range(0, 5_000).mapToObj(i -> "a" + i))
                .map(Resp::bytes)
                .toList());
        Recording recording = Recording.ofVersion("4.0.1");
        List<BinlogItem> items = new ArrayList<>(recording.items().subList(0, 50));
        items.add(BinlogItems.command(items.get(49).end(), xadd));
        master(recording.withItems(items), MasterSetup.of(PikaRelease.V401));
        master.writeUpTo(51);
        task();
        endsSaying("xadd on key s has 5003 arguments", "At b/", "write smaller commands");
    }

    /** A connector that Connect restarts again and again must not use up the worker's file handles. */
    @Test
    void startsThatFailLeaveNothingOpen() throws Exception {
        Path handles = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(handles), "needs a Linux");
        master(MasterSetup.REAL);
        task();
        rounds(this::isThrough);
        connect.stop();
        connect.damageStoredOffset("resume", "nowhere");
        long before = pollers(handles);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> connect.start(PollLimit.DEFAULT)).isInstanceOf(ConnectException.class);
            connect.stop();
        }
        assertThat(pollers(handles)).isLessThan(before + 10);
    }

    private static long pollers(Path handles) throws IOException {
        try (Stream<Path> all = Files.list(handles)) {
            return all.filter(SourceFailuresTest::isPoller).count();
        }
    }

    private static boolean isPoller(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString().contains("eventpoll");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
