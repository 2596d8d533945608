package io.pikaconnect.tool.page;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Markup. Text gets into it by {@link #text} only, which escapes whatever has a meaning in HTML, and shows what would not
 * be visible, or change the direction of what follows, as {@code \}{@code u202e}.
 */
record Html(String markup) {

    static final Html NOTHING = new Html("");

    static Html text(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(out, c));
        return new Html(out.toString());
    }

    static Html number(long number) {
        return text(String.valueOf(number));
    }

    static Html all(Collection<Html> parts) {
        return new Html(parts.stream().map(Html::markup).collect(Collectors.joining()));
    }

    private static void append(StringBuilder out, int c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\n' -> out.append('\n');
            default -> {
                if (Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE) {
                    out.append(String.format("\\u%04x", c));
                } else {
                    out.appendCodePoint(c);
                }
            }
        }
    }
}
