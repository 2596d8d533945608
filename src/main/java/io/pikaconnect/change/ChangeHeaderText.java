package io.pikaconnect.change;

import java.nio.charset.StandardCharsets;

/**
 * Writes the texts of {@link ChangeHeader}s one after the other: most of each is as in the one before, the epoch and, in
 * the snapshot, the time. Not thread-safe.
 */
public final class ChangeHeaderText {

    /** More than a text with the largest numbers has. */
    private static final int ROOM = 128;

    private static final long NONE = -1;

    /** The text, as ASCII; what is before the sequence stays from one to the next. */
    private final byte[] text = new byte[ROOM];

    private int length;
    private long epoch = NONE;
    private int epochEnd;
    private long timeMs = NONE;

    /** What is after the position. */
    private byte[] time = {};

    /** The text of {@link ChangeHeader#change}; no number is negative. */
    public String change(long itsEpoch, long sequence, Position position, long itsTimeMs) {
        beginWith(itsEpoch);
        number(sequence);
        text[length++] = '/';
        text[length++] = position.phase().letter();
        text[length++] = '/';
        number(position.a());
        text[length++] = '/';
        number(position.b());
        text[length++] = '/';
        number(position.part());
        endWith(itsTimeMs);
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    private void beginWith(long itsEpoch) {
        if (itsEpoch != epoch) {
            epoch = itsEpoch;
            length = 0;
            text[length++] = 'e';
            number(itsEpoch);
            text[length++] = '/';
            epochEnd = length;
        }
        length = epochEnd;
    }

    private void endWith(long itsTimeMs) {
        if (itsTimeMs != timeMs) {
            timeMs = itsTimeMs;
            time = ("/" + itsTimeMs).getBytes(StandardCharsets.ISO_8859_1);
        }
        System.arraycopy(time, 0, text, length, time.length);
        length += time.length;
    }

    private void number(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }
}
