package io.pikaconnect.snapshot;

import java.nio.ByteBuffer;
import org.rocksdb.AbstractComparator;
import org.rocksdb.ComparatorOptions;

/**
 * The order of list elements in dumps of 4.0 (storage-format 3.4): name with its delimiter, version and index as
 * unsigned numbers; a key that ends first is smaller.
 *
 * <pre>
 * 8 zero bytes ‖ name ‖ 0000 ‖ version u64 ‖ index u64, little-endian ‖ anything
 * 0000000000000000 6c3a31 0000 7b68e5cf8b010000 0000000000000080 16×00
 * </pre>
 *
 * <p>RocksDB ignores what this throws and then loses entries, so it throws nothing, whatever the bytes.
 */
final class FloydListOrder extends AbstractComparator {

    /** Keys up to this size are compared without a new buffer for each call. */
    private static final int REUSED_BUFFER = 1_024;

    private FloydListOrder(ComparatorOptions options) {
        super(options);
    }

    static FloydListOrder create() {
        try (ComparatorOptions options =
                new ComparatorOptions().setUseDirectBuffer(true).setMaxReusedBufferSize(REUSED_BUFFER)) {
            return new FloydListOrder(options);
        }
    }

    /** Called by RocksDB while the superclass is still being constructed, so it must be a constant. */
    @Override
    public String name() {
        return "floyd.ListsDataKeyComparator";
    }

    @Override
    public int compare(ByteBuffer a, ByteBuffer b) {
        int aFrom = a.position();
        int bFrom = b.position();
        int aLength = a.limit() - aFrom;
        int bLength = b.limit() - bFrom;
        int common = Math.min(aLength, bLength);
        boolean zero = false;
        for (int i = 0; i < common; i++) {
            byte x = a.get(aFrom + i);
            byte y = b.get(bFrom + i);
            if (x != y) {
                return Byte.compareUnsigned(x, y);
            }
            if (i >= FloydFormat.RESERVE) {
                if (x == 0 && zero) {
                    return compareNumbers(a, aFrom + i + 1, b, bFrom + i + 1);
                }
                zero = x == 0;
            }
        }
        return Integer.compare(aLength, bLength);
    }

    /** Version and index, after the same name in both. */
    private static int compareNumbers(ByteBuffer a, int aFrom, ByteBuffer b, int bFrom) {
        for (int i = 0; i < 2 * Long.BYTES; i += Long.BYTES) {
            boolean aEnds = a.limit() - aFrom < i + Long.BYTES;
            boolean bEnds = b.limit() - bFrom < i + Long.BYTES;
            if (aEnds || bEnds) {
                return Boolean.compare(bEnds, aEnds);
            }
            // The buffers are big-endian when passed in.
            int c = Long.compareUnsigned(
                    Long.reverseBytes(a.getLong(aFrom + i)), Long.reverseBytes(b.getLong(bFrom + i)));
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }
}
