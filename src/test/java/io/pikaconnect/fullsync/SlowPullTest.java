package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.retry.Backoff;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pulls over a slow link, and pulls that are to be slow. */
@Timeout(60)
class SlowPullTest {

    private static final FullSyncTimings QUICK = new FullSyncTimings(
            1,
            Backoff.ofMillis(20, 320),
            Backoff.ofMillis(20, 20),
            new FullSyncTimings.OfPull(Duration.ofSeconds(2), Duration.ofMillis(500), 2),
            FullSyncTimings.OfPush.DEFAULT);
    private static final int FILES = 4;
    private static final int FILE = 200_000;

    @TempDir
    Path base;

    @TempDir
    Path dump;

    private final FullSyncProgress progress = new FullSyncProgress();
    private RecordedMaster master;
    private Replica replica;

    @BeforeEach
    void start() throws Exception {
        MadeDump made = MadeDump.in(dump);
        for (int i = 0; i < FILES; i++) {
            made.table("strings/" + i + ".sst", FILE);
        }
        master = RecordedMaster.start(new Recording(dump, BinlogPosition.ZERO, List.of()), MasterSetup.REAL);
        replica = new Replica(Replicas.config(master.port()));
    }

    @AfterEach
    void stop() {
        replica.close();
        master.close();
    }

    private Dump run(FullSyncOptions options) throws Exception {
        try (DumpDirectory directory = new DumpDirectory(base, "connector", "test", "db0")) {
            return new FullSync(replica, directory, progress, options, QUICK, RsyncDaemon.SEARCH_PATH).run(1, true);
        }
    }

    private void assertComplete(Dump received) throws Exception {
        for (int i = 0; i < FILES; i++) {
            assertThat(Files.mismatch(
                            received.directory().resolve("strings/" + i + ".sst"),
                            dump.resolve("strings/" + i + ".sst")))
                    .isEqualTo(-1);
        }
    }

    @Test
    void aSlowLinkIsSlowAndNoError() throws Exception {
        master.pullSpeed(100_000); // a piece takes four times as long as an answer may be away
        assertComplete(run(FullSyncOptions.DEFAULT));
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(progress.bytesDone()).isLessThan(FILES * FILE + 1_000);
    }

    @Test
    void anAnswerThatIsLostOnALinkThatIsNeverQuietIsAskedForAgain() throws Exception {
        master.pullSpeed(300_000);
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger othersComplete = new AtomicInteger();
        AtomicInteger completeWhenAskedAgain = new AtomicInteger();
        master.rewritePull(answer -> {
            String name = answer.getFileResp().getFilename();
            if (name.equals("strings/0.sst")) {
                int times = asked.incrementAndGet();
                if (times == 2) {
                    completeWhenAskedAgain.set(othersComplete.get());
                }
                return times == 1 ? Optional.empty() : Optional.of(answer);
            }
            othersComplete.addAndGet(
                    name.endsWith(".sst") ? answer.getFileResp().getEof() : 0);
            return Optional.of(answer);
        });
        assertComplete(run(new FullSyncOptions(FullSyncOptions.LEAST, List.of())));
        assertThat(progress.attempts()).isEqualTo(1);
        assertThat(completeWhenAskedAgain.get()).isLessThan(FILES - 1);
    }

    @Test
    void theLimitHoldsForAllReadersTogether() throws Exception {
        long limit = 200_000;
        AtomicLong bytes = new AtomicLong();
        master.rewritePull(answer -> {
            bytes.addAndGet(answer.getFileResp().getCount());
            return Optional.of(answer);
        });
        long begin = System.nanoTime();
        assertComplete(run(new FullSyncOptions(limit, List.of())));
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(bytes.get()).isGreaterThanOrEqualTo(FILES * FILE);
        // Every reader may have one piece under way that has not been waited for.
        long waitedFor = bytes.get() - PullConnection.READERS * (limit / 8);
        assertThat(waitedFor / seconds).isLessThanOrEqualTo(limit);
    }

    @Test
    void piecesGrowOnAQuickLinkAndShrinkOnASlowOneOrWithALimit() {
        PieceSize size = new PieceSize(FullSyncOptions.UNLIMITED);
        for (int i = 0; i < 10; i++) {
            size.took(Duration.ofMillis(100).toNanos());
        }
        assertThat(size.bytes()).isEqualTo(4 << 20);
        size.took(Duration.ofSeconds(3).toNanos());
        assertThat(size.bytes()).isEqualTo(4 << 20);
        for (int i = 0; i < 20; i++) {
            size.took(Duration.ofSeconds(30).toNanos());
        }
        assertThat(size.bytes()).isEqualTo(16 << 10);
        PieceSize limited = new PieceSize(800_000);
        for (int i = 0; i < 10; i++) {
            limited.took(1);
        }
        assertThat(limited.bytes()).isEqualTo(100_000);
    }

    @Test
    void piecesStaySmallWhereTheMasterAnswersAtOnceUntilItTakesLonger() {
        PieceSize size = new PieceSize(FullSyncOptions.UNLIMITED);
        for (int i = 0; i < 10; i++) {
            size.took(Duration.ofMillis(2).toNanos());
        }
        assertThat(size.bytes()).isEqualTo(512 << 10);
        size.took(Duration.ofMillis(40).toNanos());
        assertThat(size.bytes()).isEqualTo(1 << 20);
    }
}
