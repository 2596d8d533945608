package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import io.pikaconnect.fullsync.PullProto.Type;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Items;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.retry.Backoff;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Pulls that are broken, stopped, or left alone by the master, and go on from what is there. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class ContinuedPullTest {

    private static final int ATTEMPTS = 2;
    private static final FullSyncTimings QUICK = new FullSyncTimings(
            ATTEMPTS,
            Backoff.ofMillis(20, 320),
            Backoff.ofMillis(20, 20),
            new FullSyncTimings.OfPull(Duration.ofSeconds(2), Duration.ofSeconds(1), 3),
            FullSyncTimings.OfPush.DEFAULT);
    private static final int FILES = 24;
    private static final BinlogPosition POSITION = new BinlogPosition(3, 1_000);
    private static final long EPOCH = 42;

    @TempDir
    Path base;

    @TempDir
    Path dump;

    /** Names of the files of which the master has sent something. */
    private final Set<String> sent = ConcurrentHashMap.newKeySet();

    private final FullSyncProgress progress = new FullSyncProgress();
    private RecordedMaster master;
    private Replica replica;
    private DumpDirectory directory;

    @BeforeEach
    void start() throws IOException {
        Random lengths = new Random(1);
        MadeDump made = MadeDump.in(dump);
        for (int i = 0; i < FILES; i++) {
            made.table(String.format("strings/%06d.sst", i), 10_000 + lengths.nextInt(10_000));
        }
        info(POSITION);
        start(List.of(), MasterSetup.REAL);
    }

    private void info(BinlogPosition position) throws IOException {
        Files.writeString(
                dump.resolve("info"), "0s\n127.0.0.1\n9221\n" + position.filenum() + "\n" + position.offset() + "\n");
    }

    private void start(List<BinlogItem> items, MasterSetup setup) throws IOException {
        master = RecordedMaster.start(new Recording(dump, POSITION, items), setup);
        replica = new Replica(Replicas.config(master.port()));
        directory = new DumpDirectory(base, "connector", "test", "db0");
        pullAnswers(answer -> answer);
    }

    private void again(List<BinlogItem> items, MasterSetup setup) throws IOException {
        stop();
        start(items, setup);
    }

    @AfterEach
    void stop() {
        directory.close();
        replica.close();
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    /** Null is not sent. */
    private void pullAnswers(UnaryOperator<Response> rewriting) {
        master.rewritePull(answer -> {
            Optional<Response> rewritten = Optional.ofNullable(rewriting.apply(answer));
            rewritten
                    .filter(r -> r.getType() == Type.FILE)
                    .ifPresent(r -> sent.add(r.getFileResp().getFilename()));
            return rewritten;
        });
    }

    /** Cuts the connection at every so many pieces. */
    private void cutAtEvery(int pieces) {
        AtomicInteger count = new AtomicInteger();
        pullAnswers(answer -> {
            if (answer.getType() == Type.FILE && count.incrementAndGet() % pieces == 0) {
                master.cutPull(false);
                return null;
            }
            return answer;
        });
    }

    private Dump run(long epoch) throws Exception {
        return new FullSync(replica, directory, progress, FullSyncOptions.DEFAULT, QUICK, RsyncDaemon.SEARCH_PATH)
                .run(epoch, true);
    }

    private FutureTask<Dump> running() {
        FutureTask<Dump> task = new FutureTask<>(() -> run(EPOCH));
        Thread thread = new Thread(task, "full sync");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Stops a full sync, as a stop of the task does, when so many files are here. */
    private void stopAt(int files) throws Exception {
        FutureTask<Dump> task = new FutureTask<>(() -> run(EPOCH));
        Thread thread = new Thread(task, "full sync");
        thread.start();
        await().until(() -> progress.filesDone() >= files);
        thread.interrupt();
        thread.join(5_000);
        assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
        directory.close();
        replica.close();
    }

    private List<String> here() throws IOException {
        List<String> names = new ArrayList<>();
        Files.walkFileTree(base.resolve("connector.db0"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".sst")) {
                    names.add("strings/" + file.getFileName());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // it has just got its name
            }
        });
        return names;
    }

    private void assertComplete(Dump received) throws IOException {
        try (Stream<Path> all = Files.walk(dump)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(Files.mismatch(
                                received.directory()
                                        .resolve(dump.relativize(file).toString()),
                                file))
                        .as(file.toString())
                        .isEqualTo(-1);
            }
        }
        try (Stream<Path> all = Files.list(received.directory())) {
            assertThat(all.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "strings", "hashes", "lists", "sets", "zsets", "info", "pika-connect.properties");
        }
    }

    @Test
    void breaksWithoutNumberDoNotEndAPullThatGetsOn() throws Exception {
        cutAtEvery(11);
        assertComplete(run(EPOCH));
        assertThat(progress.attempts()).isGreaterThan(ATTEMPTS + 1);
        assertThat(progress.filesDone()).isEqualTo(progress.filesTotal());
        assertThat(master.dumpsMade()).isEqualTo(1);
    }

    @Test
    void aPullThatDoesNotGetOnEndsAfterSomeAttempts() {
        cutAtEvery(1);
        assertThatThrownBy(() -> run(EPOCH)).hasMessageContaining("the last of " + ATTEMPTS + " attempts in a row");
    }

    @Test
    void aStoppedPullIsContinuedByTheNextTask() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        stopAt(8);
        List<String> here = here();
        assertThat(here).isNotEmpty();

        sent.clear();
        pullAnswers(answer -> answer);
        replica = new Replica(Replicas.config(master.port()));
        directory = new DumpDirectory(base, "connector", "test", "db0");
        directory.keepPulled();
        assertComplete(run(EPOCH + 1));
        assertThat(sent).doesNotContainAnyElementsOf(here);
        assertThat(sent).contains("info", "strings/CURRENT", "strings/000012.sst");
        assertThat(directory.complete(EPOCH)).isEmpty();
        assertThat(directory.complete(EPOCH + 1)).isPresent();
        assertThat(master.dumpsMade()).isEqualTo(1);
    }

    @Test
    void aCompleteDumpOfWhichNothingWasStoredYetIsNotPulledAgain() throws Exception {
        run(EPOCH);
        directory.close();
        replica.close();
        sent.clear();
        replica = new Replica(Replicas.config(master.port()));
        directory = new DumpDirectory(base, "connector", "test", "db0");
        assertComplete(run(EPOCH + 1));
        assertThat(sent).noneMatch(name -> name.endsWith(".sst"));
    }

    @Test
    void anotherDumpOfTheMasterIsPulledWhole() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        stopAt(8);
        info(new BinlogPosition(3, 2_000));
        again(List.of(), MasterSetup.REAL);
        sent.clear();
        assertComplete(run(EPOCH));
        assertThat(sent.stream().filter(name -> name.endsWith(".sst"))).hasSize(FILES);
    }

    @Test
    void aDumpOfTheSamePositionWithOtherFilesIsPulledWhole() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        stopAt(8);
        Files.move(dump.resolve("strings/000023.sst"), dump.resolve("strings/000024.sst"));
        again(List.of(), MasterSetup.REAL);
        sent.clear();
        assertComplete(run(EPOCH));
        assertThat(sent.stream().filter(name -> name.endsWith(".sst"))).hasSize(FILES);
    }

    @Test
    void aMasterThatIsAwayInTheMiddleOfThePullIsWaitedForHoweverLong() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        FutureTask<Dump> running = running();
        await().until(() -> progress.filesDone() > 8);
        List<String> here = here();
        awayFor(2 * ATTEMPTS);
        sent.clear();
        pullAnswers(answer -> answer);
        assertThat(running.isDone()).isFalse();
        master.start();

        assertComplete(running.get(60, TimeUnit.SECONDS));
        assertThat(sent).doesNotContainAnyElementsOf(here);
    }

    @Test
    void aMasterThatIsAwayWhileItsDumpIsWaitedForIsWaitedForHoweverLong() throws Exception {
        again(List.of(), MasterSetup.REAL.withDumpTaking(Duration.ofSeconds(2)));
        FutureTask<Dump> running = running();
        await().until(() -> progress.text().startsWith("waiting for the master's dump, for "));
        awayFor(2 * ATTEMPTS);
        assertThat(running.isDone()).isFalse();
        master.start();
        assertComplete(running.get(60, TimeUnit.SECONDS));
    }

    @Test
    void aMasterThatIsAwayBeforeAnythingWasAskedIsWaitedForHoweverLong() throws Exception {
        replica.connect();
        master.stop();
        FutureTask<Dump> running = running();
        awayFor(2 * ATTEMPTS);
        assertThat(running.isDone()).isFalse();
        master.start();
        assertComplete(running.get(60, TimeUnit.SECONDS));
    }

    private void awayFor(int connects) {
        long before = replica.connectionFailures();
        master.stop();
        await().atMost(Duration.ofSeconds(60)).until(() -> replica.connectionFailures() >= before + connects);
    }

    @Test
    void aPullPortThatDoesNotAnswerIsNoMasterThatIsAway() {
        pullAnswers(answer -> answer.getType() == Type.FILE ? null : answer);
        assertThatThrownBy(() -> run(EPOCH))
                .hasMessageContainingAll("did not answer for info", "although the master answers", "+ 10001");
    }

    @Test
    void aSessionThatIsLostWhileTheLogGrowsKeepsTheDumpThatIsBeingPulled() throws Exception {
        again(Items.overFiles(POSITION, 60, 1), MasterSetup.REAL);
        AtomicInteger pieces = new AtomicInteger();
        pullAnswers(answer -> {
            if (answer.getType() == Type.FILE && pieces.incrementAndGet() == 9) {
                master.cutReplication(false);
                return null; // makes the pull last until it asks again
            }
            return answer;
        });
        assertComplete(run(EPOCH));
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(master.dumpsMade()).isEqualTo(1);
        assertThat(replica.sessionAlive()).isTrue();
    }

    @Test
    void aDumpWhoseLogWasRemovedWhileThereWasNoSessionIsNotTaken() throws Exception {
        again(Items.overFiles(POSITION, 5, 1), MasterSetup.REAL);
        AtomicInteger pieces = new AtomicInteger();
        pullAnswers(answer -> {
            if (answer.getType() == Type.FILE && pieces.incrementAndGet() == 9) {
                master.cutReplication(false);
                master.purgeBefore(POSITION.filenum() + 2);
                return null;
            }
            return answer;
        });
        assertThatThrownBy(() -> run(EPOCH)).hasMessageContainingAll("has removed its log", "expire-logs-nums");
    }

    /** What it changes then is neither in that dump nor in its log. */
    @Test
    void aPullInWhichTheMasterStopsToLogIsNotContinued() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        FutureTask<Dump> running = running();
        await().until(() -> progress.filesDone() > 8);
        master.writesBinlog(false);
        assertThatThrownBy(() -> running.get(60, TimeUnit.SECONDS)).hasMessageContaining("write-binlog is off");
        assertThat(here()).isEmpty();
    }

    /** It was the dump of an epoch that came after another one: why that one ended nobody knows any more. */
    @Test
    void aStoppedPullOfALaterFullSyncIsNotContinued() throws Exception {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst") ? null : answer);
        FutureTask<Dump> task = new FutureTask<>(() -> new FullSync(
                        replica, directory, progress, FullSyncOptions.DEFAULT, QUICK, RsyncDaemon.SEARCH_PATH)
                .run(EPOCH, false));
        Thread thread = new Thread(task, "full sync");
        thread.start();
        await().until(() -> progress.filesDone() > 8);
        thread.interrupt();
        thread.join(5_000);
        assertThat(here()).isEmpty();
    }

    @Test
    void aMasterThatCannotReadAFileIsAskedForAnotherDump() {
        pullAnswers(answer -> answer.getFileResp().getFilename().endsWith("12.sst")
                ? answer.toBuilder().setCode(StatusCode.ERROR).clearFileResp().build()
                : answer);
        assertThatThrownBy(() -> run(EPOCH))
                .hasMessageContainingAll("can no longer read strings/000012.sst", "check its log");
    }
}
