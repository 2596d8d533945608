package io.pikaconnect.snapshot;

/**
 * What a dump says about one name in one type (storage-format.md 5.1, 5.2, 5.4). Numbers are little-endian.
 *
 * <pre>
 * string           value ‖ expiry i32                        68656c6c6f 2d35046b
 * hash, set, zset  count i32 ‖ version i32 ‖ expiry i32      03000000 8dae026b 00000000
 * list             count u64 ‖ version i32 ‖ expiry i32 ‖ left u64 ‖ right u64
 *                  0500000000000000 8dae026b 00000000 fdffffffffffff7f 0300000000000080
 * </pre>
 *
 * @param count elements; 0: the collection was deleted or emptied. 1 for a string
 * @param version elements with another one are garbage; 0 for a string
 * @param expiry in Unix seconds, through the end of which the key lives; 0: none; negative: dead at once
 * @param left lists: elements have larger indexes (unsigned)
 * @param right lists: elements have smaller indexes (unsigned)
 */
record Meta(long count, int version, int expiry, long left, long right) {

    static final int EXPIRY_LENGTH = 4;

    static Meta ofString(int expiry) {
        return new Meta(1, 0, expiry, 0, 0);
    }

    /** From a meta value of the right length. */
    static Meta parse(PikaType type, byte[] value) {
        return type == PikaType.LIST
                ? new Meta(
                        LittleEndian.longAt(value, 0),
                        LittleEndian.intAt(value, 8),
                        LittleEndian.intAt(value, 12),
                        LittleEndian.longAt(value, 16),
                        LittleEndian.longAt(value, 24))
                : new Meta(
                        LittleEndian.intAt(value, 0), LittleEndian.intAt(value, 4), LittleEndian.intAt(value, 8), 0, 0);
    }

    boolean empty() {
        return count == 0;
    }

    boolean liveAt(long unixSeconds) {
        return expiry == 0 || expiry >= unixSeconds;
    }

    boolean expires() {
        return expiry != 0;
    }

    /** Whether the list element of this index is one. */
    boolean spans(long index) {
        return Long.compareUnsigned(left, index) < 0 && Long.compareUnsigned(index, right) < 0;
    }
}
