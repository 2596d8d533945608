package io.pikaconnect.tool.page;

import io.pikaconnect.tool.Words;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as the page shows them; a dash for what is not known. */
final class Numbers {

    private static final String UNKNOWN = "–";

    private Numbers() {}

    static String count(OptionalDouble number) {
        return number.isPresent() ? Words.count(Math.round(number.getAsDouble())) : UNKNOWN;
    }

    static String seconds(OptionalDouble number) {
        if (number.isEmpty()) {
            return UNKNOWN;
        }
        return number.getAsDouble() < 10
                ? String.format(Locale.ROOT, "%.1f s", number.getAsDouble())
                : Words.count(Math.round(number.getAsDouble())) + " s";
    }

    static String bytes(OptionalDouble number) {
        return number.isPresent() ? Words.bytes(Math.round(number.getAsDouble())) : UNKNOWN;
    }
}
