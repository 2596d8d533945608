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
 * record of a name, its key being the name
 *   string           value ‖ expiry i32                        68656c6c6f 2d35046b
 *   hash, set, zset  count i32 ‖ version i32 ‖ expiry i32      03000000 8dae026b 00000000
 *   list             count u64 ‖ version i32 ‖ expiry i32 ‖ left u64 ‖ right u64
 *                    0500000000000000 8dae026b 00000000 fdffffffffffff7f 0300000000000080
 * element
 *   key    name length u32 ‖ name ‖ version i32 ‖ field or member; of a list: index u64
 *          03000000 683a31 8dae026b 6631                       hash h:1, field f1
 *   value  hash: the field's; list: the element; zset: score f64; set: empty
 * </pre>
 */
final class BlackwidowFormat implements Format {

    static final BlackwidowFormat INSTANCE = new BlackwidowFormat();

    /** Bytes of a string's expiry, behind its value. */
    static final int EXPIRY_LENGTH = 4;

    private static final int LENGTH_FIELD = 4;
    private static final int VERSION_FIELD = 4;
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

    /** Every type has a RocksDB of its own. */
    @Override
    public boolean isOfType(PikaType type, byte[] recordValue, int length) {
        return true;
    }

    @Override
    public boolean hasValidLength(PikaType type, int length) {
        return switch (type) {
            case STRING -> length >= EXPIRY_LENGTH;
            case LIST -> length == 32;
            default -> length == 12;
        };
    }

    @Override
    public Meta meta(PikaType type, byte[] value, int length) {
        return switch (type) {
            case STRING -> Meta.ofString(deadline(value, length - EXPIRY_LENGTH));
            case LIST ->
                Meta.ofList(
                        LittleEndian.longAt(value, 0),
                        LittleEndian.intAt(value, 8),
                        deadline(value, 12),
                        LittleEndian.longAt(value, 16),
                        LittleEndian.longAt(value, 24));
            default -> Meta.ofElements(LittleEndian.intAt(value, 0), LittleEndian.intAt(value, 4), deadline(value, 8));
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
