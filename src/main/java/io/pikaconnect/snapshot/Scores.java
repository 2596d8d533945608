package io.pikaconnect.snapshot;

import io.pikaconnect.change.Resp;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * Scores of sorted sets as text: the shortest decimal that reads back as the same double, {@code inf}, {@code -inf},
 * {@code -0} (storage-format 12).
 */
final class Scores {

    private static final double EXACT_INTEGERS = 1L << 53;

    /**
     * Different decimals of at most this many digits are different doubles, so there is nothing shorter to look for.
     */
    private static final int SAFE_DIGITS = 15;

    /** Most scores have at most so many decimals; they need no search. */
    private static final int FEW_DECIMALS = 3;

    /** A number of {@link #SAFE_DIGITS} digits is below it. */
    private static final double SAFE = 1e15;

    /** Sign, digits and point of one with few decimals. */
    private static final int LONGEST = SAFE_DIGITS + 3;

    private Scores() {}

    /** The text of a score that is a number. */
    static byte[] text(double score) {
        if (score == (long) score && Math.abs(score) < EXACT_INTEGERS) {
            boolean negativeZero = score == 0 && 1 / score < 0;
            return Resp.bytes(negativeZero ? "-0" : Long.toString((long) score));
        }
        long power = 1;
        for (int decimals = 1; decimals <= FEW_DECIMALS; decimals++) {
            power *= 10;
            double shifted = score * power;
            long digits = Math.round(shifted);
            // Both are exact, so their quotient is the double that the decimal reads back as.
            if (Math.abs(shifted) < SAFE && (double) digits / power == score) {
                return decimal(digits, decimals);
            }
        }
        if (Double.isInfinite(score)) {
            return Resp.bytes(score > 0 ? "inf" : "-inf");
        }
        String text = Double.toString(score);
        return Resp.bytes(isShortest(text) ? text : shortest(score).toString());
    }

    /** The text of {@code digits}, the last {@code decimals} of them after the point. */
    private static byte[] decimal(long digits, int decimals) {
        byte[] text = new byte[LONGEST];
        int at = LONGEST;
        long rest = Math.abs(digits);
        for (int written = 0; rest > 0 || written <= decimals; written++) {
            if (written == decimals) {
                text[--at] = '.';
            }
            text[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        if (digits < 0) {
            text[--at] = '-';
        }
        return Arrays.copyOfRange(text, at, LONGEST);
    }

    /** Without an exponent it has no zeros at its end; those at its start are counted as digits here. */
    private static boolean isShortest(String text) {
        int sign = text.charAt(0) == '-' ? 1 : 0;
        return text.length() - sign - 1 <= SAFE_DIGITS && text.indexOf('E') < 0;
    }

    /** Before Java 19, Double.toString gives a digit too many for some numbers. */
    private static BigDecimal shortest(double score) {
        BigDecimal best = new BigDecimal(Double.toString(score)).stripTrailingZeros();
        if (best.precision() <= SAFE_DIGITS && Math.abs(score) >= Double.MIN_NORMAL) {
            return best;
        }
        BigDecimal exact = new BigDecimal(score);
        for (int digits = best.precision(); digits > 0; digits--) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() != score) {
                break;
            }
            best = rounded.stripTrailingZeros();
            digits = best.precision();
        }
        return best;
    }
}
