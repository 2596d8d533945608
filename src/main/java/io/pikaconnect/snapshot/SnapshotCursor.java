package io.pikaconnect.snapshot;

import java.util.Arrays;
import java.util.Base64;

/**
 * A place in a dump: behind the entry whose RocksDB key is {@code lastKey}.
 *
 * <p>Text form {@code instance/ordinal/key}, the key in Base64 (URL alphabet, no padding):
 *
 * <pre>
 * 0/0/                  the start
 * 2/1047/AwAAAGw6MY2uAmv-________fw     behind the 1047th entry of instance 2 (lists), whose key is 030000006c3a318dae026bfeffffffffffff7f
 * </pre>
 *
 * @param instance index of what is read from a first to a last entry, a type of a RocksDB, in reading order
 * @param ordinal how many physical entries of the instance lie before this place, dead ones included; 0: its start
 * @param lastKey the raw RocksDB key of the last of them; empty at the start (and for the empty key); never written to
 */
public record SnapshotCursor(int instance, long ordinal, byte[] lastKey) {

    /** Before everything. */
    public static final SnapshotCursor START = new SnapshotCursor(0, 0, new byte[0]);

    public SnapshotCursor {
        if (instance < 0 || ordinal < 0 || (ordinal == 0 && lastKey.length > 0)) {
            throw new IllegalArgumentException("not a place in a dump: instance " + instance + ", ordinal " + ordinal
                    + ", key of " + lastKey.length + " bytes");
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when the text is not a cursor
     */
    public static SnapshotCursor parse(String text) {
        String[] p = text.split("/", -1);
        if (p.length != 3) {
            throw new IllegalArgumentException("not a snapshot cursor instance/ordinal/key: " + text);
        }
        return new SnapshotCursor(
                Integer.parseInt(p[0]),
                Long.parseLong(p[1]),
                Base64.getUrlDecoder().decode(p[2]));
    }

    public String toText() {
        return instance + "/" + ordinal + "/"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(lastKey);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SnapshotCursor c
                && instance == c.instance
                && ordinal == c.ordinal
                && Arrays.equals(lastKey, c.lastKey);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lastKey) * 31 + Long.hashCode(ordinal) + instance;
    }

    @Override
    public String toString() {
        return toText();
    }
}
