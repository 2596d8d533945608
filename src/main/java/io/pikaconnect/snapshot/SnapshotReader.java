package io.pikaconnect.snapshot;

import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a full-sync dump from any place in it to its end, chunk after chunk.
 *
 * <p>The same dump, options and cursor always give the same chunks, each followed by the same cursor. Every entry is
 * read once, in order; at most one chunk is in memory. Expired keys are emitted with their deadline.
 *
 * <p>Counted in the discards: {@code type.collision} (a key skipped because several types have it),
 * {@code key.internal} (a key of Pika's own, skipped), {@code filtered} and {@code large.key} (a key that is not wanted), {@code key.unreadable} (the rest of a key that Pika 4.0 could
 * not store, skipped), {@code record.unreadable} (a key skipped because its record is not what Pika writes),
 * {@code element.unreadable} (an element skipped for the same reason), {@code element.bare} (an element whose value was
 * stored without its tail, read as it is), {@code score.nan} (a member skipped), {@code count.mismatch} (a record whose
 * count differs from the number of elements; all of them are emitted, for a set also its count),
 * {@code hyperloglog.opaque} (one emitted as a string), {@code stream.garbled} (a stream skipped because the master
 * stored its entries under wrong IDs), {@code stream.groups} (a stream emitted without its consumer groups).
 */
public final class SnapshotReader implements AutoCloseable {

    private final OpenDump dump;
    private final AtomicBoolean closing;
    private int instance;
    private Scan scan;

    private SnapshotReader(OpenDump dump, AtomicBoolean closing, SnapshotCursor from) throws SnapshotException {
        this.dump = dump;
        this.closing = closing;
        this.instance = from.instance();
        this.scan = dump.scan(from);
    }

    /**
     * Opens a dump's RocksDB folders for reading.
     *
     * @param dump the folder with a complete dump
     * @param from where to resume: {@link SnapshotCursor#START}, or the cursor of the last chunk
     * @param discards counts what is skipped
     * @throws SnapshotException if the folder has no dump that can be read; a missing place to resume from may be
     *     detected only at the first {@link #next}
     */
    public static SnapshotReader open(Path dump, SnapshotOptions options, SnapshotCursor from, DiscardCounts discards)
            throws SnapshotException {
        return open(dump, options, from, discards, new Milestones(dump, Milestones.EVERY));
    }

    static SnapshotReader open(
            Path dump, SnapshotOptions options, SnapshotCursor from, DiscardCounts discards, Milestones milestones)
            throws SnapshotException {
        AtomicBoolean closing = new AtomicBoolean();
        OpenDump opened = OpenDump.open(dump, options, discards, milestones, closing);
        try {
            if (from.instance() >= opened.instances()) {
                throw new SnapshotException("the dump " + dump + " has " + opened.instances()
                        + " instances, so there is no place " + from + " to resume from; the cursor belongs to another"
                        + " dump");
            }
            return new SnapshotReader(opened, closing, from);
        } catch (SnapshotException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Checks a dump before anything depends on it: opens each of its files, decodes the first entries and the last one
     * of each column family. An interrupt ends it.
     *
     * @throws SnapshotException if the folder has no dump that can be read */
    public static void check(Path dump, SnapshotOptions options) throws SnapshotException, InterruptedException {
        Milestones none = new Milestones(dump, Milestones.EVERY);
        try (OpenDump opened = OpenDump.open(dump, options, new DiscardCounts(), none, new AtomicBoolean())) {
            opened.check();
        }
    }

    /**
     * Reads the next chunk; empty at the end of the dump.
     *
     * @throws SnapshotException if the dump is damaged or another one, a type collision has to end the reading, or the
     *     reader was closed
     */
    public synchronized Optional<SnapshotChunk> next() throws SnapshotException {
        while (true) {
            if (closing.get()) {
                throw new SnapshotException("the snapshot reader was closed");
            }
            Optional<SnapshotChunk> chunk = scan.next();
            if (chunk.isPresent() || instance == dump.instances() - 1) {
                return chunk;
            }
            scan.close();
            scan = dump.scan(SnapshotCursor.startOf(instance + 1));
            instance++;
        }
    }

    /** How much the whole dump has, about, wherever this reader started. */
    public synchronized SnapshotSize size() throws SnapshotException {
        return dump.size();
    }

    /** Thread-safe and idempotent; a {@link #next} in progress ends with an exception. */
    @Override
    public void close() {
        closing.set(true);
        synchronized (this) {
            scan.close();
            dump.close();
        }
    }
}
