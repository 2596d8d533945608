package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Looks up the records of keys of one type in a RocksDB, one by one.
 *
 * <p>Lookups come mostly in ascending order, so the iterator advances with them: the last key asked for and the entry
 * found after it bound a range known to be empty, and only a key outside that range moves the iterator.
 */
final class MetaLookup {

    /** A few steps to a near entry are cheaper than a seek. */
    private static final int MOST_STEPS = 3;

    /** Enough for every record but a string's. */
    private static final int RECORD_ROOM = 128;

    private final Format format;
    private final PikaType type;
    private final Path path;
    private final RocksIterator iterator;
    private final UnreadableEntries unreadable;
    private final byte[] record = new byte[RECORD_ROOM];

    /** The key of the last lookup that moved the iterator; no entry lies between it and the iterator's entry. */
    private byte[] asked = new byte[64];

    private int askedLength;
    private boolean placed;

    /** The iterator's entry, if it is at one. */
    private byte[] found = new byte[64];

    private int foundLength;
    private boolean atEnd;

    private byte[] lastUnreadable = {};

    MetaLookup(Format format, PikaType type, Path path, RocksIterator iterator, UnreadableEntries unreadable) {
        this.unreadable = unreadable;
        this.format = format;
        this.type = type;
        this.path = path;
        this.iterator = iterator;
    }

    /** The record of the key in {@code bytes[from…to)}, also if it is expired or empty. */
    Optional<Meta> find(byte[] bytes, int from, int to) throws SnapshotException {
        if (!placed || compare(asked, askedLength, bytes, from, to) > 0) {
            seek(bytes, from, to);
        } else {
            int step = 0;
            while (!atEnd && step < MOST_STEPS && compare(found, foundLength, bytes, from, to) < 0) {
                iterator.next();
                load();
                step++;
            }
            if (!atEnd && step == MOST_STEPS && compare(found, foundLength, bytes, from, to) < 0) {
                seek(bytes, from, to);
            } else if (step > 0) {
                remember(bytes, from, to);
            }
        }
        int foundName = foundLength - format.nameTail();
        boolean present = !atEnd && foundName >= 0 && Arrays.equals(found, 0, foundName, bytes, from, to);
        return present ? read() : Optional.empty();
    }

    private void seek(byte[] bytes, int from, int to) throws SnapshotException {
        iterator.seek(ByteBuffer.wrap(bytes, from, to - from));
        load();
        remember(bytes, from, to);
        placed = true;
    }

    private void remember(byte[] bytes, int from, int to) {
        askedLength = to - from;
        if (asked.length < askedLength) {
            asked = new byte[askedLength];
        }
        System.arraycopy(bytes, from, asked, 0, askedLength);
    }

    private void load() throws SnapshotException {
        atEnd = !iterator.isValid();
        if (atEnd) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw DumpErrors.in(path, e);
            }
            return;
        }
        foundLength = iterator.key(found, 0, found.length);
        if (foundLength > found.length) {
            found = new byte[foundLength];
            iterator.key(found, 0, foundLength);
        }
    }

    private Optional<Meta> read() throws SnapshotException {
        int length = iterator.value(record, 0, record.length);
        if (!format.isOfType(type, record, length)) {
            return Optional.empty();
        }
        if (!format.hasValidLength(type, length)) {
            countOnce(length);
            return Optional.empty();
        }
        return Optional.of(format.meta(type, length > record.length ? iterator.value() : record, length));
    }

    /** Counts a record once, although the same key is often looked up several times in a row. */
    private void countOnce(int length) {
        byte[] key = Arrays.copyOf(found, foundLength);
        if (!Arrays.equals(key, lastUnreadable)) {
            lastUnreadable = key;
            unreadable.record(
                    "a record of " + type.plural() + " with " + length + " bytes",
                    () -> "in " + path + " with the RocksDB key " + Escaped.text(key));
        }
    }

    private static int compare(byte[] a, int aLength, byte[] b, int from, int to) {
        return Arrays.compareUnsigned(a, 0, aLength, b, from, to);
    }
}
