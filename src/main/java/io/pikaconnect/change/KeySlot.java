package io.pikaconnect.change;

/**
 * The partition that a key belongs to: its hash slot in Redis Cluster, modulo the number of partitions.
 *
 * <p>The slot is CRC16 (XMODEM: polynomial 0x1021, start 0, not reflected) of the key modulo 16384, or of its hash tag:
 * the bytes between the first <code>{</code> and the next <code>}</code>, unless that is empty. Check value:
 * {@code "123456789"} has CRC 0x31c3. Keys that share a tag therefore share a partition, and later a cluster node.
 */
public final class KeySlot {

    private static final int SLOTS = 16_384;
    private static final int[] TABLE = table();

    private KeySlot() {}

    /** The partition of {@code key}, 0 to {@code partitions} − 1. */
    public static int partition(byte[] key, int partitions) {
        return slot(key) % partitions;
    }

    /** The hash slot of {@code key}, 0 to 16383. */
    public static int slot(byte[] key) {
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        return close > open + 1 ? crc16(key, open + 1, close) % SLOTS : crc16(key, 0, key.length) % SLOTS;
    }

    private static int indexOf(byte[] bytes, char c, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static int crc16(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ bytes[i]) & 0xff]) & 0xffff;
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
            table[i] = crc & 0xffff;
        }
        return table;
    }
}
