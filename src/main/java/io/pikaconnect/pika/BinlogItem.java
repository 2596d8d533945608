package io.pikaconnect.pika;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One entry of the binlog as a master sends it (replication-protocol 9): a header of 34 bytes, little-endian, then the
 * content, normally one command in RESP.
 *
 * <pre>
 *  0  u16  type, always 1              10  u64  logic id
 *  2  u32  exec time, Unix seconds     18  u32  file number before the item was written
 *  6  u32  server or term id           22  u64  offset before the item was written
 *                                      30  u32  content length
 * 0100 f0b6026b 00000000 9d15000000000000 02000000 6574010000000000 3b000000 2a34…
 * </pre>
 *
 * @param end position after the item, as sent with it
 * @param bytes header and content
 */
public record BinlogItem(BinlogPosition end, byte[] bytes) {

    /** Offset of the content. */
    public static final int HEADER = 34;

    /** No master sends a larger item, header included, to any replica: it and all after it stay in the master's queue. */
    public static final long LARGEST_SENT = 512L << 20;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] PADDING = "*2\r\n$7\r\npadding\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * @throws IllegalArgumentException if the bytes are not an item: too short, of another type, or of another length
     *     than the header has
     */
    public BinlogItem {
        if (bytes.length < HEADER) {
            throw new IllegalArgumentException(
                    "binlog item before " + end + " has " + bytes.length + " bytes, less than its header's " + HEADER);
        }
        if (shortAt(bytes, 0) != 1 || unsignedIntAt(bytes, 30) != bytes.length - HEADER) {
            throw new IllegalArgumentException("binlog item before " + end + " is malformed: type " + shortAt(bytes, 0)
                    + ", content length " + intAt(bytes, 30) + ", but " + (bytes.length - HEADER) + " bytes were"
                    + " received");
        }
    }

    /** What development branches put before the first item of a frame with command-batch-enabled, and into keepalives. */
    private static final byte[] BATCH = {0x48, 0x43, 0x54, 0x42};

    /** Whether the bytes start such a batch; no item starts like that. */
    public static boolean isBatch(byte[] bytes) {
        return bytes.length >= BATCH.length && Arrays.equals(bytes, 0, BATCH.length, BATCH, 0, BATCH.length);
    }

    /** When the master executed it, in Unix seconds. */
    public long execTimeSeconds() {
        return unsignedIntAt(bytes, 2);
    }

    /** The end of the log before this item was written, which is the end of the previous item. */
    public BinlogPosition start() {
        return new BinlogPosition(unsignedIntAt(bytes, 18), (long) LONG.get(bytes, 22));
    }

    /**
     * Whether it is padding and no command: a replica before 3.3.2 fills its log with padding up to the position of its
     * own full sync; up to 3.5.1 a client can send it, too. Its header names no position (replication-protocol 8.4).
     */
    public boolean isPadding() {
        return execTimeSeconds() == 0
                && start().equals(BinlogPosition.ZERO)
                && bytes.length >= HEADER + PADDING.length
                && Arrays.equals(bytes, HEADER, HEADER + PADDING.length, PADDING, 0, PADDING.length);
    }

    private static short shortAt(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    private static int intAt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    private static long unsignedIntAt(byte[] bytes, int at) {
        return Integer.toUnsignedLong(intAt(bytes, at));
    }
}
