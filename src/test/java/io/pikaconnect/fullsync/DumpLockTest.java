package io.pikaconnect.fullsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pikaconnect.tool.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DumpLockTest {

    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void oneTaskOfAWorkerKeepsTheOthersOut() throws Exception {
        DumpLock held = DumpLock.tryTake(folder).orElseThrow();
        assertThat(DumpLock.tryTake(folder)).isEmpty();
        assertThat(DumpLock.isTaken(folder)).isTrue();
        assertThat(DumpLock.owner(folder)).isEqualTo("another task of this worker");
        held.close();
        assertThat(DumpLock.isTaken(folder)).isFalse();
        DumpLock.tryTake(folder).orElseThrow().close();
    }

    @Test
    void anotherProcessIsKeptOutUntilItsEnd() throws Exception {
        Path held = other.resolve("held");
        try (ChildJvm worker = ChildJvm.start(
                Holder.class.getName(),
                List.of(),
                ChildJvm.classPath(),
                other.resolve("worker.log"),
                folder.toString(),
                held.toString())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(held));
            assertThat(DumpLock.tryTake(folder)).isEmpty();
            assertThat(DumpLock.isTaken(folder)).isTrue();
            assertThat(DumpLock.owner(folder)).contains("process " + Files.readString(held) + "@", "since");
            assertThat(DumpLock.tryTake(folder))
                    .as("asking does not take it away")
                    .isEmpty();
            worker.kill();
            Optional<DumpLock> taken = DumpLock.tryTake(folder);
            assertThat(taken).isPresent();
            taken.get().close();
        }
    }

    @Test
    void whoLooksWhetherItIsTakenDoesNotGiveItUp() throws Exception {
        try (DumpLock held = DumpLock.tryTake(folder).orElseThrow()) {
            assertThat(held).isNotNull();
            DumpLock.isTaken(folder);
            DumpLock.owner(folder);
            Path result = other.resolve("result");
            try (ChildJvm worker = ChildJvm.start(
                    Holder.class.getName(),
                    List.of(),
                    ChildJvm.classPath(),
                    other.resolve("worker.log"),
                    folder.toString(),
                    result.toString())) {
                await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(result));
                assertThat(result).hasContent("taken by another");
            }
        }
    }

    /** A process that takes the lock, writes its number into a file, and keeps the lock until it is ended. */
    public static final class Holder {

        private Holder() {}

        /** The folder, the file. */
        public static void main(String[] args) throws Exception {
            boolean taken = DumpLock.tryTake(Path.of(args[0])).isPresent();
            Path written = Path.of(args[1] + ".new");
            Files.writeString(
                    written, taken ? Long.toString(ProcessHandle.current().pid()) : "taken by another");
            Files.move(written, Path.of(args[1]));
            while (taken) {
                Thread.sleep(1_000);
            }
        }
    }
}
