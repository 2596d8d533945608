package io.pikaconnect.sink;

/**
 * A value as Redis keeps small ones from version 7.0 on: its elements in one array, a listpack. What is written here is what
 * Redis itself writes for the same elements of at most {@value #LONGEST} bytes.
 *
 * <pre>
 * u32 size of it all, u16 number of elements, the elements, ff          numbers are little-endian
 * an element is a head, perhaps bytes, and the length of both in one byte:
 *   0xxxxxxx                   0 … 127
 *   10llllll bytes             string of up to 63 bytes
 *   110xxxxx xxxxxxxx          -4096 … 4095
 *   1110llll llllllll bytes    string of up to 4095 bytes
 *   f1 i16 | f2 i24 | f3 i32 | f4 i64
 * a string that is a whole number in its shortest form is written as that number
 *
 * 0e000000 0200  81 61 02  d0 00 02  ff                                 a, -4096
 * </pre>
 */
final class Listpack {

    /** The longest element, so that what follows an element is always one byte. */
    static final int LONGEST = 64;

    private static final int HEAD = 6;
    private static final byte END = (byte) 0xff;

    /** Head and length of an element. */
    private static final int AROUND = 3;

    private final byte[] bytes;
    private final int begin;
    private int at;
    private int count;

    /** One that is written to a place of that array. */
    Listpack(byte[] bytes, int begin) {
        this.bytes = bytes;
        this.begin = begin;
        this.at = begin + HEAD;
    }

    /** Room that so many elements need at most. */
    static int most(int elements) {
        return HEAD + elements * (LONGEST + AROUND) + 1;
    }

    /** Adds an element, so many bytes of that array. */
    void add(byte[] from, int place, int length) {
        count++;
        int start = at;
        long number = WholeNumber.in(from, place, length);
        if (number != 0 || WholeNumber.isZero(from, place, length)) {
            putNumber(number);
        } else {
            if (length < 0x40) {
                bytes[at++] = (byte) (0x80 | length);
            } else {
                bytes[at++] = (byte) (0xe0 | length >>> 8);
                bytes[at++] = (byte) length;
            }
            System.arraycopy(from, place, bytes, at, length);
            at += length;
        }
        bytes[at] = (byte) (at - start);
        at++;
    }

    /** Completes it; returns where it ends in the array. */
    int end() {
        bytes[at++] = END;
        littleEndian(bytes, begin, at - begin, Integer.BYTES);
        littleEndian(bytes, begin + Integer.BYTES, count, Short.BYTES);
        return at;
    }

    static void littleEndian(byte[] bytes, int at, long number, int size) {
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) (number >>> 8 * i);
        }
    }

    private void putNumber(long n) {
        if (n >= 0 && n < 0x80) {
            bytes[at++] = (byte) n;
        } else if (n >= -0x1000 && n < 0x1000) {
            bytes[at++] = (byte) (0xc0 | n >>> 8 & 0x1f);
            bytes[at++] = (byte) n;
        } else if (n == (short) n) {
            put(0xf1, n, 2);
        } else if (n == n << 40 >> 40) {
            put(0xf2, n, 3);
        } else if (n == (int) n) {
            put(0xf3, n, 4);
        } else {
            put(0xf4, n, 8);
        }
    }

    private void put(int head, long n, int size) {
        bytes[at++] = (byte) head;
        littleEndian(bytes, at, n, size);
        at += size;
    }
}
