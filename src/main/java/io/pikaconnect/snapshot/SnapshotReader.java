package io.pikaconnect.snapshot;

import io.pikaconnect.metrics.DiscardCounts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a full-sync dump from any place in it to its end, chunk after chunk.
 *
 * <p>The same dump, options and cursor always give the same chunks with the same cursors behind them. Every entry is
 * read once, in order; no more than one chunk is held. Expired keys go out with their deadline.
 *
 * <p>Counted in the discards: {@code type.collision} (a key left out because its name is held by several types), {@code
 * key.internal} (a key of Pika's own, left out), {@code key.unreadable} (what is left of a key that Pika 4.0 could not
 * store, left out), {@code record.unreadable} (a key left out because its record is not what Pika writes), {@code
 * element.unreadable} (an element left out likewise), {@code element.bare} (one whose value was stored without what belongs
 * after it, read as it is), {@code score.nan} (a member left out), {@code count.mismatch} (a record that counts another number of
 * elements than there are; all of them go out, of a set its count, too), {@code hyperloglog.opaque} (one that goes out as
 * a string), {@code stream.garbled} (a stream left out because the master stored its entries under wrong IDs), {@code
 * stream.groups} (a stream whose consumer groups are left out).
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
     * @param dump the folder that holds them, complete
     * @param from where to go on: {@link SnapshotCursor#START}, or what came with the last chunk
     * @param discards counts what is left out
     * @throws SnapshotException when the folder holds no dump that can be read; that it lacks the place to go on from may
     *     show only with the first {@link #next}
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
                        + " instances, so there is no place " + from + " to go on from; the cursor belongs to"
                        + " another dump");
            }
            return new SnapshotReader(opened, closing, from);
        } catch (SnapshotException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Looks at a dump before anything depends on it: opens each of its files, decodes the first entries and the last one of
     * each column family. An interrupt ends it.
     *
     * @throws SnapshotException when the folder holds no dump that can be read
     */
    public static void check(Path dump, SnapshotOptions options) throws SnapshotException, InterruptedException {
        Milestones none = new Milestones(dump, Milestones.EVERY);
        try (OpenDump opened = OpenDump.open(dump, options, new DiscardCounts(), none, new AtomicBoolean())) {
            opened.check();
        }
    }

    /**
     * The next chunk; empty when the dump is read to its end.
     *
     * @throws SnapshotException when the dump is damaged or another one, a type collision is to stop the reading, or this was closed
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

    /** From any thread; ends a {@link #next} that is under way with an exception. Closing twice does no harm. */
    @Override
    public void close() {
        closing.set(true);
        synchronized (this) {
            scan.close();
            dump.close();
        }
    }
}
