package io.pikaconnect.change;

/** Bytes as text that a person can read in a log line or an error: printable ASCII as it is, the rest as {@code \xNN}. */
public final class Escaped {

    private static final int LONGEST = 120;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Escaped() {}

    /** At most 120 bytes of {@code bytes}; what is cut off is counted at the end. */
    public static String text(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        int shown = Math.min(bytes.length, LONGEST);
        for (int i = 0; i < shown; i++) {
            int b = bytes[i] & 0xff;
            if (b == '\\') {
                out.append("\\\\");
            } else if (b >= 0x20 && b < 0x7f) {
                out.append((char) b);
            } else {
                out.append("\\x").append(HEX[b >> 4]).append(HEX[b & 15]);
            }
        }
        return shown == bytes.length
                ? out.toString()
                : out.append("…(").append(bytes.length).append(" bytes)").toString();
    }
}
