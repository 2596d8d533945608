package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates directories and files that only the worker's user can read, whatever its umask: a dump is all of the master's
 * data. On a file system without permissions they are created without.
 */
final class OwnerOnly {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] DIRECTORY = permissions("rwx------");
    private static final FileAttribute<?>[] FILE = permissions("rw-------");

    private OwnerOnly() {}

    private static FileAttribute<?>[] permissions(String text) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }

    /** Creates a directory and its missing parents; one that exists stays as it is. */
    static Path directories(Path directory) throws IOException {
        return Files.createDirectories(directory, DIRECTORY);
    }

    /** Creates a directory that must not exist yet. */
    static Path directory(Path directory) throws IOException {
        return Files.createDirectory(directory, DIRECTORY);
    }

    /** Opens a file for writing; a new file is readable by its owner only. */
    static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), FILE);
    }

    /** Writes a new file. */
    static void write(Path file, String content) throws IOException {
        try (FileChannel out = open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(StandardCharsets.UTF_8.encode(content));
        }
    }
}
