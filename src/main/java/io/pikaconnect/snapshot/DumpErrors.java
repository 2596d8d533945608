package io.pikaconnect.snapshot;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** Error messages for a dump that is not what Pika writes: incomplete, damaged, or changed since it was first read. */
final class DumpErrors {

    private static final String REMEDY = "The dump can no longer be used: check the disk, and have another one pulled"
            + " (on.position.lost=resync; resync-until-ready does so automatically until the topic has first caught"
            + " up)";

    private DumpErrors() {}

    static SnapshotException in(Path folder, RocksDBException cause) {
        return SnapshotException.ofDamagedDump(
                "RocksDB cannot read " + folder + ": " + cause.getMessage(), REMEDY, cause);
    }

    static SnapshotException in(Path folder, String what) {
        return SnapshotException.ofDamagedDump(what + " in " + folder, REMEDY, null);
    }
}
