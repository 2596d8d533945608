package io.pikaconnect.fullsync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes names of folders from names with any characters. */
final class FolderName {

    private static final int LONGEST = 100;
    private static final int KEPT = 80;
    private static final int HASH_BYTES = 8;

    private FolderName() {}

    /**
     * Only characters without a special meaning in file names, and of bounded length; different names stay different.
     */
    static String of(String name) {
        String escaped = escaped(name);
        return escaped.length() <= LONGEST ? escaped : escaped.substring(0, KEPT) + "-" + hash(name);
    }

    /** The same without a bound on the length, as in earlier releases. */
    static String escaped(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            out.append(plain || b == '-' || b == '_' ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return out.toString();
    }

    private static String hash(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
