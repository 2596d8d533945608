package io.pikaconnect.snapshot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * One type's RocksDB of a dump of 3.2 – 3.5, open for reading only, with the column families that are needed
 * (storage-format.md 3.1, 3.3, 4.2): {@code default} with a record for each name, and the one with the elements.
 */
final class TypeFolder implements AutoCloseable {

    private static final long READAHEAD = 2 << 20;
    private static final int MOST_OPEN_FILES = 128;

    private final PikaType type;
    private final Path path;

    /** Everything to close, last made first. */
    private final Deque<AbstractNativeReference> made = new ArrayDeque<>();

    private final List<ColumnFamilyHandle> families = new ArrayList<>();
    private final RocksDB db;
    private final ReadOptions namesReading = keep(new ReadOptions().setTotalOrderSeek(true));
    private final ReadOptions dataReading =
            keep(new ReadOptions().setTotalOrderSeek(true).setFillCache(false).setReadaheadSize(READAHEAD));

    private TypeFolder(Path dump, PikaType type, Cache cache) throws SnapshotException {
        this.type = type;
        this.path = dump.resolve(type.folder());
        try {
            if (!Files.exists(path.resolve("CURRENT"))) {
                throw DamagedDump.in(dump, "there is no RocksDB " + type.folder());
            }
            this.db = openReadOnly(cache);
        } catch (RocksDBException e) {
            close();
            throw DamagedDump.in(path, e);
        } catch (SnapshotException e) {
            close();
            throw e;
        }
    }

    static TypeFolder open(Path dump, PikaType type, Cache cache) throws SnapshotException {
        return new TypeFolder(dump, type, cache);
    }

    PikaType type() {
        return type;
    }

    Path path() {
        return path;
    }

    /** Over the entries of the data column family, to be read once from some place to the end; to be closed before this. */
    RocksIterator data() {
        return db.newIterator(families.get(families.size() - 1), dataReading);
    }

    /** Over the records of the names. */
    RocksIterator names() {
        return keep(db.newIterator(families.get(0), namesReading));
    }

    private RocksDB openReadOnly(Cache cache) throws RocksDBException, SnapshotException {
        List<String> wanted = type == PikaType.STRING ? List.of("default") : List.of("default", type.dataFamily());
        List<String> present = presentFamilies();
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (String name : wanted) {
            if (!present.contains(name)) {
                throw DamagedDump.in(path, "there is no column family " + name + " (only " + present + ")");
            }
            descriptors.add(
                    new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), familyOptions(name, cache)));
        }
        DBOptions options =
                keep(new DBOptions().setMaxOpenFiles(MOST_OPEN_FILES).setKeepLogFileNum(1));
        RocksDB opened = keep(RocksDB.openReadOnly(options, path.toString(), descriptors, families));
        families.forEach(this::keep);
        return opened;
    }

    private List<String> presentFamilies() throws RocksDBException {
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, path.toString()).stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private ColumnFamilyOptions familyOptions(String name, Cache cache) {
        // No filter policy: iterators make no use of filters, and those of a big dump would fill the memory.
        ColumnFamilyOptions options = new ColumnFamilyOptions()
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true));
        if (type == PikaType.LIST && name.equals(type.dataFamily())) {
            options.setComparator(keep(ListsDataKeyComparator.create()));
        }
        return keep(options);
    }

    private <T extends AbstractNativeReference> T keep(T part) {
        made.push(part);
        return part;
    }

    /** Closes everything in the one order that RocksDB stands: iterators, column families, database, options, comparator. */
    @Override
    public void close() {
        while (!made.isEmpty()) {
            made.pop().close();
        }
    }
}
