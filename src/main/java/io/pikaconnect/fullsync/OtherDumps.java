package io.pikaconnect.fullsync;

import io.pikaconnect.change.Escaped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The dumps in {@code snapshot.dir} that are not this connector's and not in use: of connectors that were deleted or
 * have moved to other workers, or of earlier releases. Only a person can know whether they are still needed.
 */
final class OtherDumps {

    /** A db's folder, or a dump as earlier releases named it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9%_-]+\\.db\\d+(\\.\\d+(\\.deleted)?(\\.partial)?)?");

    private OtherDumps() {}

    /** One sentence about each. */
    static List<String> in(Path snapshotDir, Path ours) throws IOException {
        List<String> sentences = new ArrayList<>();
        if (Files.isDirectory(snapshotDir)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(snapshotDir)) {
                for (Path path : all) {
                    if (!path.equals(ours)
                            && NAME.matcher(path.getFileName().toString()).matches()
                            && Files.isDirectory(path)
                            && !DumpLock.isTaken(path)) {
                        sentence(path, sentences);
                    }
                }
            }
        }
        return sentences;
    }

    private static void sentence(Path path, List<String> sentences) throws IOException {
        Size size = new Size();
        Files.walkFileTree(path, size);
        if (size.files > 0) {
            sentences.add("snapshot.dir also holds "
                    + Escaped.text(path.toString().getBytes(StandardCharsets.UTF_8)) + ", " + (size.bytes >> 20)
                    + " MiB in " + size.files + " files, the last of them written " + age(size.newest)
                    + " ago. No task that runs now uses it: remove the folder, if its connector was deleted or runs on"
                    + " other workers");
        }
    }

    private static String age(Instant then) {
        Duration age = Duration.between(then, Instant.now());
        return age.toDays() > 1
                ? age.toDays() + " days"
                : age.toHours() > 1 ? age.toHours() + " hours" : age.toMinutes() + " minutes";
    }

    /** The size of a folder's contents, without the lock. */
    private static final class Size extends SimpleFileVisitor<Path> {

        private long bytes;
        private long files;
        private Instant newest = Instant.EPOCH;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!file.getFileName().toString().equals(DumpLock.FILE)) {
                files++;
                bytes += attributes.size();
                Instant written = attributes.lastModifiedTime().toInstant();
                newest = written.isAfter(newest) ? written : newest;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // just removed, or not readable
        }
    }
}
