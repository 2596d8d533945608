package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.replication.BinlogOffset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpDirectoryTest {

    private static final Instant REQUESTED = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    Path base;

    private DumpDirectory directory;

    @BeforeEach
    void create() {
        directory = new DumpDirectory(base, "my/pika.eu", "db0");
    }

    private Dump make(long epoch) throws IOException {
        Path partial = directory.begin(epoch);
        Files.createDirectory(partial.resolve("strings"));
        Files.writeString(partial.resolve("strings/CURRENT"), "x");
        Files.writeString(partial.resolve("info"), "0s\n10.0.0.5\n9221\n3\n104857\n");
        InfoFile info = InfoFile.parse(Files.readAllBytes(partial.resolve("info")));
        return directory.finish(epoch, info, REQUESTED);
    }

    @Test
    void aFinishedDumpIsFoundAgain() throws IOException {
        assertThat(directory.complete(7)).isEmpty();
        Dump made = make(7);
        assertThat(new DumpDirectory(base, "my/pika.eu", "db0").complete(7)).contains(made);
        assertThat(made.position()).isEqualTo(new BinlogOffset(3, 104_857));
        assertThat(made.masterAddress()).isEqualTo("10.0.0.5:9221");
        assertThat(made.requested()).isEqualTo(REQUESTED);
        assertThat(made.directory().resolve("strings/CURRENT")).exists();
        assertThat(directory.complete(8)).isEmpty();
    }

    @Test
    void aDumpThatWasBegunIsNotCompleteAndIsRemovedByTheNext() throws IOException {
        Path begun = directory.begin(7);
        Files.writeString(begun.resolve("info"), "x");
        assertThat(directory.complete(7)).isEmpty();
        directory.begin(8);
        assertThat(begun).doesNotExist();
    }

    @Test
    void olderDumpsOfTheSameDbAreRemovedAndOthersDumpsAreLeftAlone() throws IOException {
        Path other = new DumpDirectory(base, "my/pika", "eu.db0").begin(1);
        Path otherDb = new DumpDirectory(base, "my/pika.eu", "db1").begin(1);
        Dump complete = make(6);
        directory.begin(7);
        assertThat(other).exists();
        assertThat(otherDb).exists();
        assertThat(complete.directory()).doesNotExist();
    }

    @Test
    void aNameCannotLeadOutOfTheDirectory() throws IOException {
        assertThat(new DumpDirectory(base, "../../x", "db0").begin(1).getParent())
                .isEqualTo(base);
    }

    @Test
    void deletingLeavesNothing() throws IOException {
        make(7);
        directory.delete(7);
        assertThat(directory.complete(7)).isEmpty();
        assertThat(base).isEmptyDirectory();
        directory.delete(7);
    }

    @Test
    void aDeletionThatAKillCutShortIsFinishedByTheNext() throws IOException {
        Dump made = make(7);
        Path doomed = made.directory().resolveSibling(made.directory().getFileName() + ".deleted.partial");
        Files.move(made.directory(), doomed);
        directory.delete(7);
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void aSecondDumpOfTheSameEpochTakesItsPlace() throws IOException {
        make(7);
        Dump again = make(7);
        assertThat(directory.complete(7)).contains(again);
    }

    @Test
    void aDumpThatSomebodyChangedIsNamed() throws IOException {
        Dump made = make(7);
        Files.writeString(made.directory().resolve("info"), "0s\n");
        assertThatThrownBy(() -> directory.complete(7))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(made.directory().toString(), "remove it");
    }

    @Test
    void aPlaceThatIsNoDirectoryIsNamed() throws IOException {
        Path file = Files.createFile(base.resolve("file"));
        assertThatThrownBy(() -> new DumpDirectory(file, "p", "db0").begin(1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "snapshot.dir");
    }
}
