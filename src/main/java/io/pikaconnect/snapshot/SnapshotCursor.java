package io.pikaconnect.snapshot;

import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A place in a dump: after an entry identified by its ordinal and confirmed by a checksum of its RocksDB key. So the
 * offset that Connect stores reveals no keys or elements, and stays small however long they are.
 *
 * <p>Text form {@code instance/ordinal/#checksum}:
 *
 * <pre>
 * 0/0/ the start 2/1047/#74261933 after the 1047th entry of instance 2 (lists); CRC-32C of its key, as 8 hexadecimal
 * digits 2/1047/AwAAAGw6MY2uAmv-________fw the same as the first release wrote it, with the key itself in Base64 (URL
 * alphabet, no padding): still read, no longer written
 * </pre>
 *
 * @param instance index of the instance, a type of a RocksDB, in reading order
 * @param ordinal how many physical entries of the instance are before this place, dead ones included; 0: its start
 * @param checksum of the last of them, {@link #checksum}; 0 at the start
 * @param lastKey its raw RocksDB key, if known from the earlier text form; never written to
 */
public record SnapshotCursor(int instance, long ordinal, int checksum, Optional<byte[]> lastKey) {

    /** Before everything. */
    public static final SnapshotCursor START = startOf(0);

    private static final String CHECKSUM = "#";

    public SnapshotCursor {
        if (instance < 0 || ordinal < 0 || (ordinal == 0 && (checksum != 0 || lastKey.isPresent()))) {
            throw new IllegalArgumentException("not a place in a dump: instance " + instance + ", ordinal " + ordinal
                    + ", checksum " + Integer.toHexString(checksum));
        }
    }

    static SnapshotCursor startOf(int instance) {
        return new SnapshotCursor(instance, 0, 0, Optional.empty());
    }

    static SnapshotCursor after(int instance, long ordinal, int checksum) {
        return new SnapshotCursor(instance, ordinal, checksum, Optional.empty());
    }

    /** The checksum of the first bytes of an array, a RocksDB key. */
    static int checksum(byte[] key, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text is not a cursor
     */
    public static SnapshotCursor parse(String text) {
        String[] p = text.split("/", -1);
        if (p.length != 3) {
            throw new IllegalArgumentException("not a snapshot cursor instance/ordinal/#checksum: " + text);
        }
        int instance = Integer.parseInt(p[0]);
        long ordinal = Long.parseLong(p[1]);
        if (ordinal == 0 && p[2].isEmpty()) {
            return startOf(instance);
        }
        if (p[2].startsWith(CHECKSUM)) {
            return after(instance, ordinal, Integer.parseUnsignedInt(p[2].substring(CHECKSUM.length()), 16));
        }
        byte[] key = Base64.getUrlDecoder().decode(p[2]);
        return new SnapshotCursor(instance, ordinal, checksum(key, key.length), Optional.of(key));
    }

    public String toText() {
        return instance + "/" + ordinal + "/" + (ordinal == 0 ? "" : CHECKSUM + String.format("%08x", checksum));
    }

    /** The same place is the same cursor, whether or not the key is known. */
    @Override
    public boolean equals(Object o) {
        return o instanceof SnapshotCursor c
                && instance == c.instance
                && ordinal == c.ordinal
                && checksum == c.checksum;
    }

    @Override
    public int hashCode() {
        return (checksum * 31 + Long.hashCode(ordinal)) * 31 + instance;
    }

    @Override
    public String toString() {
        return toText();
    }
}
