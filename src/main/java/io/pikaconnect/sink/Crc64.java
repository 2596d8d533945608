package io.pikaconnect.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of Redis' RDB files and of what RESTORE takes: CRC-64 of Jones, bits reflected, neither start value nor final
 * inversion. Of {@code 123456789} it is {@code e9c6d914c4b8d9ca}.
 */
final class Crc64 {

    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
    private static final int WORD = Long.BYTES;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** For a byte with so many bytes of the same word after it, what it adds: {@code [bytes after it * 256 + byte]}. */
    private static final long[] TABLE = new long[WORD * 256];

    static {
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            TABLE[b] = crc;
        }
        for (int i = 256; i < TABLE.length; i++) {
            long shorter = TABLE[i - 256];
            TABLE[i] = TABLE[(int) shorter & 0xff] ^ shorter >>> Byte.SIZE;
        }
    }

    private Crc64() {}

    /** The checksum of the first so many bytes, eight at a time. */
    static long of(byte[] bytes, int length) {
        long crc = 0;
        int at = 0;
        for (; at + WORD <= length; at += WORD) {
            crc ^= (long) WORDS.get(bytes, at);
            crc = TABLE[7 * 256 + ((int) crc & 0xff)]
                    ^ TABLE[6 * 256 + ((int) (crc >>> 8) & 0xff)]
                    ^ TABLE[5 * 256 + ((int) (crc >>> 16) & 0xff)]
                    ^ TABLE[4 * 256 + ((int) (crc >>> 24) & 0xff)]
                    ^ TABLE[3 * 256 + ((int) (crc >>> 32) & 0xff)]
                    ^ TABLE[2 * 256 + ((int) (crc >>> 40) & 0xff)]
                    ^ TABLE[256 + ((int) (crc >>> 48) & 0xff)]
                    ^ TABLE[(int) (crc >>> 56)];
        }
        for (; at < length; at++) {
            crc = TABLE[(int) (crc ^ bytes[at]) & 0xff] ^ crc >>> Byte.SIZE;
        }
        return crc;
    }
}
