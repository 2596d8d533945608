package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.rocksdb.AbstractComparator;

/**
 * The bytes of 4.0, floyd (storage-format 6, 8). Numbers are little-endian; only the stream ID in an element's key is
 * big-endian.
 *
 * <pre>
 * name                   | 8 zero bytes | user's key, 00 written as 0001 | 0000 |
 *                        0              8                               -2      end     a minus counts from the end
 *                        0000000000000000 683a31 0000                                   h:1
 *
 * key of a record        | name | 16 zero bytes |
 * value of a record      {@link FloydRecord}
 *
 * key of an element      | name | version u64 | field, member, index u64 or ID | 16 zero bytes |
 *                               0             8                               -16             end
 *                        0000000000000000 683a31 0000 7b68e5cf8b010000 6631 16×00       hash h:1, field f1
 * value of an element
 *   hash, list, zset, set  | field's value, element, score f64, nothing | reserve 16 | ctime u64 |
 *                          0                                           -24          -8         end
 *   stream                 (length u32 ‖ field or value)…, nothing after
 * </pre>
 *
 * <p>HINCRBY of a field whose hash was deleted or expired, as 4.0.0 does it, stores the field's value without the 24
 * bytes after it: a bare decimal number.
 *
 * <p>Pika itself loses what follows the last NUL byte of a key (storage-format 6.1): such keys have more than 16
 * bytes, of any value, after the name, and can be told from others only by that.
 */
final class FloydFormat implements Format {

    static final FloydFormat INSTANCE = new FloydFormat();

    /** Zero bytes in front of every name. */
    static final int RESERVE = 8;

    /** Zero bytes after a record's name, and after everything in an element's key. */
    static final int TAIL = 16;

    /** Bytes that end a name. */
    private static final int DELIMITER = 2;

    private static final int VERSION_FIELD = Long.BYTES;
    private static final int RESERVE_FIELD = 16;
    private static final int CTIME_FIELD = Long.BYTES;

    /** Bytes after the value of an element: reserve, ctime. */
    private static final int ELEMENT_TAIL = RESERVE_FIELD + CTIME_FIELD;

    /** The year 9999; eight bytes of text are never as small. */
    private static final long LATEST_SECOND = 253_402_300_799L;

    /** By their type bytes. */
    private static final List<PikaType> BY_NUMBER =
            List.of(PikaType.STRING, PikaType.HASH, PikaType.SET, PikaType.LIST, PikaType.ZSET, PikaType.STREAM);

    private static final Set<String> FAMILIES = Set.of(
            "default",
            "hash_data_cf",
            "set_data_cf",
            "list_data_cf",
            "zset_data_cf",
            "zset_score_cf",
            "stream_data_cf");

    private static final List<PikaType> TYPES = List.of(PikaType.values());

    private FloydFormat() {}

    @Override
    public List<PikaType> types() {
        return TYPES;
    }

    @Override
    public String dataFamily(PikaType type) {
        return switch (type) {
            case STRING -> "default";
            case HASH -> "hash_data_cf";
            case LIST -> "list_data_cf";
            case ZSET -> "zset_data_cf";
            case SET -> "set_data_cf";
            case STREAM -> "stream_data_cf";
        };
    }

    @Override
    public AbstractComparator listOrder() {
        return FloydListOrder.create();
    }

    @Override
    public int nameStart() {
        return 0;
    }

    /** After the first two zero bytes in a row. */
    @Override
    public int nameEnd(byte[] key, int length) {
        for (int i = RESERVE + 1; i < length; i++) {
            if (key[i] == 0 && key[i - 1] == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public byte[] key(byte[] raw, int nameEnd) {
        byte[] key = Arrays.copyOfRange(raw, RESERVE, nameEnd - DELIMITER);
        int length = 0;
        for (int i = 0; i < key.length; i++) {
            key[length++] = key[i];
            if (key[i] == 0 && i + 1 < key.length && key[i + 1] == 1) {
                i++;
            }
        }
        return length == key.length ? key : Arrays.copyOf(key, length);
    }

    @Override
    public int versionLength() {
        return VERSION_FIELD;
    }

    @Override
    public long version(byte[] elementKey, int nameEnd) {
        return LittleEndian.longAt(elementKey, nameEnd);
    }

    @Override
    public int nameTail() {
        return TAIL;
    }

    @Override
    public int keyTail() {
        return TAIL;
    }

    @Override
    public int valueLength(PikaType type, byte[] stored, int length) {
        if (!hasElementTail(type) || length < ELEMENT_TAIL) {
            return length;
        }
        if (isElementTail(stored, length - ELEMENT_TAIL)) {
            return length - ELEMENT_TAIL;
        }
        return isNumber(stored, length) ? length : UNKNOWN_LENGTH;
    }

    @Override
    public boolean hasElementTail(PikaType type) {
        return type != PikaType.STREAM;
    }

    /** Reserve bytes that are zero, or a valid time: no text ends like that. */
    private static boolean isElementTail(byte[] stored, int at) {
        boolean reserve = LittleEndian.longAt(stored, at) == 0 && LittleEndian.longAt(stored, at + Long.BYTES) == 0;
        long ctime = LittleEndian.longAt(stored, at + RESERVE_FIELD);
        long seconds = ctime < 0 ? (ctime ^ FloydRecord.MILLISECONDS) / 1_000 : ctime;
        return reserve || (seconds >= 0 && seconds <= LATEST_SECOND);
    }

    /** As HINCRBY and HINCRBYFLOAT write it. */
    private static boolean isNumber(byte[] stored, int length) {
        for (int i = 0; i < length; i++) {
            byte b = stored[i];
            boolean digit = b >= '0' && b <= '9';
            if (!digit && b != '.' && !(b == '-' && i == 0)) {
                return false;
            }
        }
        return true;
    }

    /** What a key's lost end left after the element shows where it is not zero, or where elements have one length. */
    @Override
    public boolean isIntact(PikaType type, byte[] key, int elementStart, int length) {
        int fixed = type.elementKeyLength();
        return LittleEndian.longAt(key, length - TAIL) == 0
                && LittleEndian.longAt(key, length - TAIL + Long.BYTES) == 0
                && (fixed == 0 || length <= elementStart + fixed + TAIL);
    }

    /** All types share one key space. */
    @Override
    public boolean isOfType(PikaType type, byte[] recordValue, int length) {
        return length < FloydRecord.TYPE_LENGTH || recordValue[0] == BY_NUMBER.indexOf(type);
    }

    @Override
    public void checkType(byte[] recordKey, int nameEnd, byte[] recordValue, int length) throws SnapshotException {
        if (length > 0 && (recordValue[0] < 0 || recordValue[0] >= BY_NUMBER.size())) {
            throw new SnapshotException("the key " + Escaped.text(key(recordKey, nameEnd)) + " is of type "
                    + (recordValue[0] & 0xff) + ", which no known release of Pika has: a type of a later release or of"
                    + " a development branch. Delete it in Pika and have another dump pulled, or use a connector that"
                    + " supports it");
        }
    }

    @Override
    public Set<String> families() {
        return FAMILIES;
    }

    @Override
    public boolean hasValidLength(PikaType type, int length) {
        return FloydRecord.hasValidLength(type, length);
    }

    @Override
    public Meta meta(PikaType type, byte[] value, int length) {
        return FloydRecord.meta(type, value, length);
    }
}
