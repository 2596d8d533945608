package io.pikaconnect.snapshot;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.rocksdb.AbstractComparator;

/**
 * The bytes of 3.2 – 3.5, blackwidow (storage-format 5). Names are the users' keys as they are; numbers are
 * little-endian; expiries are Unix seconds through which the key lives, 0: none, negative: dead at once.
 *
 * <pre>
 * key of a record      | name |
 * value of a record
 *   string             | value | expiry i32 |                           a minus counts from the end
 *                      0      -4           end
 *                      68656c6c6f 2d35046b
 *
 *   hash, set, zset    | count i32 | version i32 | expiry i32 |
 *                      0           4             8            12
 *                      03000000 8dae026b 00000000
 *
 *   list               | count u64 | version i32 | expiry i32 | left u64 | right u64 |
 *                      0           8             12           16         24          32
 *                      0500000000000000 8dae026b 00000000 fdffffffffffff7f 0300000000000080
 *
 * key of an element    | name length u32 | name | version i32 | field, member or index u64 |
 *                      0                 4      4 + name length
 *                      03000000 683a31 8dae026b 6631                    hash h:1, field f1
 * value of an element  hash: the field's; list: the element; zset: score f64; set: empty
 * </pre>
 */
final class BlackwidowFormat implements Format {

    static final BlackwidowFormat INSTANCE = new BlackwidowFormat();

    /** Bytes of an expiry; a string's is after its value. */
    static final int EXPIRY_LENGTH = Integer.BYTES;

    /** Bytes in front of the name in an element's key: its length. */
    private static final int LENGTH_FIELD = Integer.BYTES;

    private static final int VERSION_FIELD = Integer.BYTES;

    /** Offsets in the record of a hash, a set or a sorted set, in bytes. */
    private static final class OfElements {
        static final int COUNT = 0;
        static final int VERSION = COUNT + Integer.BYTES;
        static final int EXPIRY = VERSION + VERSION_FIELD;
        static final int END = EXPIRY + EXPIRY_LENGTH;
    }

    /** Offsets in a list's record, in bytes. */
    private static final class OfList {
        static final int COUNT = 0;
        static final int VERSION = COUNT + Long.BYTES;
        static final int EXPIRY = VERSION + VERSION_FIELD;
        static final int LEFT = EXPIRY + EXPIRY_LENGTH;
        static final int RIGHT = LEFT + Long.BYTES;
        static final int END = RIGHT + Long.BYTES;
    }

    private static final List<PikaType> TYPES =
            List.of(PikaType.STRING, PikaType.HASH, PikaType.LIST, PikaType.ZSET, PikaType.SET);

    private static final Set<String> FAMILIES = Set.of("default", "data_cf", "member_cf", "score_cf");

    private BlackwidowFormat() {}

    /** Streams of 3.5 are in no dump that a replica gets (storage-format 2.4). */
    @Override
    public List<PikaType> types() {
        return TYPES;
    }

    @Override
    public Set<String> families() {
        return FAMILIES;
    }

    @Override
    public String dataFamily(PikaType type) {
        return switch (type) {
            case STRING -> "default";
            case SET -> "member_cf";
            default -> "data_cf";
        };
    }

    @Override
    public AbstractComparator listOrder() {
        return BlackwidowListOrder.create();
    }

    @Override
    public int nameStart() {
        return LENGTH_FIELD;
    }

    @Override
    public int nameEnd(byte[] elementKey, int length) {
        long end =
                length < LENGTH_FIELD ? -1 : LENGTH_FIELD + Integer.toUnsignedLong(LittleEndian.intAt(elementKey, 0));
        return end > length ? -1 : (int) end;
    }

    @Override
    public byte[] key(byte[] elementKey, int nameEnd) {
        return Arrays.copyOfRange(elementKey, LENGTH_FIELD, nameEnd);
    }

    @Override
    public int versionLength() {
        return VERSION_FIELD;
    }

    @Override
    public long version(byte[] elementKey, int nameEnd) {
        return LittleEndian.intAt(elementKey, nameEnd);
    }

    @Override
    public int nameTail() {
        return 0;
    }

    @Override
    public int keyTail() {
        return 0;
    }

    @Override
    public int valueLength(PikaType type, byte[] stored, int length) {
        return length;
    }

    @Override
    public boolean hasElementTail(PikaType type) {
        return false;
    }

    @Override
    public boolean isIntact(PikaType type, byte[] elementKey, int elementStart, int length) {
        return true;
    }

    /** Every type has a separate RocksDB. */
    @Override
    public boolean isOfType(PikaType type, byte[] recordValue, int length) {
        return true;
    }

    @Override
    public boolean hasValidLength(PikaType type, int length) {
        return switch (type) {
            case STRING -> length >= EXPIRY_LENGTH;
            case LIST -> length == OfList.END;
            default -> length == OfElements.END;
        };
    }

    @Override
    public Meta meta(PikaType type, byte[] value, int length) {
        return switch (type) {
            case STRING -> Meta.ofString(deadline(value, length - EXPIRY_LENGTH));
            case LIST ->
                Meta.ofList(
                        LittleEndian.longAt(value, OfList.COUNT),
                        LittleEndian.intAt(value, OfList.VERSION),
                        deadline(value, OfList.EXPIRY),
                        LittleEndian.longAt(value, OfList.LEFT),
                        LittleEndian.longAt(value, OfList.RIGHT));
            default ->
                Meta.ofElements(
                        LittleEndian.intAt(value, OfElements.COUNT),
                        LittleEndian.intAt(value, OfElements.VERSION),
                        deadline(value, OfElements.EXPIRY));
        };
    }

    private static long deadline(byte[] value, int at) {
        int expiry = LittleEndian.intAt(value, at);
        if (expiry == 0) {
            return Meta.NEVER;
        }
        return expiry < 0 ? 0 : Meta.endOfSecond(expiry);
    }
}
