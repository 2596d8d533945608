package io.pikaconnect.sink;

import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.redis.SlotMap;
import java.util.Arrays;

/**
 * For each hash slot of a cluster a short text of that slot: between braces in a key it puts the key there. They are part of
 * the names of the sink's keys, so they stay as they are.
 */
final class SlotTags {

    /** Of the control ledger. */
    static final String CONTROL = "control";

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final String[] TAGS = tags();
    private static final byte[][] BYTES = Arrays.stream(TAGS).map(Resp::bytes).toArray(byte[][]::new);

    private SlotTags() {}

    /** The first one in the order of length, then of {@link #DIGITS}. */
    static String of(int slot) {
        return TAGS[slot];
    }

    /** The same as bytes; shared, and never written to. */
    static byte[] bytes(int slot) {
        return BYTES[slot];
    }

    static int slot(String tag) {
        return KeySlot.slot(Resp.bytes(tag));
    }

    private static String[] tags() {
        String[] tags = new String[SlotMap.SLOTS];
        int missing = tags.length;
        for (int length = 1; missing > 0; length++) {
            int texts = (int) Math.pow(DIGITS.length(), length);
            for (int i = 0; i < texts && missing > 0; i++) {
                String text = text(i, length);
                int slot = slot(text);
                if (tags[slot] == null) {
                    tags[slot] = text;
                    missing--;
                }
            }
        }
        return tags;
    }

    private static String text(int number, int length) {
        char[] text = new char[length];
        int rest = number;
        for (int i = length - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt(rest % DIGITS.length());
            rest /= DIGITS.length();
        }
        return new String(text);
    }
}
