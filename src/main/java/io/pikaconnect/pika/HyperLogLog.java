package io.pikaconnect.pika;

/** HyperLogLogs up to 3.5, which are strings with a byte for each register (storage-format 9). */
public final class HyperLogLog {

    private static final int REGISTERS = 1 << 17;
    private static final int LARGEST_REGISTER = 16;

    private HyperLogLog() {}

    /** Whether a string may be a HyperLogLog. */
    public static boolean looksLikeOne(byte[] value) {
        if (value.length != REGISTERS) {
            return false;
        }
        for (byte register : value) {
            if (register < 0 || register > LARGEST_REGISTER) {
                return false;
            }
        }
        return true;
    }
}
