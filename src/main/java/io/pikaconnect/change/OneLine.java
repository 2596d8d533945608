package io.pikaconnect.change;

/** Makes text from elsewhere fit for a log or a status: one line without control characters, of bounded length. */
public final class OneLine {

    /** Longest line, in characters, unless the caller gives another. */
    public static final int LONGEST = 4_000;

    private OneLine() {}

    public static String of(String text) {
        return of(text, LONGEST);
    }

    /** Text that is too long loses its middle, since the end often has the remedy. */
    public static String of(String text, int longest) {
        // The text may be of any size, and removing control characters changes its length.
        String line = withoutControls(text.length() <= 4 * longest ? text : cut(text, 4 * longest));
        return line.length() <= longest ? line : cut(line, longest);
    }

    private static String cut(String text, int longest) {
        int tail = longest / 3;
        String mark = " …(" + text.length() + " characters)… ";
        return text.substring(0, longest - tail - mark.length()) + mark + text.substring(text.length() - tail);
    }

    private static String withoutControls(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        StringBuilder out = new StringBuilder(line.length());
        line.chars().forEach(c -> out.append(Character.isISOControl(c) ? String.format("\\x%02x", c) : (char) c));
        return out.toString();
    }
}
