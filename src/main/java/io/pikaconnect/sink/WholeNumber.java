package io.pikaconnect.sink;

/** Texts that are a whole number of 64 bits in its shortest form, which Redis stores as that number. */
final class WholeNumber {

    private static final int LONGEST = 20;

    private WholeNumber() {}

    static boolean isZero(byte[] text, int begin, int length) {
        return length == 1 && text[begin] == '0';
    }

    /** The number; 0 as well if there is none. */
    static long in(byte[] text, int begin, int length) {
        boolean negative = length > 1 && text[begin] == '-';
        int digit = begin + (negative ? 1 : 0);
        int end = begin + length;
        if (length == 0 || length > LONGEST || text[digit] < '1' || text[digit] > '9') {
            return 0;
        }
        long least = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
        long n = 0; // below 0, where there is one number more
        for (; digit < end; digit++) {
            int d = text[digit] - '0';
            if (d < 0 || d > 9 || n < Long.MIN_VALUE / 10 || 10 * n < least + d) {
                return 0;
            }
            n = 10 * n - d;
        }
        return negative ? n : -n;
    }
}
