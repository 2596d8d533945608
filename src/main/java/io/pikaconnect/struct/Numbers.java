package io.pikaconnect.struct;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Numbers of commands, which are texts. */
final class Numbers {

    /** No number in fewer digits needs more; looking at longer texts would take long. */
    private static final int LONGEST = 64;

    private static final int LONGEST_WHOLE = 20;

    private static final double EXACT_INTEGERS = 1L << 53;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");

    private Numbers() {}

    /** A number that a long has as text in the same way; otherwise null. */
    static Long whole(byte[] text) {
        if (text.length == 0 || text.length > LONGEST_WHOLE) {
            return null;
        }
        String number = ascii(text);
        try {
            long value = Long.parseLong(number);
            return Long.toString(value).equals(number) ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * The double that a decimal text stands for; null if it is none, or infinite, or -0, which Connect's converter for JSON
     * reads as 0.
     *
     * @param exact whether {@link #text} of it has to be the same number, not only the same double
     */
    static Double real(byte[] text, boolean exact) {
        if (text.length == 0 || text.length > LONGEST) {
            return null;
        }
        String number = ascii(text);
        if (!DECIMAL.matcher(number).matches()) {
            return null;
        }
        double value = Double.parseDouble(number);
        boolean same = !Double.isInfinite(value)
                && !isNegativeZero(value)
                && (!exact || new BigDecimal(number).compareTo(new BigDecimal(text(value))) == 0);
        return same ? value : null;
    }

    /** A text that reads back as the same double, and has no point where it is a whole number. */
    static String text(double number) {
        return number == (long) number && Math.abs(number) < EXACT_INTEGERS && !isNegativeZero(number)
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static boolean isNegativeZero(double number) {
        return number == 0 && 1 / number < 0;
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
