package io.pikaconnect.snapshot;

import java.util.Arrays;
import java.util.List;

/**
 * The content of a stream's entry (storage-format 8): fields and values in turn, each after its length.
 *
 * <pre>
 * length u32, little-endian ‖ bytes, …       01000000 66 01000000 76       field f, value v
 * </pre>
 */
final class StreamMessage {

    private StreamMessage() {}

    /** Whether the first bytes are complete pairs of fields and values, at least one. */
    static boolean isIntact(byte[] message, int length) {
        int parts = 0;
        int at = 0;
        while (at + Integer.BYTES <= length) {
            long to = end(message, at);
            if (to > length) {
                return false;
            }
            at = (int) to;
            parts++;
        }
        return at == length && parts > 0 && parts % 2 == 0;
    }

    /** Adds the fields and values of an intact message. */
    static void addTo(List<byte[]> out, byte[] message, int length) {
        int at = 0;
        while (at < length) {
            int to = (int) end(message, at);
            out.add(Arrays.copyOfRange(message, at + Integer.BYTES, to));
            at = to;
        }
    }

    private static long end(byte[] message, int at) {
        return at + Integer.BYTES + Integer.toUnsignedLong(LittleEndian.intAt(message, at));
    }
}
