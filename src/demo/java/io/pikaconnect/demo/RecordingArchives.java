package io.pikaconnect.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The recordings on the class path, {@code recordings/VERSION.tar.xz}. Each is unpacked at its first use, into a
 * temporary folder that is deleted when the JVM ends.
 */
final class RecordingArchives {

    private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

    private RecordingArchives() {}

    /** The folder with that version's files. */
    static Path unpacked(String version) {
        return UNPACKED.computeIfAbsent(version, RecordingArchives::unpack);
    }

    private static Path unpack(String version) {
        String resource = "/recordings/" + version + ".tar.xz";
        try (InputStream packed = RecordingArchives.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalArgumentException(
                        "there is no recording of " + version + ": no resource " + resource + " on the class path");
            }
            Path folder = Files.createTempDirectory("recording-" + version + "-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (entry.isFile()) {
                        Path file = entry.resolveIn(folder);
                        Files.createDirectories(file.getParent());
                        Files.copy(tar, file);
                    }
                }
            }
            return folder.resolve(version);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the recording " + resource + " into a temporary folder", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
