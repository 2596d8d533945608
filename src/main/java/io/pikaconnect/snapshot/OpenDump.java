package io.pikaconnect.snapshot;

import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;

/**
 * A dump that is open for reading. An <em>instance</em> is one type of one RocksDB; instances in reading order:
 *
 * <pre>
 * 3.2 – 3.5   strings, hashes, lists, zsets, sets
 * 4.0         the types of folder 0, strings to streams, then those of folder 1, …
 * </pre>
 */
final class OpenDump implements AutoCloseable {

    /** For indexes and the blocks with records; data that are read once bypass it. */
    private static final long CACHE_BYTES = 64L << 20;

    /** For all folders together, if that leaves each enough. */
    private static final int MOST_OPEN_FILES = 640;

    private static final int LEAST_OPEN_FILES = 32;

    private record Instance(RocksFolder folder, PikaType type, MetaLookup metas) {}

    private final Format format;
    private final SnapshotOptions options;
    private final DiscardCounts discards;
    private final UnreadableEntries unreadable;
    private final AtomicBoolean closing;
    private final Milestones milestones;
    private final Cache cache;
    private final List<RocksFolder> folders = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final KeyFilter selection;

    private OpenDump(
            Path dump, SnapshotOptions options, DiscardCounts discards, Milestones milestones, AtomicBoolean closing)
            throws SnapshotException {
        NativeLibrary.load();
        Layout layout = Layout.of(dump);
        this.format = layout.format();
        this.options = options;
        this.discards = discards;
        this.milestones = milestones;
        this.unreadable = new UnreadableEntries(discards);
        this.closing = closing;
        this.cache = new LRUCache(CACHE_BYTES);
        try {
            if (layout == Layout.BLACKWIDOW) {
                openByType(dump);
            } else {
                openByShare(dump, Layout.shares(dump));
            }
        } catch (SnapshotException e) {
            close();
            throw e;
        }
        List<MetaLookup> keySpaces = instances.stream().map(Instance::metas).toList();
        this.selection = new KeyFilter(layout == Layout.BLACKWIDOW ? keySpaces : List.of(), options, discards);
    }

    /**
     * @param milestones of that dump, closed with this object
     * @param closing ends a read in progress when it becomes true
     * @throws SnapshotException if the folder has no dump that can be read
     */
    static OpenDump open(
            Path dump, SnapshotOptions options, DiscardCounts discards, Milestones milestones, AtomicBoolean closing)
            throws SnapshotException {
        return new OpenDump(dump, options, discards, milestones, closing);
    }

    private void openByType(Path dump) throws SnapshotException {
        List<PikaType> types = format.types();
        for (PikaType type : types) {
            add(RocksFolder.open(dump, type.plural(), format, List.of(type), cache, MOST_OPEN_FILES / types.size()));
        }
    }

    private void openByShare(Path dump, int shares) throws SnapshotException {
        int openFiles = Math.max(LEAST_OPEN_FILES, MOST_OPEN_FILES / shares);
        for (int i = 0; i < shares; i++) {
            add(RocksFolder.open(dump, Integer.toString(i), format, format.types(), cache, openFiles));
        }
    }

    private void add(RocksFolder folder) {
        folders.add(folder);
        for (PikaType type : folder.types()) {
            instances.add(new Instance(
                    folder, type, new MetaLookup(format, type, folder.path(), folder.metas(), unreadable)));
        }
    }

    /** Checks every folder, before anything depends on the dump. */
    void check() throws SnapshotException, InterruptedException {
        for (RocksFolder folder : folders) {
            folder.check();
        }
    }

    int instances() {
        return instances.size();
    }

    SnapshotSize size() throws SnapshotException {
        long keys = 0;
        for (RocksFolder folder : folders) {
            keys += folder.estimatedNames();
        }
        List<Long> entries = new ArrayList<>();
        for (Instance instance : instances) {
            entries.add(instance.folder.estimatedEntries(instance.type));
        }
        return new SnapshotSize(keys, entries);
    }

    /** Reads one instance from a place in it to its end; the scan has to be closed before the dump. */
    Scan scan(SnapshotCursor from) throws SnapshotException {
        Instance instance = instances.get(from.instance());
        PikaType type = instance.type;
        EntryCursor entries =
                new EntryCursor(instance.folder.path(), instance.folder.data(type), from, milestones, closing);
        if (type == PikaType.STRING) {
            HyperLogLogs hyperLogLogs = new HyperLogLogs(options, discards);
            return format instanceof FloydFormat
                    ? new FloydStringScan(entries, selection, hyperLogLogs, unreadable)
                    : new BlackwidowStringScan(entries, selection, hyperLogLogs, unreadable);
        }
        LiveElements elements = new LiveElements(format, type, entries, instance.metas, selection, discards);
        return new ElementScan(type, elements, new ElementValue(format, type, entries, unreadable), options, discards);
    }

    @Override
    public void close() {
        folders.forEach(RocksFolder::close);
        folders.clear();
        cache.close();
        milestones.close();
    }
}
