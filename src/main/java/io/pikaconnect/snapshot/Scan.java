package io.pikaconnect.snapshot;

import java.util.Optional;

/** One type of one RocksDB of a dump, from some place to its end. */
sealed interface Scan extends AutoCloseable permits BlackwidowStringScan, FloydStringScan, ElementScan {

    /** Reads the next chunk; empty at the end. */
    Optional<SnapshotChunk> next() throws SnapshotException;

    @Override
    void close();
}
