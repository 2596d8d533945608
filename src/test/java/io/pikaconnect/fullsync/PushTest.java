package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.NeedsRsync;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RsyncPush;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.fullsync.FullSyncTimings.OfPush;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Items;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.retry.Backoff;
import io.pikaconnect.tool.ChildJvm;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Full syncs that the master pushes with the real rsync. */
@NeedsRsync
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class PushTest {

    private static final int ATTEMPTS = 4;

    /** Waits longer for everything than the slowest machine takes. */
    private static final OfPush PATIENT = new OfPush(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(20));
    /** Soon certain that nothing follows the connection with which a push ends. */
    private static final OfPush CUT =
            new OfPush(PATIENT.first(), PATIENT.quiet(), Duration.ofSeconds(3), PATIENT.refused(), PATIENT.look());

    private static final long EPOCH = 42;
    private static final int SLOW = 1_500;
    /** So slow that a file can be caught in its middle. */
    private static final int CRAWLING = 300;

    private static final int FILE_BYTES = 1 << 20;
    private static final int IN_THE_FIRST_FILE = FILE_BYTES / 2;
    private static final int FIRST_PORT = 31_000;
    private static final AtomicInteger PORTS =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(85));

    @TempDir
    Path base;

    @TempDir
    Path other;

    private final FullSyncProgress progress = new FullSyncProgress();
    private final int announced = freePort();
    private RecordedMaster master;
    private Replica replica;
    private DumpDirectory directory;

    @BeforeEach
    void start() {
        directory = new DumpDirectory(base, "connector", "test", "db0");
    }

    @AfterEach
    void stop() {
        directory.close();
        replica.close();
        master.close();
        assertThat(master.offences()).isEmpty();
    }

    /** A port that no other test has, and whose successors up to + 1010 are free, too. */
    private static int freePort() {
        while (true) {
            int port = FIRST_PORT + 20 * (PORTS.getAndIncrement() % 85);
            try (ServerSocket first = new ServerSocket(port + PushPort.SHIFT);
                    ServerSocket second = new ServerSocket(port + PushPort.SHIFT + 2)) {
                assertThat(first.getLocalPort()).isNotEqualTo(second.getLocalPort());
                return port;
            } catch (IOException e) {
                // taken, the next
            }
        }
    }

    private void start(PikaRelease release) throws IOException {
        start(Recording.ofVersion(release.reported()), MasterSetup.of(release));
    }

    private void start(Recording recording, MasterSetup setup) throws IOException {
        master = RecordedMaster.start(recording, setup);
        replica = new Replica(config(Optional.empty()));
    }

    /** A dump that takes a few seconds to push at {@link #SLOW}. */
    private Recording large(String info) throws IOException {
        Path dump = other.resolve("dump");
        MadeDump made = MadeDump.in(dump).info(info);
        for (String type : RsyncDaemon.TYPES) {
            made.table(type + "/000007.sst", FILE_BYTES);
        }
        Recording recorded = Recording.ofVersion("3.3.6");
        return new Recording(dump, recorded.position(), recorded.items());
    }

    private Recording large() throws IOException {
        return large("0s\n127.0.0.1\n8900\n2\n95725\n");
    }

    private ReplicaConfig config(Optional<String> host) {
        Replicas.Settings settings = Replicas.of(master.port()).announcedPort(announced);
        master.password().ifPresent(settings::password);
        host.ifPresent(settings::announcedHost);
        return settings.config();
    }

    private Dump run(OfPush push) throws Exception {
        return run(push, RsyncDaemon.SEARCH_PATH);
    }

    private Dump run(OfPush push, String searchPath) throws Exception {
        FullSyncTimings timings = new FullSyncTimings(
                ATTEMPTS, Backoff.ofMillis(20, 320), Backoff.ofMillis(20, 20), FullSyncTimings.OfPull.DEFAULT, push);
        return new FullSync(replica, directory, progress, FullSyncOptions.DEFAULT, timings, searchPath)
                .run(EPOCH, true);
    }

    private FutureTask<Dump> running(OfPush push) {
        FutureTask<Dump> task = new FutureTask<>(() -> run(push));
        Thread thread = new Thread(task, "full sync");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Soon certain that nobody comes any more who knows the password. */
    private static OfPush refusing(Duration soon) {
        return new OfPush(PATIENT.first(), PATIENT.quiet(), PATIENT.end(), soon, PATIENT.look());
    }

    private static OfPush within(Duration first, Duration quiet) {
        return new OfPush(first, quiet, PATIENT.end(), PATIENT.refused(), PATIENT.look());
    }

    /** What is left of dumps: the connector's folder holds its lock, whatever happened. */
    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(base.resolve("connector.db0"))) {
            return all.filter(p -> !p.endsWith(DumpLock.FILE)).toList();
        }
    }

    private static void assertSameFiles(Path actual, Path expected) throws IOException {
        assertThat(files(actual)).containsExactlyElementsOf(files(expected));
        for (String file : files(expected)) {
            assertThat(Files.mismatch(actual.resolve(file), expected.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> directory.relativize(f).toString())
                    .filter(name -> !name.equals(Label.FILE))
                    .sorted()
                    .toList();
        }
    }

    private boolean isListening(String host, int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(host), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    /** The daemons that serve this test's folder. */
    private List<ProcessHandle> daemons(ProcessHandle of) {
        return of.descendants()
                .filter(p -> p.info().commandLine().orElse("").contains("--daemon"))
                .filter(this::isInThisFolder)
                .toList();
    }

    private boolean isInThisFolder(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .startsWith(base.toRealPath());
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    @ParameterizedTest
    @CsvSource({"V320,", "V336,", "V336, pass#word %PATH%"})
    void theDumpIsTheMastersByteForByteAndTheBinlogFollowsIt(PikaRelease release, String password) throws Exception {
        MasterSetup setup = MasterSetup.of(release);
        Recording recording = Recording.ofVersion(release.reported());
        start(recording, password == null ? setup : setup.withPassword(password));
        Dump dump = run(PATIENT);

        assertSameFiles(dump.directory(), recording.dump());
        assertThat(dump.position()).isEqualTo(recording.position());
        assertThat(directory.complete(EPOCH)).contains(dump);
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(progress.bytesDone()).isPositive();
        assertThat(isListening("127.0.0.1", announced + PushPort.SHIFT)).isFalse();
        assertThat(daemons(ProcessHandle.current())).isEmpty();

        replica.follow(dump.position());
        BinlogItem first = replica.poll(Duration.ofSeconds(10)).orElseThrow();
        assertThat(first.start()).isEqualTo(dump.position());
    }

    @Test
    void aMasterThatIsAwayInTheMiddleOfItsPushIsWaitedFor() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        master.pushSpeed(CRAWLING);
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> progress.bytesDone() > IN_THE_FIRST_FILE);
        long before = replica.connectionFailures();
        master.stop();
        master.cutPush();
        await().atMost(Duration.ofSeconds(60)).until(() -> replica.connectionFailures() > before + ATTEMPTS);
        assertThat(running.isDone()).isFalse();
        master.pushSpeed(1_000_000);
        master.start();
        assertSameFiles(running.get().directory(), other.resolve("dump"));
    }

    @Test
    void aPushThatIsCutInTheMiddleIsAskedForAgainAtTheSameAddress() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        master.pushSpeed(CRAWLING);
        FutureTask<Dump> running = running(CUT);
        await().until(() -> progress.bytesDone() > IN_THE_FIRST_FILE);
        master.pushSpeed(1_000_000);
        master.cutPush();

        Dump dump = running.get();
        assertSameFiles(dump.directory(), other.resolve("dump"));
        assertThat(progress.attempts()).isEqualTo(2);
        assertThat(master.pushes()).isEqualTo(2);
        assertThat(replica.announced().orElseThrow().getPort()).isEqualTo(announced);
    }

    @Test
    void anAddressThatTheMasterDoesNotServeAnyMoreIsGivenUpForAnother() throws Exception {
        start(PikaRelease.V336);
        master.dumpsMissing(true);
        FutureTask<Dump> running = running(within(Duration.ofSeconds(2), Duration.ofSeconds(60)));
        await().until(() -> progress.attempts() == 2);
        master.dumpsMissing(false);

        assertThat(running.get().position()).isEqualTo(master.recording().position());
        assertThat(replica.announced().orElseThrow().getPort()).isEqualTo(announced + 2);
    }

    private void startWithAnOldPasswordInRsync() throws IOException {
        start(Recording.ofVersion("3.3.6"), MasterSetup.of(PikaRelease.V336).withPassword("of its start"));
        master.password("of now");
        replica.close();
        replica = new Replica(config(Optional.empty()));
    }

    @Test
    void aMasterWhoseRsyncHasThePasswordOfItsStartIsRefusedWithTheRemedy() throws Exception {
        startWithAnOldPasswordInRsync();
        assertThatThrownBy(() -> run(refusing(Duration.ofMillis(500))))
                .isInstanceOfSatisfying(ReplicationException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
                    assertThat(e.concern()).isEqualTo(ReplicationException.Concern.PASSWORD);
                })
                .hasMessageContainingAll("when it started", "Restart the master", "pika.password");
        assertThat(master.pushes()).isEqualTo(3);
        master.stop();
        master.start();
        assertThat(run(PATIENT).position()).isEqualTo(master.recording().position());
    }

    @Test
    void aPushWithAnotherPasswordIsRepeatedAtTheSameAddress() throws Exception {
        startWithAnOldPasswordInRsync();
        FutureTask<Dump> running = running(refusing(Duration.ofSeconds(3)));
        await().until(() -> progress.attempts() == 2);
        master.startRsync();
        assertThat(running.get().position()).isEqualTo(master.recording().position());
        assertThat(replica.announced().orElseThrow().getPort()).isEqualTo(announced);
    }

    @Test
    void aDumpMayTakeLongerThanAPushMayTakeToBegin() throws Exception {
        start(Recording.ofVersion("3.3.6"), MasterSetup.of(PikaRelease.V336).withDumpTaking(Duration.ofSeconds(5)));
        assertThat(run(within(Duration.ofSeconds(2), Duration.ofSeconds(60))).position())
                .isEqualTo(master.recording().position());
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(replica.announced().orElseThrow().getPort()).isEqualTo(announced);
    }

    @Test
    void aPortThatIsTakenIsGivenUpForAnother() throws Exception {
        start(PikaRelease.V336);
        try (ServerSocket taken = new ServerSocket(announced + PushPort.SHIFT, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run(PATIENT).position()).isEqualTo(master.recording().position());
            assertThat(taken.isBound()).isTrue();
        }
        assertThat(replica.announced().orElseThrow().getPort()).isEqualTo(announced + 2);
    }

    @Test
    void aMasterThatHangsInTheMiddleIsGivenUpAndItsConnectionBroken() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        master.pushSpeed(CRAWLING);
        FutureTask<Dump> running = running(within(Duration.ofSeconds(60), Duration.ofSeconds(2)));
        await().until(() -> progress.bytesDone() > IN_THE_FIRST_FILE);
        master.freezePush();
        await().until(() -> progress.attempts() == 2);
        master.pushSpeed(1_000_000);
        master.cutPush();

        assertSameFiles(running.get().directory(), other.resolve("dump"));
    }

    @Test
    void anInfoThatWasCutIsNotTaken() throws Exception {
        start(large("0s\n127.0.0.1\n8900\n2\n9572"), MasterSetup.of(PikaRelease.V336));
        assertThatThrownBy(() -> run(PATIENT))
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRY))
                .hasMessageContainingAll("info is truncated", "4 attempts");
        assertThat(left()).isEmpty();
    }

    @Test
    void theBinlogIsKeptWhileTheDumpComes() throws Exception {
        BinlogPosition begin = new BinlogPosition(3, 1_000);
        Recording recording =
                new Recording(large("0s\n127.0.0.1\n8900\n3\n1000\n").dump(), begin, Items.overFiles(begin, 40, 5));
        start(recording, MasterSetup.of(PikaRelease.V336).withBinlogFiles(1, Duration.ofMillis(20)));
        master.writeUpTo(0);
        master.purgeBefore(begin.filenum());
        master.pushSpeed(SLOW);
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> progress.bytesDone() > FILE_BYTES);
        master.writeUpTo(Integer.MAX_VALUE);

        Dump dump = running.get();
        assertThat(master.firstFile()).isEqualTo(begin.filenum());
        assertThat(progress.attempts()).isEqualTo(1);
        replica.follow(dump.position());
        for (BinlogItem item : recording.items()) {
            assertThat(replica.poll(Duration.ofSeconds(10)).orElseThrow().end()).isEqualTo(item.end());
        }
    }

    @Test
    void aDumpWhoseLogWasLostMeanwhileIsNotTaken() throws Exception {
        BinlogPosition begin = new BinlogPosition(3, 1_000);
        Recording recording =
                new Recording(large("0s\n127.0.0.1\n8900\n3\n1000\n").dump(), begin, Items.overFiles(begin, 40, 5));
        start(recording, MasterSetup.of(PikaRelease.V336));
        master.writeUpTo(0);
        master.pushSpeed(SLOW);
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> progress.bytesDone() > 1 << 20);
        master.purgeBefore(begin.filenum() + 1);
        master.pushSpeed(1_000_000);
        assertThatThrownBy(running::get)
                .hasCauseInstanceOf(ReplicationException.class)
                .hasMessageContainingAll("has removed its log", "expire-logs-nums");
    }

    @Test
    void aStrangersPushDoesNoHarm() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336).withDumpTaking(Duration.ofSeconds(4)));
        FutureTask<Dump> running = running(refusing(Duration.ofMillis(1_500)));
        await().until(() -> isListening("127.0.0.1", announced + PushPort.SHIFT));
        Recording evil = Recording.ofVersion("3.2.0");
        boolean taken = new RsyncPush(
                        evil.dump(), "127.0.0.1", announced + PushPort.SHIFT, "db0", Optional.of("guess"), 1_000_000)
                .run();

        assertThat(taken).isFalse();
        assertSameFiles(running.get().directory(), other.resolve("dump"));
        assertThat(progress.attempts()).isEqualTo(1);
    }

    @Test
    void aStrangerWhoStaysDoesNotHoldUpTheMaster() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336).withDumpTaking(Duration.ofSeconds(3)));
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> isListening("127.0.0.1", announced + PushPort.SHIFT));
        try (Socket stranger = new Socket("127.0.0.1", announced + PushPort.SHIFT)) {
            stranger.getOutputStream().write('?');
            assertSameFiles(running.get(30, TimeUnit.SECONDS).directory(), other.resolve("dump"));
            assertThat(progress.attempts()).isEqualTo(1);
        }
        assertThat(daemons(ProcessHandle.current())).isEmpty();
    }

    @Test
    void strangersWhoStaySilentDoNotShutTheMasterOut() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336).withDumpTaking(Duration.ofSeconds(3)));
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> isListening("127.0.0.1", announced + PushPort.SHIFT));
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                strangers.add(new Socket("127.0.0.1", announced + PushPort.SHIFT));
            }
            assertSameFiles(running.get(30, TimeUnit.SECONDS).directory(), other.resolve("dump"));
            assertThat(progress.attempts()).isEqualTo(1);
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void whatIsPushedOnlyTheOwnerCanRead() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        Files.setPosixFilePermissions(other.resolve("dump/strings"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(
                other.resolve("dump/strings/CURRENT"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Path dump = run(PATIENT).directory();
        try (Stream<Path> all = Files.walk(dump)) {
            assertThat(all)
                    .allSatisfy(p -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(p)))
                            .isEqualTo(Files.isDirectory(p) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void aFolderWithLineEndsInItsNameAddsNothingToTheSettingsOfRsync() throws Exception {
        start(PikaRelease.V336);
        Path executed = other.resolve("executed");
        Path folder =
                Path.of(base + "/x\n[document]\npath = /tmp\nauth users =\npre-xfer exec = id > " + executed + "\n#");
        directory = new DumpDirectory(folder, "connector", "test", "db0");
        assertThat(run(PATIENT).position()).isEqualTo(master.recording().position());
        assertThat(executed).doesNotExist();
    }

    @Test
    void listensOnTheAnnouncedAddressOnlyAndOnlyWhileItWaits() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336).withDumpTaking(Duration.ofSeconds(2)));
        int port = announced + PushPort.SHIFT;
        assertThat(isListening("127.0.0.1", port)).isFalse();
        FutureTask<Dump> running = running(PATIENT);
        await().until(() -> isListening("127.0.0.1", port));
        assertThat(isListening("127.0.0.2", port)).isFalse();
        running.get();
        assertThat(isListening("127.0.0.1", port)).isFalse();
    }

    @Test
    void withoutTheProgramTheErrorNamesItsPackage() throws Exception {
        start(PikaRelease.V336);
        assertThatThrownBy(() -> run(PATIENT, ""))
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("install the package rsync");
        assertThat(master.dumpsMade()).isZero();
        assertThat(left()).isEmpty();
    }

    @Test
    void anAddressThatIsNotOursIsNamed() throws Exception {
        start(PikaRelease.V336);
        replica.close();
        ReplicaConfig config = config(Optional.of("192.0.2.1"));
        replica = new Replica(config);
        assertThatThrownBy(() -> run(PATIENT))
                .isInstanceOfSatisfying(
                        ReplicationException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContainingAll("192.0.2.1", "replica.address");
        assertThat(master.dumpsMade()).isZero();
    }

    @Test
    void anInterruptEndsItAndLeavesNothing() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        master.pushSpeed(CRAWLING);
        FutureTask<Dump> running = new FutureTask<>(() -> run(PATIENT));
        Thread thread = new Thread(running, "full sync");
        thread.start();
        await().until(() -> progress.bytesDone() > IN_THE_FIRST_FILE);
        assertThat(daemons(ProcessHandle.current())).isNotEmpty();
        thread.interrupt();
        thread.join(5_000);

        assertThatThrownBy(running::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(left()).isEmpty();
        assertThat(daemons(ProcessHandle.current())).isEmpty();
        assertThat(isListening("127.0.0.1", announced + PushPort.SHIFT)).isFalse();
    }

    @Test
    void aKilledWorkerLeavesNoDaemon() throws Exception {
        start(large(), MasterSetup.of(PikaRelease.V336));
        master.pushSpeed(CRAWLING);
        int port = announced + PushPort.SHIFT;
        try (ChildJvm worker = ChildJvm.start(
                Worker.class.getName(),
                List.of(),
                ChildJvm.classPath(),
                other.resolve("worker.log"),
                base.toString(),
                Integer.toString(master.port()),
                Integer.toString(announced))) {
            ProcessHandle child = ProcessHandle.of(worker.pid()).orElseThrow();
            await().atMost(Duration.ofSeconds(60)).until(() -> daemons(child).size() >= 2);
            List<ProcessHandle> daemons = daemons(child);
            assertThat(isListening("127.0.0.1", port)).isTrue();
            worker.kill();

            await().atMost(Duration.ofSeconds(10)).until(() -> daemons.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(isListening("127.0.0.1", port)).isFalse();
        }
        assertThat(directory.complete(EPOCH)).isEmpty();
    }

    /** A worker that takes a full sync. */
    public static final class Worker {

        private Worker() {}

        /** Snapshot directory, the master's port, the announced one. */
        public static void main(String[] args) throws Exception {
            ReplicaConfig config = Replicas.of(Integer.parseInt(args[1]))
                    .announcedPort(Integer.parseInt(args[2]))
                    .config();
            new FullSync(
                            new Replica(config),
                            new DumpDirectory(Path.of(args[0]), "connector", "test", "db0"),
                            new FullSyncProgress(),
                            FullSyncOptions.DEFAULT)
                    .run(EPOCH, true);
        }
    }
}
