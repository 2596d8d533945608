package io.pikaconnect.source;

import io.pikaconnect.binlog.Translator;
import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Change;
import io.pikaconnect.change.DoesNotFitException;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.RecordSplitter;
import io.pikaconnect.change.Resp;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.snapshot.SnapshotChunk;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What is emitted between two resume points: a chunk of the snapshot, or one binlog item. Its parts become records; a
 * restart inside an event skips the parts that were sent.
 */
final class SourceEvent implements Iterator<SourceEvent.Part> {

    /** One record's worth of an event; on the partition of its key, or a barrier on several. */
    sealed interface Part {

        byte[] value();

        Position position();

        record OnKey(byte[] key, byte[] value, Position position) implements Part {}

        record AtBarrier(Barrier barrier, byte[] value, Position position) implements Part {}
    }

    private final Iterator<Change> changes;
    private final EpochSettings epochSettings;
    private final Position first;
    private final long timeMs;
    private final SourceOffset after;
    private byte[] key = {};
    // Of the current change, where its last value belongs; those before it are staged on its lowest partition.
    private Optional<Barrier> barrier = Optional.empty();
    private Iterator<byte[]> values = Collections.emptyIterator();
    private int part;

    private SourceEvent(
            List<Change> changes, EpochSettings epochSettings, Position first, long timeMs, SourceOffset after) {
        this.changes = changes.iterator();
        this.epochSettings = epochSettings;
        this.first = first;
        this.timeMs = timeMs;
        this.after = after;
    }

    /** A chunk of the snapshot; its time is the epoch's. */
    static SourceEvent of(SnapshotChunk chunk, SourceOffset offset) {
        return new SourceEvent(
                List.of(chunk.change()),
                offset.epoch().settings(),
                chunk.position(0),
                offset.epoch().number(),
                offset.inSnapshot(chunk.after()));
    }

    /** A binlog item; it may have no parts. */
    static SourceEvent of(BinlogItem item, Translator translator, SourceOffset offset) throws UntranslatableException {
        return new SourceEvent(
                translator.translate(item),
                offset.epoch().settings(),
                Position.binlog(item.end().filenum(), item.end().offset(), 0),
                item.execTimeSeconds() * 1000,
                offset.after(item));
    }

    /** When the master did it, in Unix milliseconds. */
    long timeMs() {
        return timeMs;
    }

    /** Where a restart continues once all parts are sent. */
    SourceOffset after() {
        return after;
    }

    /** Passes over parts that were emitted before a restart. */
    void skip(int parts) {
        for (int i = 0; i < parts && hasNext(); i++) {
            next();
        }
    }

    /** How many parts were taken or skipped. */
    int partsSent() {
        return part;
    }

    @Override
    public boolean hasNext() {
        return values.hasNext() || changes.hasNext();
    }

    @Override
    public Part next() {
        if (!values.hasNext()) {
            Change change = changes.next();
            if (change instanceof Change.OnDatabase) {
                return new Part.AtBarrier(
                        Barrier.onAll(epochSettings.partitions()), Resp.encode(change.commands()), nextPosition());
            }
            open(change);
        }
        if (!values.hasNext()) {
            throw new NoSuchElementException("a change without commands at " + first);
        }
        byte[] value = nextValue();
        return barrier.isPresent() && !values.hasNext()
                ? new Part.AtBarrier(barrier.get(), value, nextPosition())
                : new Part.OnKey(key, value, nextPosition());
    }

    private void open(Change change) {
        if (change instanceof Change.OnKeys onKeys) {
            Barrier all = Barrier.onKeys(onKeys.keys(), epochSettings.partitions());
            int lowest = all.partitions().first();
            key = onKeys.keys().stream()
                    .filter(k -> KeySlot.partition(k, epochSettings.partitions()) == lowest)
                    .findFirst()
                    .orElseThrow();
            barrier = all.partitions().size() == 1 ? Optional.empty() : Optional.of(all);
        } else {
            key = ((Change.OnKey) change).key();
            barrier = Optional.empty();
        }
        int header = barrier.map(b -> b.toString().length()).orElse(0);
        try {
            values = RecordSplitter.of(key, change.commands(), epochSettings.recordMaxBytes() - header);
        } catch (DoesNotFitException e) {
            throw failure(e);
        }
    }

    private byte[] nextValue() {
        try {
            return values.next();
        } catch (DoesNotFitException e) {
            throw failure(e);
        }
    }

    private TaskFailure failure(DoesNotFitException e) {
        if (e.missing() == 0) {
            return TaskFailure.of("At " + first, e.getMessage(), e.remedy(), e);
        }
        long needed = epochSettings.recordMaxBytes() + e.missing();
        return TaskFailure.of(
                "At " + first,
                e.getMessage(),
                "Raise record.max.bytes to at least " + needed + ", or with record.format=struct to "
                        + StructRecords.recordMaxBytes(needed) + ", and the topic's max.message.bytes above it. "
                        + e.remedy(),
                e);
    }

    private Position nextPosition() {
        return new Position(first.phase(), first.a(), first.b(), part++);
    }
}
