package io.pikaconnect.snapshot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads what is read of a dump and does nothing with it: what RocksDB alone takes. */
public final class DumpScan {

    private DumpScan() {}

    /**
     * Number of physical entries in the column families of names and elements; the order of elements does not matter
     * here, but RocksDB opens a family only with its own comparator.
     */
    public static long entries(Path dump) throws RocksDBException {
        long entries = 0;
        for (PikaType type : PikaType.values()) {
            entries += entries(dump, type);
        }
        return entries;
    }

    private static long entries(Path dump, PikaType type) throws RocksDBException {
        try (DBOptions options = new DBOptions();
                ColumnFamilyOptions plain = new ColumnFamilyOptions();
                ListsDataKeyComparator comparator = ListsDataKeyComparator.create();
                ColumnFamilyOptions data = new ColumnFamilyOptions()) {
            if (type == PikaType.LIST) {
                data.setComparator(comparator);
            }
            List<ColumnFamilyDescriptor> families = new ArrayList<>();
            families.add(new ColumnFamilyDescriptor("default".getBytes(StandardCharsets.UTF_8), plain));
            if (type != PikaType.STRING) {
                families.add(new ColumnFamilyDescriptor(type.dataFamily().getBytes(StandardCharsets.UTF_8), data));
            }
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            try (RocksDB db =
                    RocksDB.openReadOnly(options, dump.resolve(type.folder()).toString(), families, handles)) {
                long entries = 0;
                for (ColumnFamilyHandle handle : handles) {
                    entries += entries(db, handle);
                    handle.close();
                }
                return entries;
            }
        }
    }

    private static long entries(RocksDB db, ColumnFamilyHandle family) throws RocksDBException {
        long entries = 0;
        try (RocksIterator all = db.newIterator(family)) {
            for (all.seekToFirst(); all.isValid(); all.next()) {
                entries += all.key().length + all.value().length > 0 ? 1 : 0;
            }
            all.status();
        }
        return entries;
    }
}
