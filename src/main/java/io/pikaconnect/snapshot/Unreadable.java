package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import java.util.Locale;

/**
 * Words for keys of 4.0 with a NUL byte before their end, of which Pika stores only the bytes up to the last NUL
 * (storage-format.md 6.1); the master itself does not find them again.
 */
final class Unreadable {

    private static final String WHY =
            ": Pika 4.0 keeps of a key with a NUL byte only what stands up to there; left out";

    private Unreadable() {}

    /** @param stored what is left of the key */
    static String record(byte[] stored) {
        return "a key that began with " + Escaped.text(stored) + WHY;
    }

    /** @param stored what is left of the key, and may be another whole key */
    static String element(PikaType type, byte[] stored) {
        return "an element of a " + type.name().toLowerCase(Locale.ROOT) + " that began with " + Escaped.text(stored)
                + WHY;
    }
}
