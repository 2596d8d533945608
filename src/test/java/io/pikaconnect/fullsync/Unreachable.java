package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory so deep below another that no system call takes its path: it can neither be looked at nor removed, not even
 * by root. Closing brings it back to where it can.
 */
public final class Unreachable implements AutoCloseable {

    private static final String NAME = "d".repeat(200);
    /** Each half has a path that is short enough; both together have not. */
    private static final int HALF = 15;

    private Path top;
    private final Path hidden;

    private Unreachable(Path top, Path hidden) {
        this.top = top;
        this.hidden = hidden;
    }

    /** Makes one. */
    public static Unreachable below(Path directory) throws IOException {
        Path hidden = Files.createDirectory(directory.resolveSibling("deleted-hidden"));
        Files.createFile(chain(hidden).resolve("file"));
        Path top = Files.createDirectory(directory.resolve("top"));
        Files.move(hidden, chain(top).resolve("hidden"));
        return new Unreachable(top, hidden);
    }

    private static Path chain(Path from) throws IOException {
        Path deepest = from;
        for (int i = 0; i < HALF; i++) {
            deepest = Files.createDirectory(deepest.resolve(NAME));
        }
        return deepest;
    }

    /** The directory that it lies below was renamed. */
    public void moved(Path from, Path to) {
        top = to.resolve(from.relativize(top));
    }

    @Override
    public void close() throws IOException {
        Path deepest = top;
        for (int i = 0; i < HALF; i++) {
            deepest = deepest.resolve(NAME);
        }
        Files.move(deepest.resolve("hidden"), hidden);
    }
}
