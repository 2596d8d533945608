package io.pikaconnect.snapshot;

import java.util.List;

/**
 * How much a dump has to read, as RocksDB estimates it from the statistics of its files: overwritten and deleted entries
 * that were not compacted yet may count, or count twice.
 *
 * @param keys records of names: those of keys that are dead or expired are among them
 * @param entries physical entries of each instance, in reading order
 */
public record SnapshotSize(long keys, List<Long> entries) {

    public SnapshotSize {
        entries = List.copyOf(entries);
    }

    /** Of the whole dump. */
    public long total() {
        return entries.stream().mapToLong(n -> n).sum();
    }

    /** How many entries are before this place, never more than there are in all. */
    public long before(SnapshotCursor place) {
        long before = entries.stream().limit(place.instance()).mapToLong(n -> n).sum();
        return before + Math.min(place.ordinal(), entries.get(place.instance()));
    }
}
