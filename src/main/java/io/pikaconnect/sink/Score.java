package io.pikaconnect.sink;

import java.nio.charset.StandardCharsets;

/** A score as text: decimal, with a fraction and an exponent or without. */
final class Score {

    /** So many digits are a whole number that a double holds exactly, and their fraction is one division. */
    private static final int EXACT_DIGITS = 15;

    private static final double[] POWERS = new double[EXACT_DIGITS + 1];

    static {
        for (int i = 0; i <= EXACT_DIGITS; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private Score() {}

    /**
     * The number that Redis reads in these bytes; NaN for what it may read in another way, or not at all: infinite ones, -0, and
     * whatever becomes 0 since it is too small.
     */
    static double of(byte[] text, int begin, int end) {
        int at = begin < end && text[begin] == '-' ? begin + 1 : begin;
        boolean negative = at > begin;
        long digits = 0;
        int count = 0;
        int point = -1;
        for (; at < end; at++) {
            byte b = text[at];
            if (b >= '0' && b <= '9' && count < EXACT_DIGITS) {
                digits = 10 * digits + b - '0';
                count++;
            } else if (b == '.' && point < 0 && count > 0) {
                point = count;
            } else {
                return slowly(text, begin, end);
            }
        }
        if (count == 0 || negative && digits == 0) {
            return Double.NaN;
        }
        double score = point < 0 ? digits : digits / POWERS[count - point];
        return negative ? -score : score;
    }

    private static double slowly(byte[] text, int begin, int end) {
        for (int i = begin; i < end; i++) {
            byte b = text[i];
            if ((b < '0' || b > '9') && b != '-' && b != '+' && b != '.' && b != 'e' && b != 'E') {
                return Double.NaN;
            }
        }
        try {
            double score = Double.parseDouble(new String(text, begin, end - begin, StandardCharsets.ISO_8859_1));
            return score == 0 || Double.isInfinite(score) ? Double.NaN : score;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
