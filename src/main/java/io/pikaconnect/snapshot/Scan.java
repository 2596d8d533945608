package io.pikaconnect.snapshot;

import java.util.Optional;

/** One RocksDB instance of a dump, from some place to its end. */
sealed interface Scan extends AutoCloseable permits StringScan, ElementScan {

    /** The next chunk; empty at the end of the instance. */
    Optional<SnapshotChunk> next() throws SnapshotException;

    @Override
    void close();
}
