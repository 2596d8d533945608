package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.pikaconnect.LogLines;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import io.pikaconnect.fullsync.PullProto.Type;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.retry.Backoff;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FullSyncTest {

    private static final FullSyncTimings QUICK = new FullSyncTimings(
            4,
            Backoff.ofMillis(20, 320),
            Backoff.ofMillis(20, 20),
            new FullSyncTimings.OfPull(Duration.ofSeconds(2), Duration.ofSeconds(1), 3),
            FullSyncTimings.OfPush.DEFAULT);
    private static final long EPOCH = 42;

    private static Recording recording;

    @TempDir
    Path base;

    private final FullSyncProgress progress = new FullSyncProgress();
    private RecordedMaster master;
    private Replica replica;
    private DumpDirectory directory;

    @BeforeAll
    static void load() throws IOException {
        recording = Recording.ofVersion("3.5.5");
    }

    @BeforeEach
    void start() throws IOException {
        start(recording);
    }

    private void start(Recording played) throws IOException {
        master = RecordedMaster.start(played, MasterSetup.REAL);
        replica = new Replica(Replicas.config(master.port()));
        directory = new DumpDirectory(base, "connector", "test", "db0");
    }

    @AfterEach
    void stop() {
        directory.close();
        replica.close();
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    private Dump run() throws Exception {
        return new FullSync(replica, directory, progress, FullSyncOptions.DEFAULT, QUICK, RsyncDaemon.SEARCH_PATH)
                .run(EPOCH, true);
    }

    /** What is left of dumps: the connector's folder holds its lock, whatever happened. */
    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(base.resolve("connector.db0"))) {
            return all.filter(p -> !p.endsWith(DumpLock.FILE)).toList();
        }
    }

    private static void assertSameFiles(Path actual, Path expected) throws IOException {
        Files.walkFileTree(expected, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path pulled = actual.resolve(expected.relativize(file).toString());
                assertThat(Files.mismatch(pulled, file)).as(file.toString()).isEqualTo(-1);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void theDumpIsTheMastersByteForByte() throws Exception {
        Instant before = Instant.now();
        Dump dump = run();
        assertSameFiles(dump.directory(), recording.dump());
        assertThat(dump.position()).isEqualTo(recording.position());
        assertThat(dump.requested()).isBetween(before, Instant.now());
        assertThat(directory.complete(EPOCH)).contains(dump);
        assertThat(progress.filesTotal()).isEqualTo(recording.fileNames().size());
        assertThat(progress.filesDone()).isEqualTo(progress.filesTotal());
        assertThat(progress.bytesDone()).isPositive();
        assertThat(progress.attempts()).isEqualTo(1);
    }

    @Test
    void onlyTheOwnerCanReadADump() throws Exception {
        try (Stream<Path> all = Files.walk(run().directory())) {
            assertThat(all)
                    .allSatisfy(p -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(p)))
                            .isEqualTo(Files.isDirectory(p) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void theBinlogFollowsTheDumpOnTheSameSession() throws Exception {
        Dump dump = run();
        replica.follow(dump.position());
        BinlogItem first = replica.poll(Duration.ofSeconds(5)).orElseThrow();
        assertThat(first.start()).isEqualTo(dump.position());
        assertThat(master.replicationConnectionCount()).isEqualTo(1);
    }

    @Test
    void aFileLargerThanTheMastersBlocksArrivesWhole(@TempDir Path other) throws Exception {
        replica.close();
        master.close();
        Path dump = other.resolve("dump");
        Random random = new Random(1);
        for (String type : new String[] {"strings", "hashes", "lists", "zsets", "sets"}) {
            Files.createDirectories(dump.resolve(type));
            byte[] content = new byte[type.equals("strings") ? 35 << 20 : 0];
            random.nextBytes(content);
            Files.write(dump.resolve(type).resolve("000009.sst"), content);
        }
        Files.copy(recording.dump().resolve("info"), dump.resolve("info"));
        start(new Recording(dump, recording.position(), recording.items()));
        assertSameFiles(run().directory(), dump);
    }

    @Test
    void aDumpThatTakesItsTimeIsWaitedFor() throws Exception {
        replica.close();
        master.close();
        master = RecordedMaster.start(recording, MasterSetup.REAL.withDumpTaking(Duration.ofMillis(700)));
        replica = new Replica(Replicas.config(master.port()));
        run();
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(master.dumpsMade()).isEqualTo(1);
    }

    @Test
    void aMasterBefore353ThatSaysNothingWhileItMakesTheDumpIsAskedAgain() throws Exception {
        replica.close();
        master.close();
        master = RecordedMaster.start(recording, MasterSetup.REAL.withDumpTaking(Duration.ofMillis(2_500)));
        replica = new Replica(Replicas.config(master.port()));
        AtomicInteger unanswered = new AtomicInteger();
        master.rewritePull(answer -> {
            if (answer.getType() == Type.META && answer.getCode() == StatusCode.ERROR) {
                unanswered.incrementAndGet();
                return Optional.empty();
            }
            return Optional.of(answer);
        });
        assertSameFiles(run().directory(), recording.dump());
        assertThat(unanswered.get()).isPositive();
        assertThat(progress.attempts()).isEqualTo(1);
    }

    @Test
    void aDumpOf40IsPulledWithAllItsInstances() throws Exception {
        replica.close();
        master.close();
        Recording of40 = Recording.ofVersion("4.0.1");
        master = RecordedMaster.start(of40, MasterSetup.REAL.withVersion("4.0.0"));
        replica = new Replica(Replicas.config(master.port()));
        Dump dump = run();
        assertSameFiles(dump.directory(), of40.dump());
        assertThat(dump.position()).isEqualTo(of40.position());
        assertThat(replica.connected()).isTrue();
    }

    @Test
    void aLostPullConnectionBeginsItAgain() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> {
            if (answer.getType() == Type.FILE && pieces.incrementAndGet() == 7) {
                master.cutPull(true);
            }
            return Optional.of(answer);
        });
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(2);
        assertThat(progress.filesDone()).isEqualTo(progress.filesTotal());
    }

    @Test
    void aLostSessionIsAttachedAgainWhileThePullGoesOn() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> {
            if (answer.getType() == Type.FILE && pieces.incrementAndGet() == 7) {
                master.cutReplication(false);
                return Optional.empty(); // makes the pull last until it asks again
            }
            return Optional.of(answer);
        });
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(replica.sessionAlive()).isTrue();
        assertThat(master.dumpsMade()).isEqualTo(1);
    }

    @Test
    void anUnansweredRequestIsRepeated() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> answer.getType() == Type.FILE && pieces.incrementAndGet() == 3
                ? Optional.empty()
                : Optional.of(answer));
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(1);
    }

    @Test
    void shortAnswersAreContinuedByTheirCount() throws Exception {
        master.rewritePull(
                answer -> Optional.of(answer.getFileResp().getCount() > 5_000 ? cutTo(answer, 5_000) : answer));
        assertSameFiles(run().directory(), recording.dump());
    }

    private static Response cutTo(Response answer, int bytes) {
        ByteString data = answer.getFileResp().getData().substring(0, bytes);
        Response.Builder shorter = answer.toBuilder();
        shorter.getFileRespBuilder().setData(data).setCount(bytes).setEof(0);
        return shorter.build();
    }

    @Test
    void anotherDumpMeanwhileBeginsItAgain() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> Optional.of(
                answer.getType() == Type.FILE && pieces.incrementAndGet() == 5
                        ? answer.toBuilder().setSnapshotUuid("f".repeat(32)).build()
                        : answer));
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(2);
    }

    @Test
    void anotherListAtTheEndBeginsItAgain() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        master.rewritePull(answer -> {
            if (answer.getMetaResp().getFilenamesCount() > 1 && lists.incrementAndGet() == 2) {
                Response.Builder more = answer.toBuilder();
                more.getMetaRespBuilder().addFilenames("strings/000099.sst");
                return Optional.of(more.build());
            }
            return Optional.of(answer);
        });
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(2);
    }

    /** From 4.0.4 on each piece comes with the MD5 of its bytes. */
    @Test
    void aPieceThatDoesNotFitItsChecksumIsAskedForAgain() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> Optional.of(
                answer.getType() == Type.FILE ? summed(answer, pieces.incrementAndGet() % 5 == 3) : answer));
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(pieces.get()).isGreaterThan(recording.fileNames().size());
    }

    @Test
    void aFileThatNeverFitsItsChecksumEndsInAClearError() {
        master.rewritePull(answer -> Optional.of(
                answer.getType() == Type.FILE
                        ? summed(answer, answer.getFileResp().getFilename().equals("sets/CURRENT"))
                        : answer));
        assertThatThrownBy(this::run).hasMessageContainingAll("sets/CURRENT", "checksum", "4 attempts");
    }

    @Test
    void aMasterWhoseEveryPieceIsDamagedEndsInAClearError() throws Exception {
        LogLines log = LogLines.fromNow();
        AtomicInteger pieces = new AtomicInteger();
        master.rewritePull(answer -> {
            if (answer.getType() != Type.FILE) {
                return Optional.of(answer);
            }
            pieces.incrementAndGet();
            return Optional.of(summed(answer, true));
        });
        assertThatThrownBy(this::run).hasMessageContainingAll("info at 0", "checksum, 3 times", "4 attempts");
        assertThat(pieces).hasValue(4 * 3);
        assertThat(log.warnings("checksum"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("test/db0 of 127.0.0.1:" + master.port() + ": "));
    }

    private static Response summed(Response answer, boolean damaged) {
        Response.Builder with = answer.toBuilder();
        byte[] data = answer.getFileResp().getData().toByteArray();
        with.getFileRespBuilder().setChecksum(md5(data));
        if (damaged && data.length > 0) {
            data[data.length / 2] ^= 1;
            with.getFileRespBuilder().setData(ByteString.copyFrom(data));
        }
        return with.build();
    }

    private static String md5(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Another way of keeping dumps lists each of them once; that every piece named the same dump is as good. */
    @Test
    void aSecondListThatIsRefusedIsNotNeeded() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        master.rewritePull(answer -> Optional.of(
                answer.getMetaResp().getFilenamesCount() > 1 && lists.incrementAndGet() > 1
                        ? answer.toBuilder()
                                .setCode(StatusCode.ERROR)
                                .setSnapshotUuid("")
                                .clearMetaResp()
                                .build()
                        : answer));
        assertSameFiles(run().directory(), recording.dump());
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(lists.get()).isEqualTo(2);
    }

    @Test
    void aFileThatCannotBeReadEndsInAClearErrorAfterTheLastAttempt() throws Exception {
        master.rewritePull(answer -> Optional.of(
                answer.getFileResp().getFilename().equals("sets/CURRENT")
                        ? answer.toBuilder()
                                .setCode(StatusCode.ERROR)
                                .clearFileResp()
                                .build()
                        : answer));
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContainingAll("test/db0 of 127.0.0.1", "sets/CURRENT", "4 attempts", "dump-path")
                .hasMessageNotContaining("10001");
        assertThat(master.dumpsMade()).isGreaterThan(1);
    }

    @Test
    void anInfoThatIsCutShortIsNotTaken() throws Exception {
        master.rewritePull(answer -> {
            if (!answer.getFileResp().getFilename().equals("info")) {
                return Optional.of(answer);
            }
            Response.Builder shorter =
                    cutTo(answer, answer.getFileResp().getData().size() - 3).toBuilder();
            shorter.getFileRespBuilder().setEof(1);
            return Optional.of(shorter.build());
        });
        assertThatThrownBy(this::run).hasMessageContaining("info received is not the one");
        assertThat(directory.complete(EPOCH)).isEmpty();
    }

    @Test
    void aNameThatLeadsElsewhereIsRefusedAtOnce() throws Exception {
        master.rewritePull(answer -> {
            if (answer.getMetaResp().getFilenamesCount() < 2) {
                return Optional.of(answer);
            }
            Response.Builder bad = answer.toBuilder();
            bad.getMetaRespBuilder().addFilenames("../../evil");
            return Optional.of(bad.build());
        });
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("../../evil");
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void anInterruptEndsItAtOnce() throws Exception {
        master.rewritePull(answer -> answer.getType() == Type.FILE ? Optional.empty() : Optional.of(answer));
        AtomicReference<Exception> outcome = new AtomicReference<>();
        Thread running = new Thread(() -> {
            try {
                run();
            } catch (Exception e) {
                outcome.set(e);
            }
        });
        running.start();
        await().until(() -> progress.filesTotal() > 0);
        running.interrupt();
        running.join(3_000);
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(directory.complete(EPOCH)).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamedAtOnce() throws Exception {
        Path file = Files.createFile(base.resolve("file"));
        directory = new DumpDirectory(file, "connector", "test", "db0");
        assertThatThrownBy(this::run)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "snapshot.dir");
        assertThat(master.dumpsMade()).isZero();
    }

    @Test
    void aClientPortWithoutRoomForThatOfDumpsIsRefusedWithTheRemedy() {
        replica.close();
        replica = new Replica(Replicas.of(master.port())
                .ports(new ReplicaConfig.Ports(-1, 60_000 + 10_001))
                .config());
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll("70001", "pika.rsync.port");
    }
}
