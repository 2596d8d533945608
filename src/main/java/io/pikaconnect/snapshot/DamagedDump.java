package io.pikaconnect.snapshot;

import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** Words for a dump that is not what Pika writes: incomplete, damaged, or changed since it was first read. */
final class DamagedDump {

    private static final String REMEDY =
            "The dump cannot be used any more: check the disk, delete the dump's folder, and"
                    + " have another one pulled (on.position.lost=resync)";

    private DamagedDump() {}

    static SnapshotException in(Path folder, RocksDBException cause) {
        return SnapshotException.ofDamagedDump(
                "RocksDB cannot read " + folder + ": " + cause.getMessage(), REMEDY, cause);
    }

    static SnapshotException in(Path folder, String what) {
        return SnapshotException.ofDamagedDump(what + " in " + folder, REMEDY, null);
    }
}
