package io.pikaconnect.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NativeLibraryTest {

    @TempDir
    Path folder;

    /** What a worker does that validates, and then starts a task. */
    public static final class Twice {
        private Twice() {}

        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try {
                    NativeLibrary.load();
                    System.out.println("loaded");
                } catch (SnapshotException e) {
                    System.out.println("refused: " + e.getMessage());
                }
            }
        }
    }

    private List<String> loadedTwice(List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Path out = folder.resolve("out");
        Process process = builder.redirectOutput(out.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("loading came to an end").isTrue();
        return Files.readAllLines(out, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("loaded") || line.startsWith("refused"))
                .toList();
    }

    private static List<String> java(Path temporary) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Twice.class.getName()));
    }

    @Test
    void isLoadedWhereItsFolderIsAsItShouldBe() throws Exception {
        assertThat(loadedTwice(java(folder), Map.of())).containsExactly("loaded", "loaded");
    }

    @Test
    void aFolderThatDoesNotExistIsSaidEveryTime() throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(loadedTwice(java(missing), Map.of()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains(
                                "refused",
                                missing + " (java.io.tmpdir)",
                                "ROCKSDB_SHAREDLIB_DIR",
                                "noexec",
                                "tmpDirSizeLimit"));
    }

    /** RocksDB itself would wait for its own first attempt, which has ended. */
    @Test
    void aFolderNamedForItThatDoesNotExistIsSaidEveryTime() throws Exception {
        String missing = folder.resolve("missing").toString();
        assertThat(loadedTwice(java(folder), Map.of("ROCKSDB_SHAREDLIB_DIR", missing)))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("refused", missing + " (ROCKSDB_SHAREDLIB_DIR)"));
    }

    @Test
    void aFolderWithoutRoomIsSaid() throws Exception {
        assumeTrue(new File("/bin/sh").canExecute(), "needs a shell that limits the size of files");
        List<String> limited = List.of("/bin/sh", "-c", "ulimit -f 4096; exec \"$@\"", "sh");
        List<String> command = new ArrayList<>(limited);
        command.addAll(java(folder));
        assertThat(loadedTwice(command, Map.of()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("refused", "20 MB of space"));
    }

    @Test
    void whatTheSystemRefusesToLoadIsNotTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        NativeLibrary library = new NativeLibrary(() -> {
            attempts.incrementAndGet();
            throw new UnsatisfiedLinkError("failed to map segment from shared object");
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(library::ensure)
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining("failed to map segment")
                    .hasMessageContaining("noexec");
        }
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aFolderThatGotRoomIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        NativeLibrary library = new NativeLibrary(() -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("cannot load", new IOException("No space left on device"));
            }
        });
        assertThatThrownBy(library::ensure).hasMessageContaining("No space left on device");
        assertThatCode(library::ensure).doesNotThrowAnyException();
        assertThatCode(library::ensure).doesNotThrowAnyException();
        assertThat(attempts).hasValue(2);
    }
}
