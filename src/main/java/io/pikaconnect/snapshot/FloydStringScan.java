package io.pikaconnect.snapshot;

import io.pikaconnect.change.Tally;
import java.util.Optional;

/**
 * Strings of 4.0, among the records of all names ({@link FloydFormat}); one key is one chunk. As it meets every record,
 * this is also where those are counted that cannot be read.
 */
final class FloydStringScan implements Scan {

    private static final int HYPERLOGLOG = 0x80;

    private final Entries entries;
    private final Selection selection;
    private final HyperLogLogs hyperLogLogs;
    private final Tally tally;

    FloydStringScan(Entries entries, Selection selection, HyperLogLogs hyperLogLogs, Tally tally) {
        this.entries = entries;
        this.selection = selection;
        this.hyperLogLogs = hyperLogLogs;
        this.tally = tally;
    }

    @Override
    public Optional<SnapshotChunk> next() throws SnapshotException {
        while (entries.advance()) {
            if (isReadableString()) {
                Optional<SnapshotChunk> chunk = chunk();
                if (chunk.isPresent()) {
                    return chunk;
                }
            }
        }
        return Optional.empty();
    }

    private boolean isReadableString() throws SnapshotException {
        FloydFormat format = FloydFormat.INSTANCE;
        int nameEnd = format.nameEnd(entries.key(), entries.keyLength());
        if (nameEnd < 0 || nameEnd + FloydFormat.TAIL > entries.keyLength()) {
            throw entries.malformed("a key without its end");
        }
        int length = entries.valueLength();
        if (length == 0 || !FloydFormat.isType(entries.value()[0])) {
            throw entries.malformed("a record that is not of a known type");
        }
        if (nameEnd + FloydFormat.TAIL < entries.keyLength()) {
            tally.count("key.unreadable", Unreadable.record(format.key(entries.key(), nameEnd)));
            return false;
        }
        if (!format.holds(PikaType.STRING, entries.value(), length)) {
            return false;
        }
        if (!format.fits(PikaType.STRING, length)) {
            throw entries.malformed("a string of " + length + " bytes, without room for its times");
        }
        return true;
    }

    private Optional<SnapshotChunk> chunk() throws SnapshotException {
        Format format = FloydFormat.INSTANCE;
        int length = entries.valueLength();
        byte[] key = format.key(entries.key(), entries.keyLength() - FloydFormat.TAIL);
        Meta meta = format.meta(PikaType.STRING, entries.value(), length);
        if (!selection.takes(PikaType.STRING, meta, key)) {
            return Optional.empty();
        }
        int end = length - FloydFormat.STRING_TAIL;
        if ((entries.value()[end] & HYPERLOGLOG) != 0) {
            hyperLogLogs.meet(key);
        }
        byte[] value = entries.value(FloydFormat.TYPE_FIELD, end);
        return Optional.of(SnapshotChunk.ofString(key, value, meta, entries.after()));
    }

    @Override
    public void close() {
        entries.close();
    }
}
