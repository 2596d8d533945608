package io.pikaconnect.snapshot;

import java.nio.file.Path;
import java.util.List;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads a dump as the connector does, but discards the data: the cost of RocksDB alone. */
public final class DumpScan {

    private static final long CACHE_BYTES = 64L << 20;
    private static final int OPEN_FILES = 128;

    private DumpScan() {}

    /** Number of physical entries in the column families of names and elements. */
    public static long entries(Path dump) throws RocksDBException, SnapshotException {
        RocksDB.loadLibrary();
        Layout layout = Layout.of(dump);
        long entries = 0;
        try (Cache cache = new LRUCache(CACHE_BYTES)) {
            if (layout == Layout.BLACKWIDOW) {
                for (PikaType type : layout.format().types()) {
                    entries += entries(dump, type.plural(), layout.format(), List.of(type), cache);
                }
            } else {
                for (int i = 0; i < Layout.shares(dump); i++) {
                    entries += entries(
                            dump,
                            Integer.toString(i),
                            layout.format(),
                            layout.format().types(),
                            cache);
                }
            }
        }
        return entries;
    }

    private static long entries(Path dump, String name, Format format, List<PikaType> types, Cache cache)
            throws RocksDBException, SnapshotException {
        try (RocksFolder folder = RocksFolder.open(dump, name, format, types, cache, OPEN_FILES)) {
            long entries = entries(folder.metas());
            for (PikaType type : types) {
                if (type != PikaType.STRING) {
                    try (RocksIterator data = folder.data(type)) {
                        entries += entries(data);
                    }
                }
            }
            return entries;
        }
    }

    private static long entries(RocksIterator all) throws RocksDBException {
        long entries = 0;
        for (all.seekToFirst(); all.isValid(); all.next()) {
            entries += all.key().length + all.value().length > 0 ? 1 : 0;
        }
        all.status();
        return entries;
    }
}
