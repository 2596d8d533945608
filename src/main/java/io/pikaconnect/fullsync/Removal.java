package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Removes a directory with everything in it. Files that another process removes at the same moment count as removed; a
 * file that cannot be removed does not keep the rest.
 */
final class Removal extends SimpleFileVisitor<Path> {

    private Optional<IOException> first = Optional.empty();

    private Removal() {}

    /**
     * Removes {@code path}, if it exists.
     *
     * @throws IOException for the first file that could not be removed, after everything else was removed
     */
    static void of(Path path) throws IOException {
        Removal removal = new Removal();
        Files.walkFileTree(path, removal);
        if (removal.first.isPresent()) {
            throw removal.first.get();
        }
    }

    /** Removes everything in {@code directory}, which must exist. */
    static void inside(Path directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path path : all) {
                of(path);
            }
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        delete(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
        failed(failure);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
        if (failure != null) {
            failed(failure);
        }
        delete(directory);
        return FileVisitResult.CONTINUE;
    }

    private void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException failure) {
        if (first.isEmpty() && !(failure instanceof NoSuchFileException)) {
            first = Optional.of(failure);
        }
    }
}
