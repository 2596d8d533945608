package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.snapshot.Milestones.Milestone;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iterates over the physical entries of one RocksDB instance, each with its ordinal.
 *
 * <p>Keys and values are read into arrays that are reused; only what is requested is copied.
 */
final class EntryCursor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EntryCursor.class);

    private static final int KEY_ROOM = 1_024;
    private static final int VALUE_ROOM = 64 * 1_024;
    private static final int MOST_ROOM_KEPT = 1 << 20;

    private final int instance;
    private final Path path;
    private final RocksIterator iterator;
    private final SnapshotCursor from;
    private final Milestones milestones;

    /** Set when the reader is closed, from any thread. */
    private final AtomicBoolean closing;

    private final byte[] valueRoom = new byte[VALUE_ROOM];
    private byte[] value = valueRoom;
    private int valueLength;
    private boolean valueRead;

    private byte[] key = new byte[KEY_ROOM];
    private int keyLength;
    private long ordinal;

    private byte[] markedKey = new byte[KEY_ROOM];
    private int markedLength;
    private long markedOrdinal;

    private boolean started;
    private boolean ended;

    /** @param from where to start; the first {@link #advance} moves there, which may take a while */
    EntryCursor(Path path, RocksIterator iterator, SnapshotCursor from, Milestones milestones, AtomicBoolean closing) {
        this.instance = from.instance();
        this.path = path;
        this.iterator = iterator;
        this.from = from;
        this.milestones = milestones;
        this.closing = closing;
    }

    /** Moves to the entry after which reading resumes: from the nearest one that can be sought, entry by entry. */
    private void moveTo() throws SnapshotException {
        Optional<Milestone> nearest =
                from.lastKey().map(key -> new Milestone(from.ordinal(), key)).or(() -> milestones.before(from));
        if (nearest.isPresent() && seek(nearest.get().key())) {
            ordinal = nearest.get().ordinal();
        } else {
            iterator.seekToFirst();
            ordinal = 1;
        }
        while (iterator.isValid() && ordinal < from.ordinal()) {
            checkOpen();
            iterator.next();
            ordinal++;
        }
        if (iterator.isValid()) {
            readKey();
        } else {
            checkStatus();
        }
        if (!iterator.isValid() || SnapshotCursor.checksum(key, keyLength) != from.checksum()) {
            throw DumpErrors.in(path, "the entry " + from + ", after which reading should resume, is missing");
        }
        mark();
    }

    /** Returns whether there is an entry with this key, which is then the current one. */
    private boolean seek(byte[] soughtKey) throws SnapshotException {
        iterator.seek(soughtKey);
        checkStatus();
        return iterator.isValid() && Arrays.equals(iterator.key(), soughtKey);
    }

    private void checkOpen() throws SnapshotException {
        if (closing.get()) {
            throw new SnapshotException(
                    "reading of " + path + " ended after its entry " + ordinal + " because the reader was closed");
        }
    }

    /** Goes to the next entry; false after the last one. */
    boolean advance() throws SnapshotException {
        checkOpen();
        if (ended) {
            return false;
        }
        if (!started && from.ordinal() > 0) {
            moveTo();
            iterator.next();
        } else if (started) {
            iterator.next();
        } else {
            iterator.seekToFirst();
        }
        started = true;
        if (!iterator.isValid()) {
            checkStatus();
            ended = true;
            return false;
        }
        ordinal++;
        readKey();
        milestones.passed(instance, ordinal, key, keyLength);
        return true;
    }

    private void readKey() {
        valueRead = false;
        value = valueRoom;
        if (key.length > MOST_ROOM_KEPT) {
            key = new byte[KEY_ROOM];
        }
        keyLength = iterator.key(key, 0, key.length);
        if (keyLength > key.length) {
            key = new byte[keyLength];
            iterator.key(key, 0, keyLength);
        }
    }

    /** On a damaged file RocksDB ends an iteration early without an exception. */
    private void checkStatus() throws SnapshotException {
        try {
            iterator.status();
        } catch (RocksDBException e) {
            throw DumpErrors.in(path, e);
        }
    }

    /** The array that starts with the current entry's key; bytes after {@link #keyLength()} are not part of it. */
    byte[] key() {
        return key;
    }

    int keyLength() {
        return keyLength;
    }

    byte[] key(int from, int to) {
        return Arrays.copyOfRange(key, from, to);
    }

    int valueLength() {
        if (!valueRead) {
            valueLength = iterator.value(valueRoom, 0, valueRoom.length);
            if (valueLength > valueRoom.length) {
                value = iterator.value();
            }
            valueRead = true;
        }
        return valueLength;
    }

    /** The array that starts with the current entry's value; bytes after {@link #valueLength()} are not part of it. */
    byte[] value() {
        valueLength();
        return value;
    }

    byte[] value(int from, int to) {
        byte[] all = value();
        boolean large = all != valueRoom;
        byte[] part = large && from == 0 && to == all.length ? all : Arrays.copyOfRange(all, from, to);
        if (large) {
            // A reader that waits for space must not keep it in memory; it is read again on request.
            value = valueRoom;
            valueRead = false;
        }
        return part;
    }

    /** The key of the last entry that is not after {@code bound}; reading continues at the current entry. */
    byte[] lastKeyUpTo(byte[] bound) throws SnapshotException {
        iterator.seekForPrev(bound);
        byte[] last = iterator.isValid() ? iterator.key() : new byte[0];
        checkStatus();
        iterator.seek(key(0, keyLength));
        checkStatus();
        return last;
    }

    /** The current entry is part of a chunk: a cursor may point after it. To be followed by {@link #advance}. */
    void mark() {
        byte[] free = markedKey;
        markedKey = key;
        markedLength = keyLength;
        markedOrdinal = ordinal;
        key = free;
        keyLength = 0;
    }

    /** Whether the last marked entry has a key that starts with these bytes. */
    boolean markBeginsWith(byte[] prefix, int length) {
        return markedOrdinal > 0 && markedLength >= length && Arrays.equals(markedKey, 0, length, prefix, 0, length);
    }

    /** The place after the last marked entry. */
    SnapshotCursor afterMark() {
        return SnapshotCursor.after(instance, markedOrdinal, SnapshotCursor.checksum(markedKey, markedLength));
    }

    /** The place after the current entry. */
    SnapshotCursor after() {
        return SnapshotCursor.after(instance, ordinal, SnapshotCursor.checksum(key, keyLength));
    }

    @Override
    public void close() {
        iterator.close();
    }

    /** Identifies the current entry in the log; its RocksDB key may contain a member or a field, so it is not shown. */
    String name() {
        if (LOG.isDebugEnabled()) {
            LOG.debug("entry {} of {} has the RocksDB key {}", ordinal, path, Escaped.text(key(0, keyLength)));
        }
        return "entry " + ordinal + " of " + path + " with a RocksDB key of " + keyLength + " bytes";
    }
}
