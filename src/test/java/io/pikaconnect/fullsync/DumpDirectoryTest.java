package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DumpDirectoryTest {

    private static final Instant REQUESTED = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    Path base;

    private DumpDirectory directory;

    @BeforeEach
    void create() {
        directory = of("my/connector.eu", "db0");
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private DumpDirectory of(String connector, String database) {
        return new DumpDirectory(base, connector, "my/pika.eu", database);
    }

    private Dump make(long epoch) throws Exception {
        return make(directory, epoch);
    }

    private static Dump make(DumpDirectory directory, long epoch) throws Exception {
        Path partial = directory.begin(epoch, true);
        fill(partial);
        Label.pushed(REQUESTED).write(partial);
        return directory.finish(epoch);
    }

    private static Path fill(Path dump) throws IOException {
        Files.createDirectories(dump.resolve("strings"));
        Files.writeString(dump.resolve("strings/CURRENT"), "x");
        Files.writeString(dump.resolve("info"), "0s\n10.0.0.5\n9221\n3\n104857\n");
        return dump;
    }

    /** A dump as earlier releases put it there. */
    private Path ofAnEarlierRelease(long epoch) throws IOException {
        Path dump = fill(base.resolve("my%2Fpika%2Eeu.db0." + epoch));
        Files.writeString(dump.resolve(Label.FILE), "requested=" + REQUESTED + "\n");
        return dump;
    }

    /** What is in the connector's folder beside its lock. */
    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(base.resolve("my%2Fconnector%2Eeu.db0"))) {
            return all.filter(p -> !p.endsWith(DumpLock.FILE)).toList();
        }
    }

    @Test
    void aFinishedDumpIsFoundAgain() throws Exception {
        assertThat(directory.complete(7)).isEmpty();
        assertThat(base).isEmptyDirectory();
        Dump made = make(7);
        directory.close();
        directory = of("my/connector.eu", "db0");
        assertThat(directory.complete(7)).contains(made);
        assertThat(made.position()).isEqualTo(new BinlogPosition(3, 104_857));
        assertThat(made.requested()).isEqualTo(REQUESTED);
        assertThat(made.directory().resolve("strings/CURRENT")).exists();
        assertThat(directory.complete(8)).isEmpty();
    }

    @Test
    void aDumpThatWasBegunIsNotCompleteAndIsRemovedByTheNext() throws Exception {
        Path begun = directory.begin(7, true);
        Files.writeString(begun.resolve("info"), "x");
        assertThat(directory.complete(7)).isEmpty();
        directory.begin(8, true);
        assertThat(begun).doesNotExist();
    }

    @Test
    void onlyTheOwnerCanReadIt() throws Exception {
        Dump made = make(7);
        Path home = made.directory().getParent();
        for (Path folder : List.of(home, made.directory())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
        }
        for (Path file : List.of(home.resolve(DumpLock.FILE), made.directory().resolve(Label.FILE))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void olderDumpsOfTheSameDbAreRemovedAndOthersDumpsAreLeftAlone() throws Exception {
        try (DumpDirectory other = of("my/connector", "eu.db0");
                DumpDirectory otherDb = of("my/connector.eu", "db1");
                DumpDirectory ofTheSamePika = of("second", "db0")) {
            Path others = other.begin(1, true);
            Path othersOfTheDb = otherDb.begin(1, true);
            Dump ofTheOtherConnector = make(ofTheSamePika, 1);
            Path earlier = ofAnEarlierRelease(5);
            Dump complete = make(6);
            directory.begin(7, true);
            assertThat(others).exists();
            assertThat(othersOfTheDb).exists();
            assertThat(ofTheSamePika.complete(1)).contains(ofTheOtherConnector);
            assertThat(earlier).exists();
            assertThat(complete.directory()).doesNotExist();
        }
    }

    @Test
    void anOldTaskThatIsStillCleaningUpIsWaitedFor() throws Exception {
        directory.enter(); // the full sync of the old task, which is being stopped
        Path old = directory.begin(1, true);
        directory.close();
        try (DumpDirectory next = of("my/connector.eu", "db0")) {
            FutureTask<Path> begin = new FutureTask<>(() -> next.begin(2, true));
            Thread thread = new Thread(begin);
            thread.start();
            await().during(300, TimeUnit.MILLISECONDS).until(() -> !begin.isDone());
            assertThat(old).exists();
            directory.abandon(1);
            directory.leave();
            assertThat(begin.get()).isEmptyDirectory();
            assertThat(old).doesNotExist();
        }
    }

    @Test
    void whoWaitsForAnotherIsEndedByAStop() throws Exception {
        directory.begin(1, true);
        DumpDirectory next = of("my/connector.eu", "db0");
        FutureTask<Path> begin = new FutureTask<>(() -> next.begin(2, true));
        new Thread(begin).start();
        next.close();
        assertThatThrownBy(() -> begin.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aNameCannotLeadOutOfTheDirectory() throws Exception {
        try (DumpDirectory outside = new DumpDirectory(base, "../../x", "../y", "db0")) {
            assertThat(outside.begin(1, true).getParent().getParent()).isEqualTo(base);
        }
    }

    @Test
    void aNameLongerThanAFileNameMayBeHasAFolderOfItsOwn() throws Exception {
        String longest = "ä".repeat(200);
        try (DumpDirectory one = of(longest + "1", "db0");
                DumpDirectory two = of(longest + "2", "db0")) {
            assertThat(one.begin(1, true)).isNotEqualTo(two.begin(1, true));
        }
    }

    @Test
    void aDeletedDumpIsGoneAtOnce() throws Exception {
        make(7);
        directory.delete(7);
        assertThat(directory.complete(7)).isEmpty();
        await().until(() -> left().isEmpty());
        directory.delete(7);
    }

    @Test
    void whatAKilledTaskLeftIsRemovedByTheNextStart() throws Exception {
        Dump made = make(7);
        Path home = made.directory().getParent();
        Path secrets = Files.createDirectories(home.resolve("6.partial/rsync")).resolve("secrets");
        Files.writeString(secrets, "rsync_user:secret\n");
        Files.createDirectories(home.resolve("deleted-1/strings"));
        directory.close();
        directory = of("my/connector.eu", "db0");
        directory.keepOnly(7);
        await().until(() -> left().equals(List.of(made.directory())));
        assertThat(directory.complete(7)).contains(made);
        directory.keepNone(7);
        await().until(() -> left().isEmpty());
    }

    @Test
    void aPushThatAKillCutShortIsRemovedWithItsPasswordAndAPullThatWasBegunStays() throws Exception {
        Path pushed = directory.begin(6, true);
        Files.writeString(Files.createDirectory(pushed.resolve("rsync")).resolve("secrets"), "rsync_user:secret\n");
        Path pulled = Files.createDirectory(pushed.resolveSibling("5.partial"));
        new Label(REQUESTED, "0".repeat(32), "1".repeat(64), "", true).write(pulled);
        Files.createDirectory(pulled.resolve("strings"));
        directory.close();
        directory = of("my/connector.eu", "db0");
        directory.keepPulled();
        await().until(() -> left().equals(List.of(pulled)));
        Path begun = directory.begin(7, true);
        assertThat(begun.resolve("strings")).exists();
        assertThat(left()).containsExactly(begun);
    }

    @Test
    void aDumpThatIsBegunMeanwhileIsNotTakenForOneThatIsOfNoUse() throws Exception {
        for (int epoch = 1; epoch < 200; epoch++) {
            directory.keepNone(epoch);
            Path begun = directory.begin(epoch, true);
            Files.createFile(begun.resolve("info"));
            assertThat(begun.resolve("info")).exists();
        }
    }

    @Test
    void aDumpOfAnEarlierReleaseGoesOnBeingUsedByItsEpoch() throws Exception {
        Path earlier = ofAnEarlierRelease(7);
        Path another = ofAnEarlierRelease(8);
        directory.keepOnly(7);
        Dump taken = directory.complete(7).orElseThrow();
        assertThat(taken.requested()).isEqualTo(REQUESTED);
        assertThat(taken.directory().resolve("strings/CURRENT")).exists();
        assertThat(taken.directory().getParent().getParent()).isEqualTo(base);
        assertThat(earlier).doesNotExist();
        assertThat(another).exists();
        directory.keepNone(7);
        await().until(() -> left().isEmpty());
    }

    @Test
    void aDumpOfAnEarlierReleaseIsRemovedWhenItsEpochIsInTheBinlog() throws Exception {
        Path earlier = ofAnEarlierRelease(7);
        Path another = ofAnEarlierRelease(8);
        directory.keepNone(7);
        await().until(() -> !Files.exists(earlier) && left().isEmpty());
        assertThat(another).exists();
    }

    @Test
    void aSecondDumpOfTheSameEpochTakesItsPlace() throws Exception {
        make(7);
        Dump again = make(7);
        assertThat(directory.complete(7)).contains(again);
    }

    @Test
    void aDumpThatSomebodyChangedIsNamed() throws Exception {
        Dump made = make(7);
        Files.writeString(made.directory().resolve("info"), "0s\n");
        assertThatThrownBy(() -> directory.complete(7))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(made.directory().toString(), "remove it");
    }

    @Test
    void aPlaceThatIsNoDirectoryIsNamed() throws IOException {
        Path file = Files.createFile(base.resolve("file"));
        assertThatThrownBy(() -> new DumpDirectory(file, "c", "p", "db0").begin(1, true))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "snapshot.dir");
    }

    @Test
    void whatCannotBeRemovedEndsNothing() throws Exception {
        Dump made = make(7);
        try (Unreachable unreachable = Unreachable.below(made.directory())) {
            directory.keepNone(7);
            await().until(() -> left().size() == 1
                    && !Files.exists(left().get(0).resolve("strings"))
                    && left().get(0).getFileName().toString().startsWith("deleted-"));
            assertThat(directory.begin(8, true)).isEmptyDirectory();
            unreachable.moved(made.directory(), left().get(0).endsWith("8.partial") ? left().get(1) : left().get(0));
        }
    }
}
