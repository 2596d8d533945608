package io.pikaconnect.snapshot;

/**
 * The value of a name's record in dumps of 4.0 (storage-format 6, 8): where its fields are. All numbers are little-endian;
 * a stream ID is two, ms u64 and sequence u64. The line below each picture has the offsets in bytes.
 *
 * <pre>
 * string
 *   | type 00 | value | reserve 16 | ctime u64 | etime u64 |
 *   0         1      -32          -16         -8           end       a minus counts from the end
 *   00 68656c6c6f 16×00 7b68e5cf8b010080 c8515c18a3010080
 *
 * hash, set, zset
 *   | type 01, 02, 04 | count i32 | version u64 | reserve 16 | ctime u64 | etime u64 |
 *   0                 1           5             13           29          37          45
 *
 * list
 *   | type 03 | count u64 | version u64 | left u64 | 8 any | right u64 | 8 any | reserve 16 | ctime u64 | etime u64 |
 *   0         1           9             17         25      33          41      49           65          73          81
 *
 * stream
 *   | type 05 | groups u32 | added u64 | first ID 16 | last ID 16 | largest deleted ID 16 | count i32 | version u64 |
 *   0         1            5           13            29           45                      61          65            73
 * </pre>
 *
 * <p>etime: 0: none; bit 63 set: Unix milliseconds (4.0.1); else Unix seconds (4.0.0).
 */
final class FloydRecord {

    /** Bytes of the type, with which every record starts. */
    static final int TYPE_LENGTH = 1;

    private static final int RESERVE_LENGTH = 16;
    private static final int TIME_LENGTH = Long.BYTES;

    /** Bytes after the value in a string's record: reserve, ctime, etime. */
    static final int STRING_TAIL = RESERVE_LENGTH + 2 * TIME_LENGTH;

    /** Set in an etime or ctime that is in milliseconds. */
    static final long MILLISECONDS = 1L << 63;

    /** Offsets in the record of a hash, a set or a sorted set, in bytes. */
    private static final class OfElements {
        static final int COUNT = TYPE_LENGTH;
        static final int VERSION = COUNT + Integer.BYTES;
        static final int RESERVE = VERSION + Long.BYTES;
        static final int CTIME = RESERVE + RESERVE_LENGTH;
        static final int ETIME = CTIME + TIME_LENGTH;
        static final int END = ETIME + TIME_LENGTH;
    }

    /** Offsets in a list's record, in bytes; each index has as many bytes after it that mean nothing. */
    private static final class OfList {
        static final int COUNT = TYPE_LENGTH;
        static final int VERSION = COUNT + Long.BYTES;
        static final int LEFT = VERSION + Long.BYTES;
        static final int RIGHT = LEFT + 2 * Long.BYTES;
        static final int RESERVE = RIGHT + 2 * Long.BYTES;
        static final int CTIME = RESERVE + RESERVE_LENGTH;
        static final int ETIME = CTIME + TIME_LENGTH;
        static final int END = ETIME + TIME_LENGTH;
    }

    /** Offsets in a stream's record, in bytes. */
    private static final class OfStream {
        static final int GROUPS = TYPE_LENGTH;
        static final int ADDED = GROUPS + Integer.BYTES;
        static final int FIRST_ID = ADDED + Long.BYTES;
        static final int LAST_ID = FIRST_ID + StreamId.LENGTH;
        static final int LARGEST_DELETED_ID = LAST_ID + StreamId.LENGTH;
        static final int COUNT = LARGEST_DELETED_ID + StreamId.LENGTH;
        static final int VERSION = COUNT + Integer.BYTES;
        static final int END = VERSION + Long.BYTES;
    }

    private FloydRecord() {}

    /** Whether the record of a type can have this length; to be asked before {@link #meta}. */
    static boolean hasValidLength(PikaType type, int length) {
        return switch (type) {
            case STRING -> length >= TYPE_LENGTH + STRING_TAIL;
            case LIST -> length == OfList.END;
            case STREAM -> length == OfStream.END;
            default -> length == OfElements.END;
        };
    }

    /** What a record of this type and length contains. */
    static Meta meta(PikaType type, byte[] value, int length) {
        return switch (type) {
            case STRING -> Meta.ofString(deadline(value, length - TIME_LENGTH));
            case LIST ->
                Meta.ofList(
                        LittleEndian.longAt(value, OfList.COUNT),
                        LittleEndian.longAt(value, OfList.VERSION),
                        deadline(value, OfList.ETIME),
                        LittleEndian.longAt(value, OfList.LEFT),
                        LittleEndian.longAt(value, OfList.RIGHT));
            case STREAM ->
                Meta.ofStream(
                        LittleEndian.intAt(value, OfStream.COUNT),
                        LittleEndian.longAt(value, OfStream.VERSION),
                        new StreamState(
                                LittleEndian.intAt(value, OfStream.GROUPS),
                                LittleEndian.longAt(value, OfStream.ADDED),
                                streamId(value, OfStream.LAST_ID),
                                streamId(value, OfStream.LARGEST_DELETED_ID)));
            default ->
                Meta.ofElements(
                        LittleEndian.intAt(value, OfElements.COUNT),
                        LittleEndian.longAt(value, OfElements.VERSION),
                        deadline(value, OfElements.ETIME));
        };
    }

    /** Little-endian here, unlike in the key of a stream's entry. */
    private static StreamId streamId(byte[] value, int at) {
        return new StreamId(LittleEndian.longAt(value, at), LittleEndian.longAt(value, at + Long.BYTES));
    }

    private static long deadline(byte[] value, int at) {
        long etime = LittleEndian.longAt(value, at);
        if (etime == 0) {
            return Meta.NEVER;
        }
        return etime < 0 ? etime ^ MILLISECONDS : Meta.endOfSecond(etime);
    }
}
