package io.pikaconnect.sink;

import java.util.Arrays;

/**
 * Writes byte strings and numbers, one after the other, in MessagePack. Redis' {@code cmsgpack.unpack_limit} unpacks many at a
 * time, at less cost than as many arguments of the script.
 *
 * <pre>
 * string   a0 + length (up to 31) | d9 u8 | da u16 | db u32, big-endian; then its bytes
 * number   d2 i32, always: it can be set later | d3 i64
 * a3 736574   d2 00000002                                 set, 2
 * </pre>
 */
final class MessagePackWriter {

    private static final int NUMBER_LENGTH = 5;
    private static final int LONG_LENGTH = 9;
    private static final int LONGEST_HEAD = 5;

    private byte[] bytes = new byte[8_192];
    private int size;

    void add(byte[] string) {
        add(string, 0, string.length);
    }

    /** A string that is a part of an array. */
    void add(byte[] from, int begin, int length) {
        ensureCapacity(LONGEST_HEAD + (long) length);
        if (length < 0x20) {
            bytes[size++] = (byte) (0xa0 | length);
        } else if (length < 0x100) {
            bytes[size++] = (byte) 0xd9;
            bytes[size++] = (byte) length;
        } else if (length < 0x1_0000) {
            bytes[size++] = (byte) 0xda;
            bytes[size++] = (byte) (length >>> 8);
            bytes[size++] = (byte) length;
        } else {
            bytes[size++] = (byte) 0xdb;
            bigEndian(bytes, size, length);
            size += Integer.BYTES;
        }
        System.arraycopy(from, begin, bytes, size, length);
        size += length;
    }

    /** Returns its place, for {@link #replace}. */
    int add(int number) {
        ensureCapacity(NUMBER_LENGTH);
        int place = size;
        bytes[place] = (byte) 0xd2;
        bigEndian(bytes, place + 1, number);
        size += NUMBER_LENGTH;
        return place;
    }

    void add(long number) {
        ensureCapacity(LONG_LENGTH);
        bytes[size] = (byte) 0xd3;
        bigEndian(bytes, size + 1, (int) (number >>> 32));
        bigEndian(bytes, size + 5, (int) number);
        size += LONG_LENGTH;
    }

    /** So many bytes so far. */
    int size() {
        return size;
    }

    /** Replaces a number that was added. */
    void replace(int place, int number) {
        bigEndian(bytes, place + 1, number);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    static void bigEndian(byte[] bytes, int at, int n) {
        bytes[at] = (byte) (n >>> 24);
        bytes[at + 1] = (byte) (n >>> 16);
        bytes[at + 2] = (byte) (n >>> 8);
        bytes[at + 3] = (byte) n;
    }

    private void ensureCapacity(long more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(size + more, Math.min(2L * bytes.length, 1 << 30))));
        }
    }
}
