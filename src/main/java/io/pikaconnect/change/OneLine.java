package io.pikaconnect.change;

/** Text from elsewhere as it may stand in a log or a status: one line without control characters, of bounded length. */
public final class OneLine {

    /** Characters of a line where nothing else is said. */
    public static final int LONGEST = 4_000;

    private OneLine() {}

    public static String of(String text) {
        return of(text, LONGEST);
    }

    /** What is too long lacks its middle, since the end often says what to do. */
    public static String of(String text, int longest) {
        // The text may be of any size, and becomes shorter or longer here.
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
