package io.pikaconnect.snapshot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rocksdb.AbstractComparator;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** One RocksDB of a dump that is being written; without a log, so that everything is in SST files when closed. */
final class WrittenFolder implements AutoCloseable {

    private static final String NAMES = "default";

    static {
        RocksDB.loadLibrary();
    }

    private final Format format;
    private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
    private final List<AbstractNativeReference> options = new ArrayList<>();
    private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
    private final RocksDB db;

    WrittenFolder(Path path, Format format, List<PikaType> types) throws RocksDBException {
        this.format = format;
        Set<String> metas = new LinkedHashSet<>(List.of(NAMES));
        types.forEach(type -> metas.add(format.dataFamily(type)));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (String name : metas) {
            ColumnFamilyOptions family = new ColumnFamilyOptions();
            options.add(family);
            if (types.contains(PikaType.LIST) && name.equals(format.dataFamily(PikaType.LIST))) {
                AbstractComparator order = format.listOrder();
                options.add(order);
                family.setComparator(order);
            }
            descriptors.add(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), family));
        }
        DBOptions creating = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        options.add(creating);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        this.db = RocksDB.open(creating, path.toString(), descriptors, handles);
        int i = 0;
        for (String name : metas) {
            families.put(name, handles.get(i++));
        }
    }

    void record(byte[] key, byte[] value) throws RocksDBException {
        db.put(families.get(NAMES), writing, key, value);
    }

    void element(PikaType type, byte[] key, byte[] value) throws RocksDBException {
        db.put(families.get(format.dataFamily(type)), writing, key, value);
    }

    void flush() throws RocksDBException {
        try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
            db.flush(waiting, List.copyOf(families.values()));
        }
    }

    @Override
    public void close() throws RocksDBException {
        flush();
        families.values().forEach(ColumnFamilyHandle::close);
        db.close();
        options.forEach(AbstractNativeReference::close);
        writing.close();
    }
}
