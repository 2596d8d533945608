package io.pikaconnect.snapshot;

/** A dump whose RocksDB instances are open, in the order in which they are read. */
sealed interface OpenDump extends AutoCloseable permits TypedDump {

    int instances();

    /** Reads one instance from a place in it to its end; to be closed before this. */
    Scan scan(SnapshotCursor from) throws SnapshotException;

    @Override
    void close();
}
