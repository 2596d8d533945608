package io.pikaconnect.snapshot;

import io.pikaconnect.change.Tally;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a full-sync dump, chunk after chunk. */
public final class SnapshotReader implements AutoCloseable {

    private SnapshotReader() {}

    public static SnapshotReader open(Path dump, SnapshotOptions options, SnapshotCursor from, Tally tally)
            throws SnapshotException {
        throw new SnapshotException("not yet: " + dump + options + from + tally);
    }

    public Optional<SnapshotChunk> next() throws SnapshotException {
        throw new SnapshotException("not yet");
    }

    @Override
    public void close() {}
}
