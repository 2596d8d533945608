package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherDumpsTest {

    @TempDir
    Path base;

    private Path dump(String name) throws Exception {
        Path file =
                Files.createDirectories(base.resolve(name).resolve("strings")).resolve("000009.sst");
        try (RandomAccessFile sst = new RandomAccessFile(file.toFile(), "rw")) {
            sst.setLength(30 << 20);
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(5))));
        return base.resolve(name);
    }

    @Test
    void dumpsThatNobodyUsesAreNamedWithSizeAndAge() throws Exception {
        dump("ours.db0");
        Path deletedConnector = dump("gone.db0/1700000000000").getParent();
        Path earlierRelease = dump("pika.db12.1700000000000");
        Path cutShort = dump("pika.db0.1700000000000.partial");
        dump("somebody elses");
        Path empty = Files.createDirectory(base.resolve("empty.db0"));
        Files.createFile(empty.resolve(DumpLock.FILE));
        Path used = dump("used.db0/1700000000000").getParent();
        try (DumpLock lock = DumpLock.tryTake(used).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(OtherDumps.in(base, base.resolve("ours.db0")))
                    .hasSize(3)
                    .allSatisfy(sentence ->
                            assertThat(sentence).contains("30 MiB in 1 files", "5 days ago", "remove the folder"))
                    .anySatisfy(sentence -> assertThat(sentence).contains(deletedConnector + ","))
                    .anySatisfy(sentence -> assertThat(sentence).contains(earlierRelease + ","))
                    .anySatisfy(sentence -> assertThat(sentence).contains(cutShort + ","));
        }
    }

    @Test
    void aFolderThatIsNotThereHoldsNothing() throws Exception {
        assertThat(OtherDumps.in(base.resolve("none"), base.resolve("none/ours.db0")))
                .isEmpty();
    }
}
