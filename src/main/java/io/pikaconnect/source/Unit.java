package io.pikaconnect.source;

import io.pikaconnect.binlog.Translator;
import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.change.Change;
import io.pikaconnect.change.Pieces;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.replication.BinlogItem;
import io.pikaconnect.snapshot.SnapshotChunk;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What is emitted between two resume points: a chunk of the snapshot, or one binlog item. Its pieces become records; a
 * restart inside a unit skips the pieces that are done.
 */
final class Unit implements Iterator<Unit.Piece> {

    /** One record's worth of a unit; on the partition of its key, or a barrier on all of them. */
    sealed interface Piece {

        byte[] value();

        Position position();

        record OnKey(byte[] key, byte[] value, Position position) implements Piece {}

        record OnDatabase(byte[] value, Position position) implements Piece {}
    }

    private final Iterator<Change> changes;
    private final int recordMaxBytes;
    private final Position first;
    private final long timeMs;
    private final SourceOffset after;
    private byte[] key = {};
    private Iterator<byte[]> values = Collections.emptyIterator();
    private int part;

    private Unit(List<Change> changes, int recordMaxBytes, Position first, long timeMs, SourceOffset after) {
        this.changes = changes.iterator();
        this.recordMaxBytes = recordMaxBytes;
        this.first = first;
        this.timeMs = timeMs;
        this.after = after;
    }

    /** A chunk of the snapshot; its time is the epoch's. */
    static Unit of(SnapshotChunk chunk, SourceOffset offset) {
        return new Unit(
                List.of(chunk.change()),
                offset.pinned().recordMaxBytes(),
                Position.snapshot(chunk.after().instance(), chunk.after().ordinal(), 0),
                offset.epoch(),
                offset.inSnapshot(chunk.after()));
    }

    /** A binlog item; it may have no pieces. */
    static Unit of(BinlogItem item, Translator translator, SourceOffset offset) throws UntranslatableException {
        return new Unit(
                translator.translate(item),
                offset.pinned().recordMaxBytes(),
                Position.binlog(item.end().filenum(), item.end().offset(), 0),
                item.execTimeSeconds() * 1000,
                offset.inBinlog(item.end()));
    }

    /** When the master did it, in Unix milliseconds. */
    long timeMs() {
        return timeMs;
    }

    /** Where a restart goes on once all pieces are out. */
    SourceOffset after() {
        return after;
    }

    /** Passes over pieces that were emitted before a restart. */
    void skip(int pieces) {
        for (int i = 0; i < pieces && hasNext(); i++) {
            next();
        }
    }

    /** How many pieces were taken or skipped. */
    int taken() {
        return part;
    }

    @Override
    public boolean hasNext() {
        return values.hasNext() || changes.hasNext();
    }

    @Override
    public Piece next() {
        if (!values.hasNext()) {
            Change change = changes.next();
            if (change instanceof Change.OnKey onKey) {
                key = onKey.key();
                values = fitting(() -> Pieces.of(key, onKey.commands(), recordMaxBytes));
            } else {
                return new Piece.OnDatabase(Resp.encode(change.commands()), nextPosition());
            }
        }
        if (!values.hasNext()) {
            throw new NoSuchElementException("a change without commands at " + first);
        }
        return new Piece.OnKey(key, fitting(values::next), nextPosition());
    }

    private <T> T fitting(Supplier<T> pieces) {
        try {
            return pieces.get();
        } catch (IllegalArgumentException e) {
            throw new ConnectException(
                    "At " + first + ": " + e.getMessage()
                            + ". A changed record.max.bytes takes effect with a new epoch: reset the connector's"
                            + " offsets for a new full sync",
                    e);
        }
    }

    private Position nextPosition() {
        return new Position(first.phase(), first.a(), first.b(), part++);
    }
}
