package io.pikaconnect.snapshot;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Checks one column family of a dump before anything depends on it: opens each of its files, decodes its first entries
 * and its last one. Damage in the middle of a file is not found.
 */
final class DumpCheck {

    /** Entries that are decoded from the first one on. */
    private static final int FIRST = 100;

    /**
     * If this many entries were checked and none can be read, the data are not Pika's; fewer may be single bad entries.
     */
    private static final int MANY = 10;

    /** Larger keys and values count as decoded: they are a user's data. */
    private static final int ROOM = 64 * 1_024;

    /** Whether an entry is what Pika writes into that column family. */
    interface Decoder {
        /** @throws SnapshotException if it has a type that no release writes */
        boolean decodes(byte[] key, byte[] value) throws SnapshotException;
    }

    private final Path folder;
    private final String family;
    private final RocksIterator entries;
    private final Decoder decoder;
    private final byte[] keyRoom = new byte[ROOM];
    private final byte[] valueRoom = new byte[ROOM];
    private int seen;
    private int decoded;

    DumpCheck(Path folder, String family, RocksIterator entries, Decoder decoder) {
        this.folder = folder;
        this.family = family;
        this.entries = entries;
        this.decoder = decoder;
    }

    void run(List<LiveFileMetaData> files) throws SnapshotException, InterruptedException {
        entries.seekToFirst();
        while (look() && seen < FIRST) {
            entries.next();
        }
        entries.seekToLast();
        look();
        if (seen >= MANY && decoded == 0) {
            throw DumpErrors.in(
                    folder,
                    "none of " + seen + " entries in column family " + family
                            + " is what a Pika of 3.2 to 4.0 writes; its first and last were checked");
        }
        for (LiveFileMetaData file : files) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while checking " + folder);
            }
            entries.seek(file.smallestKey());
            checkStatus();
        }
    }

    /** Decodes the current entry, if there is one. */
    private boolean look() throws SnapshotException {
        if (!entries.isValid()) {
            checkStatus();
            return false;
        }
        seen++;
        int keyLength = entries.key(keyRoom, 0, keyRoom.length);
        int valueLength = entries.value(valueRoom, 0, valueRoom.length);
        boolean large = keyLength > keyRoom.length || valueLength > valueRoom.length;
        if (large || decoder.decodes(Arrays.copyOf(keyRoom, keyLength), Arrays.copyOf(valueRoom, valueLength))) {
            decoded++;
        }
        return true;
    }

    private void checkStatus() throws SnapshotException {
        try {
            entries.status();
        } catch (RocksDBException e) {
            throw DumpErrors.in(folder, e);
        }
    }

    // ---- what Pika writes

    /** A name's record, of one of these types. */
    static Decoder records(Format format, List<PikaType> types) {
        return (key, value) -> {
            boolean named = format.nameTail() == 0
                    || format.nameEnd(key, key.length) >= 0
                            && format.nameEnd(key, key.length) + format.nameTail() <= key.length;
            if (named) {
                format.checkType(key, format.nameEnd(key, key.length), value, value.length);
            }
            return named
                    && types.stream()
                            .anyMatch(t ->
                                    format.isOfType(t, value, value.length) && format.hasValidLength(t, value.length));
        };
    }

    /** An element of a type. */
    static Decoder elements(Format format, PikaType type) {
        return (key, value) -> {
            int nameEnd = format.nameEnd(key, key.length);
            int field = key.length - format.keyTail() - format.versionLength() - nameEnd;
            int length = format.valueLength(type, value, value.length);
            return nameEnd >= 0
                    && field >= type.elementKeyLength()
                    && length != Format.UNKNOWN_LENGTH
                    && (type != PikaType.ZSET || length == Double.BYTES);
        };
    }
}
