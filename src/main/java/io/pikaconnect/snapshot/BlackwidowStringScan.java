package io.pikaconnect.snapshot;

import io.pikaconnect.pika.HyperLogLog;
import java.util.Optional;

/** Strings of 3.2 – 3.5: one entry is one key, value and expiry together ({@link BlackwidowFormat}); one key is one chunk. */
final class BlackwidowStringScan implements Scan {

    private final EntryCursor entries;
    private final KeyFilter selection;
    private final HyperLogLogs hyperLogLogs;
    private final UnreadableEntries unreadable;

    BlackwidowStringScan(
            EntryCursor entries, KeyFilter selection, HyperLogLogs hyperLogLogs, UnreadableEntries unreadable) {
        this.unreadable = unreadable;
        this.entries = entries;
        this.selection = selection;
        this.hyperLogLogs = hyperLogLogs;
    }

    @Override
    public Optional<SnapshotChunk> next() throws SnapshotException {
        Format format = BlackwidowFormat.INSTANCE;
        while (entries.advance()) {
            int length = entries.valueLength();
            if (!format.hasValidLength(PikaType.STRING, length)) {
                unreadable.record("a string of " + length + " bytes, too short for its expiry", entries::name);
                continue;
            }
            Meta meta = format.meta(PikaType.STRING, entries.value(), length);
            byte[] key = entries.key(0, entries.keyLength());
            if (selection.accepts(PikaType.STRING, meta, key)) {
                byte[] value = entries.value(0, length - BlackwidowFormat.EXPIRY_LENGTH);
                if (HyperLogLog.looksLikeOne(value)) {
                    hyperLogLogs.meet(key);
                }
                return Optional.of(SnapshotChunk.ofString(key, value, meta, entries.after()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        entries.close();
    }
}
