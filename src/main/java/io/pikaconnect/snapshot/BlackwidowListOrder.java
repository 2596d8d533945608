package io.pikaconnect.snapshot;

import java.nio.ByteBuffer;
import org.rocksdb.AbstractComparator;
import org.rocksdb.ComparatorOptions;

/**
 * The order of list elements in dumps of 3.2 – 3.5 (storage-format 3.4): key bytes, version as signed number, index as
 * unsigned number; a key that ends first is smaller.
 *
 * <pre>
 * key length u32 ‖ key ‖ version i32 ‖ index u64, little-endian
 * 03000000 6c3a31 8dae026b feffffffffffff7f
 * </pre>
 *
 * <p>RocksDB ignores what this throws and then loses entries, so it throws nothing, whatever the bytes.
 */
final class BlackwidowListOrder extends AbstractComparator {

    /** Keys up to this size are compared without a new buffer for each call. */
    private static final int REUSED_BUFFER = 1_024;

    private static final int LENGTH_FIELD = 4;
    private static final int VERSION_FIELD = 4;
    private static final int INDEX_FIELD = 8;

    private BlackwidowListOrder(ComparatorOptions options) {
        super(options);
    }

    static BlackwidowListOrder create() {
        try (ComparatorOptions options =
                new ComparatorOptions().setUseDirectBuffer(true).setMaxReusedBufferSize(REUSED_BUFFER)) {
            return new BlackwidowListOrder(options);
        }
    }

    /** Called by RocksDB while the superclass is still being constructed, so it must be a constant. */
    @Override
    public String name() {
        return "blackwidow.ListsDataKeyComparator";
    }

    @Override
    public int compare(ByteBuffer a, ByteBuffer b) {
        int aKeyEnd = keyEnd(a);
        int bKeyEnd = keyEnd(b);
        int c = compareKeys(a, aKeyEnd, b, bKeyEnd);
        if (c != 0) {
            return c;
        }
        boolean aEnds = a.limit() - aKeyEnd < VERSION_FIELD;
        boolean bEnds = b.limit() - bKeyEnd < VERSION_FIELD;
        if (aEnds || bEnds) {
            return Boolean.compare(bEnds, aEnds);
        }
        c = Integer.compare(intAt(a, aKeyEnd), intAt(b, bKeyEnd));
        if (c != 0) {
            return c;
        }
        aEnds = a.limit() - aKeyEnd < VERSION_FIELD + INDEX_FIELD;
        bEnds = b.limit() - bKeyEnd < VERSION_FIELD + INDEX_FIELD;
        if (aEnds || bEnds) {
            return Boolean.compare(bEnds, aEnds);
        }
        return Long.compareUnsigned(longAt(a, aKeyEnd + VERSION_FIELD), longAt(b, bKeyEnd + VERSION_FIELD));
    }

    private static int keyStart(ByteBuffer buffer) {
        return Math.min(buffer.position() + LENGTH_FIELD, buffer.limit());
    }

    private static int keyEnd(ByteBuffer buffer) {
        int start = keyStart(buffer);
        int rest = buffer.limit() - start;
        return rest == 0
                ? start
                : start + (int) Math.min(Integer.toUnsignedLong(intAt(buffer, buffer.position())), rest);
    }

    private static int compareKeys(ByteBuffer a, int aEnd, ByteBuffer b, int bEnd) {
        int i = keyStart(a);
        int j = keyStart(b);
        int common = Math.min(aEnd - i, bEnd - j);
        int end = i + common;
        for (; end - i >= Long.BYTES; i += Long.BYTES, j += Long.BYTES) {
            long x = a.getLong(i);
            long y = b.getLong(j);
            if (x != y) {
                return Long.compareUnsigned(x, y);
            }
        }
        for (; i < end; i++, j++) {
            int c = Byte.compareUnsigned(a.get(i), b.get(j));
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(aEnd - keyStart(a), bEnd - keyStart(b));
    }

    // The buffers are big-endian when passed in.

    private static int intAt(ByteBuffer buffer, int at) {
        return Integer.reverseBytes(buffer.getInt(at));
    }

    private static long longAt(ByteBuffer buffer, int at) {
        return Long.reverseBytes(buffer.getLong(at));
    }
}
