package io.pikaconnect.snapshot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * One RocksDB of a dump, open for reading only, with the column families that are needed (storage-format 3, 4.2):
 * {@code default} with a record for each name, and those with the elements of the types that are read here.
 */
final class RocksFolder implements AutoCloseable {

    private static final String NAMES = "default";
    private static final long READAHEAD = 2 << 20;

    private final Format format;
    private final List<PikaType> types;
    private final Path path;

    /** Everything to close, the newest first. */
    private final Deque<AbstractNativeReference> made = new ArrayDeque<>();

    private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
    private final RocksDB db;
    private final ReadOptions namesReading = keep(new ReadOptions().setTotalOrderSeek(true));
    private final ReadOptions dataReading =
            keep(new ReadOptions().setTotalOrderSeek(true).setFillCache(false).setReadaheadSize(READAHEAD));

    private RocksFolder(Path dump, String name, Format format, List<PikaType> types, Cache cache, int mostOpenFiles)
            throws SnapshotException {
        this.format = format;
        this.types = types;
        this.path = dump.resolve(name);
        try {
            if (!Files.exists(path.resolve("CURRENT"))) {
                throw DumpErrors.in(dump, "there is no RocksDB " + name);
            }
            this.db = openReadOnly(cache, mostOpenFiles);
        } catch (RocksDBException e) {
            close();
            throw DumpErrors.in(path, e);
        } catch (SnapshotException e) {
            close();
            throw e;
        }
    }

    /**
     * @param name of the folder in the dump
     * @param types whose elements are read here
     */
    static RocksFolder open(Path dump, String name, Format format, List<PikaType> types, Cache cache, int mostOpenFiles)
            throws SnapshotException {
        return new RocksFolder(dump, name, format, types, cache, mostOpenFiles);
    }

    /** Whose elements are read here. */
    List<PikaType> types() {
        return types;
    }

    Path path() {
        return path;
    }

    /**
     * Iterates over the entries of a type's column family, read once from some place to the end; has to be closed
     * before this object.
     */
    RocksIterator data(PikaType type) {
        return db.newIterator(families.get(format.dataFamily(type)), dataReading);
    }

    /** Iterates over the records of all keys. */
    RocksIterator metas() {
        return keep(db.newIterator(families.get(NAMES), namesReading));
    }

    /** How many records it has, of whatever type, about. */
    long estimatedNames() throws SnapshotException {
        return estimate(NAMES);
    }

    /** How many entries {@link #data} iterates over, about. */
    long estimatedEntries(PikaType type) throws SnapshotException {
        return estimate(format.dataFamily(type));
    }

    private long estimate(String family) throws SnapshotException {
        try {
            return db.getLongProperty(families.get(family), "rocksdb.estimate-num-keys");
        } catch (RocksDBException e) {
            throw DumpErrors.in(path, e);
        }
    }

    /** Checks each open column family; see {@link DumpCheck}. */
    void check() throws SnapshotException, InterruptedException {
        List<LiveFileMetaData> files = db.getLiveFilesMetaData();
        check(NAMES, DumpCheck.records(format, types), files);
        for (PikaType type : types) {
            if (!format.dataFamily(type).equals(NAMES)) {
                check(format.dataFamily(type), DumpCheck.elements(format, type), files);
            }
        }
    }

    private void check(String family, DumpCheck.Decoder decoder, List<LiveFileMetaData> all)
            throws SnapshotException, InterruptedException {
        byte[] name = family.getBytes(StandardCharsets.UTF_8);
        List<LiveFileMetaData> files = all.stream()
                .filter(file -> Arrays.equals(file.columnFamilyName(), name))
                .toList();
        try (RocksIterator entries = db.newIterator(families.get(family), namesReading)) {
            new DumpCheck(path, family, entries, decoder).run(files);
        }
    }

    private RocksDB openReadOnly(Cache cache, int mostOpenFiles) throws RocksDBException, SnapshotException {
        Set<String> wanted = new LinkedHashSet<>(List.of(NAMES));
        types.forEach(type -> wanted.add(format.dataFamily(type)));
        List<String> present = familiesIn(path);
        List<String> foreign =
                present.stream().filter(f -> !format.families().contains(f)).toList();
        if (!foreign.isEmpty()) {
            throw new SnapshotException(
                    path + " has the column families " + foreign + ", which no known release of Pika writes: it has"
                            + " data of a later release or of a development branch. Use a connector that supports"
                            + " them");
        }
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (String name : wanted) {
            if (!present.contains(name)) {
                throw DumpErrors.in(path, "there is no column family " + name + " (only " + present + ")");
            }
            boolean lists = types.contains(PikaType.LIST) && name.equals(format.dataFamily(PikaType.LIST));
            descriptors.add(
                    new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), familyOptions(lists, cache)));
        }
        DBOptions options = keep(new DBOptions().setMaxOpenFiles(mostOpenFiles).setKeepLogFileNum(1));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB opened = keep(RocksDB.openReadOnly(options, path.toString(), descriptors, handles));
        int i = 0;
        for (String name : wanted) {
            families.put(name, keep(handles.get(i++)));
        }
        return opened;
    }

    /** The column families that a RocksDB has. */
    static List<String> familiesIn(Path folder) throws SnapshotException {
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, folder.toString()).stream()
                    .map(name -> new String(name, StandardCharsets.UTF_8))
                    .toList();
        } catch (RocksDBException e) {
            throw DumpErrors.in(folder, e);
        }
    }

    private ColumnFamilyOptions familyOptions(boolean lists, Cache cache) {
        // No filter policy: iterators do not use filters, and those of a big dump would fill the memory.
        ColumnFamilyOptions options = new ColumnFamilyOptions()
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true));
        if (lists) {
            options.setComparator(keep(format.listOrder()));
        }
        return keep(options);
    }

    private <T extends AbstractNativeReference> T keep(T part) {
        made.push(part);
        return part;
    }

    /**
     * Closes everything in the only order that RocksDB tolerates: iterators, column families, database, options,
     * comparator.
     */
    @Override
    public void close() {
        while (!made.isEmpty()) {
            made.pop().close();
        }
    }
}
