package io.pikaconnect.change;

/** Numbers in texts that are read for every record. */
final class Decimal {

    /** So many digits are a long in any case. */
    private static final int SAFE_DIGITS = 18;

    private Decimal() {}

    /**
     * As {@link Long#parseLong(CharSequence, int, int, int)}, in less time where there are only digits.
     *
     * @throws NumberFormatException if that part of the text is no number
     */
    static long parse(String text, int from, int to) {
        if (from >= to || to - from > SAFE_DIGITS) {
            return Long.parseLong(text, from, to, 10);
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Long.parseLong(text, from, to, 10);
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
