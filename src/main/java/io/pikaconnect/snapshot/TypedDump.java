package io.pikaconnect.snapshot;

import io.pikaconnect.change.Tally;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;

/**
 * A dump of 3.2 – 3.5, open: a RocksDB for each {@link PikaType}, which are its instances in that order (storage-format.md
 * 3.1).
 */
final class TypedDump implements OpenDump {

    /** Holds indexes and the blocks with names; what is read once goes past it. */
    private static final long CACHE_BYTES = 64L << 20;

    private final SnapshotOptions options;
    private final Tally tally;
    private final AtomicBoolean closing;
    private final Cache cache;
    private final List<TypeFolder> folders = new ArrayList<>();
    private final List<Names> names = new ArrayList<>();
    private final Selection selection;

    private TypedDump(Path dump, SnapshotOptions options, Tally tally, AtomicBoolean closing) throws SnapshotException {
        RocksDB.loadLibrary();
        this.options = options;
        this.tally = tally;
        this.closing = closing;
        this.cache = new LRUCache(CACHE_BYTES);
        try {
            for (PikaType type : PikaType.values()) {
                TypeFolder folder = TypeFolder.open(dump, type, cache);
                folders.add(folder);
                names.add(new Names(type, folder.path(), folder.names()));
            }
        } catch (SnapshotException e) {
            close();
            throw e;
        }
        this.selection = new Selection(names, options, tally);
    }

    static TypedDump open(Path dump, SnapshotOptions options, Tally tally, AtomicBoolean closing)
            throws SnapshotException {
        return new TypedDump(dump, options, tally, closing);
    }

    @Override
    public int instances() {
        return folders.size();
    }

    @Override
    public Scan scan(SnapshotCursor from) throws SnapshotException {
        TypeFolder folder = folders.get(from.instance());
        Entries entries = new Entries(folder.path(), folder.data(), from, closing);
        return folder.type() == PikaType.STRING
                ? new StringScan(entries, selection)
                : new ElementScan(folder.type(), entries, names.get(from.instance()), selection, options, tally);
    }

    @Override
    public void close() {
        folders.forEach(TypeFolder::close);
        folders.clear();
        cache.close();
    }
}
