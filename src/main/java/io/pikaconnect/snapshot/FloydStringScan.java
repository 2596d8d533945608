package io.pikaconnect.snapshot;

import java.util.Optional;

/**
 * Strings of 4.0, among the records of all names ({@link FloydFormat}); one key is one chunk. Since it reads every
 * record, it also counts those that cannot be read.
 */
final class FloydStringScan implements Scan {

    /** Bit of the first byte after the value: PFADD or PFMERGE wrote it. */
    private static final int HYPERLOGLOG = 0x80;

    private final EntryCursor entries;
    private final KeyFilter selection;
    private final HyperLogLogs hyperLogLogs;
    private final UnreadableEntries unreadable;

    FloydStringScan(EntryCursor entries, KeyFilter selection, HyperLogLogs hyperLogLogs, UnreadableEntries unreadable) {
        this.entries = entries;
        this.selection = selection;
        this.hyperLogLogs = hyperLogLogs;
        this.unreadable = unreadable;
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
            unreadable.record("a key without its end", entries::name);
            return false;
        }
        int length = entries.valueLength();
        if (length == 0) {
            unreadable.record("a record without a type", entries::name);
            return false;
        }
        if (nameEnd + FloydFormat.TAIL < entries.keyLength()) {
            unreadable.cutRecord(format.key(entries.key(), nameEnd));
            return false;
        }
        format.checkType(entries.key(), nameEnd, entries.value(), length);
        if (!format.isOfType(PikaType.STRING, entries.value(), length)) {
            return false;
        }
        if (!format.hasValidLength(PikaType.STRING, length)) {
            unreadable.record("a string of " + length + " bytes, too short for its times", entries::name);
            return false;
        }
        return true;
    }

    private Optional<SnapshotChunk> chunk() throws SnapshotException {
        Format format = FloydFormat.INSTANCE;
        int length = entries.valueLength();
        byte[] key = format.key(entries.key(), entries.keyLength() - FloydFormat.TAIL);
        Meta meta = format.meta(PikaType.STRING, entries.value(), length);
        if (!selection.accepts(PikaType.STRING, meta, key)) {
            return Optional.empty();
        }
        int end = length - FloydRecord.STRING_TAIL;
        if ((entries.value()[end] & HYPERLOGLOG) != 0) {
            hyperLogLogs.meet(key);
        }
        byte[] value = entries.value(FloydRecord.TYPE_LENGTH, end);
        return Optional.of(SnapshotChunk.ofString(key, value, meta, entries.after()));
    }

    @Override
    public void close() {
        entries.close();
    }
}
