package io.pikaconnect.pika;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys in which masters since 3.5 record slot migration; they are not data (binlog-commands 2, R8; storage-format 13).
 */
public final class InternalKey {

    private static final byte[] PREFIX = "_internal:slot".getBytes(StandardCharsets.US_ASCII);

    private InternalKey() {}

    public static boolean is(byte[] key) {
        return key.length >= PREFIX.length && Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}
