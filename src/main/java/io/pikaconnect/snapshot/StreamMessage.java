package io.pikaconnect.snapshot;

import java.util.Arrays;
import java.util.List;

/**
 * What a stream's entry says (storage-format.md 8): fields and values in turn, each behind its length.
 *
 * <pre>
 * length u32, little-endian ‖ bytes, …       01000000 66 01000000 76       field f, value v
 * </pre>
 */
final class StreamMessage {

    private StreamMessage() {}

    /** Adds the fields and values; says whether the first bytes are whole pairs of them, one at least. */
    static boolean read(byte[] message, int length, List<byte[]> out) {
        int parts = 0;
        int at = 0;
        while (at + Integer.BYTES <= length) {
            int from = at + Integer.BYTES;
            long to = from + Integer.toUnsignedLong(LittleEndian.intAt(message, at));
            if (to > length) {
                return false;
            }
            out.add(Arrays.copyOfRange(message, from, (int) to));
            at = (int) to;
            parts++;
        }
        return at == length && parts > 0 && parts % 2 == 0;
    }
}
