package io.pikaconnect.pika;

import java.nio.ByteBuffer;
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
 * @param end position behind the item, as sent beside it
 * @param bytes header and content
 */
public record BinlogItem(BinlogPosition end, byte[] bytes) {

    /** Where the content begins. */
    public static final int HEADER = 34;

    /** A larger one, header included, no master sends to any replica: it stays in its queue, and all after it. */
    public static final long LARGEST_SENT = 512L << 20;

    private static final byte[] PADDING = "*2\r\n$7\r\npadding\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * @throws IllegalArgumentException when the bytes are no item: too short, another type, or another length than the
     *     header says
     */
    public BinlogItem {
        if (bytes.length < HEADER) {
            throw new IllegalArgumentException(
                    "binlog item before " + end + " has " + bytes.length + " bytes, less than its header's " + HEADER);
        }
        ByteBuffer header = header(bytes);
        if (header.getShort(0) != 1 || Integer.toUnsignedLong(header.getInt(30)) != bytes.length - HEADER) {
            throw new IllegalArgumentException("binlog item before " + end + " is malformed: type " + header.getShort(0)
                    + ", content length " + header.getInt(30) + ", but " + (bytes.length - HEADER) + " bytes came");
        }
    }

    /** What development branches put before the first item of a frame with command-batch-enabled, and into keepalives. */
    private static final byte[] BATCH = {0x48, 0x43, 0x54, 0x42};

    /** Whether the bytes are of such a batch; no item begins like that. */
    public static boolean isBatch(byte[] bytes) {
        return bytes.length >= BATCH.length && Arrays.equals(bytes, 0, BATCH.length, BATCH, 0, BATCH.length);
    }

    /** When the master executed it, in Unix seconds. */
    public long execTimeSeconds() {
        return Integer.toUnsignedLong(header(bytes).getInt(2));
    }

    /** The end of the log before this item was written; the end of the item before it. */
    public BinlogPosition start() {
        ByteBuffer header = header(bytes);
        return new BinlogPosition(Integer.toUnsignedLong(header.getInt(18)), header.getLong(22));
    }

    /**
     * Whether it stands for no command: with padding a replica before 3.3.2 fills its log up to the position of its own
     * full sync; a client can type it, too, up to 3.5.1. Its header names no position (replication-protocol 8.4).
     */
    public boolean isPadding() {
        return start().equals(BinlogPosition.ZERO)
                && execTimeSeconds() == 0
                && bytes.length >= HEADER + PADDING.length
                && Arrays.equals(bytes, HEADER, HEADER + PADDING.length, PADDING, 0, PADDING.length);
    }

    private static ByteBuffer header(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
