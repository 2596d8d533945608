package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.FakePika;
import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.retry.Backoff;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each full sync has a dump made for it, and several of one master at the same time end all the same. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class FreshDumpTest {

    private static final FullSyncTimings QUICK = new FullSyncTimings(
            6,
            Backoff.ofMillis(20, 320),
            Backoff.ofMillis(20, 20),
            new FullSyncTimings.OfPull(Duration.ofSeconds(5), Duration.ofSeconds(2), 3),
            FullSyncTimings.OfPush.DEFAULT);
    /** So slow that others come in the middle of a pull. */
    private static final FullSyncOptions SLOW = new FullSyncOptions(8_000, List.of());

    private static final MasterSetup SETUP = MasterSetup.REAL.withTimes(Duration.ofMillis(100), Duration.ofSeconds(20));

    @TempDir
    Path base;

    private final List<AutoCloseable> open = new ArrayList<>();
    private FakePika pika;
    private int sources;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        pika.close();
        assertThat(pika.offences()).isEmpty();
    }

    private void master(MasterSetup setup) throws IOException {
        pika = FakePika.start(setup);
        write(50);
    }

    private void write(int keys) {
        for (int i = 0; i < keys; i++) {
            pika.execute(Command.of("SET", "k" + i, "v"));
        }
    }

    private Replica replica() {
        Replica made = new Replica(Replicas.of(pika.port())
                .name("test" + sources)
                .announcedPort(19_221 + 20 * sources++)
                .config());
        open.add(made);
        return made;
    }

    private static final class Source {

        private final FullSyncProgress progress = new FullSyncProgress();
        private final FutureTask<Dump> running;

        private Source(Replica replica, DumpDirectory directory, FullSyncOptions options) {
            running = new FutureTask<>(() ->
                    new FullSync(replica, directory, progress, options, QUICK, RsyncDaemon.SEARCH_PATH).run(1, true));
            Thread thread = new Thread(running, "full sync");
            thread.setDaemon(true);
            thread.start();
        }

        private Dump dump() throws Exception {
            return running.get(60, TimeUnit.SECONDS);
        }
    }

    private Source source() {
        return source(FullSyncOptions.DEFAULT);
    }

    private Source source(FullSyncOptions options) {
        Replica replica = replica();
        DumpDirectory directory = new DumpDirectory(base, "connector" + sources, "test", "db0");
        open.add(directory);
        return new Source(replica, directory, options);
    }

    @Test
    void aDumpThatTheMasterHasIsNotTaken() throws Exception {
        master(SETUP);
        source().dump();
        write(1);
        assertThat(source().dump().position()).isEqualTo(pika.end());
        assertThat(pika.dumpsMade()).isEqualTo(2);
    }

    @Test
    void aDumpThatIsBeingMadeForAnotherIsWaitedForAndNotTaken() throws Exception {
        master(SETUP.withDumpTaking(Duration.ofSeconds(2)));
        Replica another = replica();
        another.connect();
        another.requestDump(0);
        write(1);
        assertThat(source().dump().position()).isEqualTo(pika.end());
        assertThat(pika.dumpsMade()).isEqualTo(2);
    }

    @Test
    void aSourceWhosePullAnotherOneReplacesTakesTheNewDumpAndRequestsNoThird() throws Exception {
        master(SETUP);
        Source first = source(SLOW);
        await().until(() -> first.progress.filesDone() > 2);
        write(1); // so that the dumps can be told apart, as the files of real ones can
        Source second = source();
        assertThat(second.dump().position()).isEqualTo(pika.end());
        assertThat(first.dump().position()).isEqualTo(pika.end());
        assertThat(pika.dumpsMade()).isEqualTo(2);
        assertThat(first.progress.attempts()).isEqualTo(2);
    }

    /** Each is disturbed by every later one, and requests no other dump for that. */
    @Test
    void sourcesThatDisturbEachOtherAllEnd() throws Exception {
        master(SETUP);
        List<Source> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            write(1);
            Source next = source(SLOW);
            all.add(next);
            await().until(() -> next.progress.filesDone() > 2);
        }
        for (Source source : all) {
            assertThat(source.dump().position()).isEqualTo(pika.end());
        }
        assertThat(pika.dumpsMade()).isEqualTo(4);
    }

    /** It may not have come to anything, so the next request must not take the old dump either. */
    @Test
    void aRequestThatFailedIsMadeOnceMoreForADumpOfItsOwn() throws Exception {
        master(SETUP);
        source().dump();
        Replica replica = replica();
        replica.connect();
        DumpSession session = new DumpSession(replica, QUICK, new FullSyncProgress());
        pika.mischief().fallSilent(true);
        assertThatThrownBy(() -> session.request(false)).isInstanceOf(ReplicationException.class);
        pika.mischief().fallSilent(false);
        session.request(false);
        assertThat(pika.dumpsMade()).isEqualTo(2);
        await().until(() -> !replica.isMakingDump());
        session.request(false);
        assertThat(pika.dumpsMade()).isEqualTo(2);
    }
}
