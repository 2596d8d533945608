package io.pikaconnect.binlog;

import io.pikaconnect.change.Resp;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A score as Redis accepts it. Pika accepts all that C's {@code strtod} does; Redis refuses spaces before the number,
 * an empty text, and decimals too large or too small for a double, which {@code strtod} makes infinite or zero.
 *
 * @param text the unchanged bytes of the item wherever Redis accepts them
 * @param infinite infinite scores work in Redis, but not in Pika (binlog-commands 7.2)
 */
record Score(byte[] text, boolean infinite) {

    private static final Pattern INFINITE = Pattern.compile("[+-]?inf(inity)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern ZERO = Pattern.compile("[+-]?[0.]+([eE].*)?");

    static Score of(byte[] logged) {
        String text = new String(logged, StandardCharsets.ISO_8859_1);
        int start = 0;
        while (start < text.length() && " \t\n\u000b\f\r".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        String number = text.substring(start);
        if (number.isEmpty()) {
            return new Score(Resp.bytes("0"), false);
        }
        byte[] same = start == 0 ? logged : number.getBytes(StandardCharsets.ISO_8859_1);
        if (!DECIMAL.matcher(number).matches()) {
            return new Score(same, INFINITE.matcher(number).matches());
        }
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            return new Score(Resp.bytes(value > 0 ? "inf" : "-inf"), true);
        }
        boolean vanished = value == 0 && !ZERO.matcher(number).matches();
        return new Score(vanished ? Resp.bytes(number.startsWith("-") ? "-0" : "0") : same, false);
    }
}
