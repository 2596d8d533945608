package io.pikaconnect.change;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for whole names of keys. Text form: a glob as Redis has it, {@code user:*}, {@code session:?[0-9]},
 * {@code [^a]*}, {@code 100\*}, of bytes, the pattern's in UTF-8; or {@code regex:} and a regular expression as Java has it,
 * for names as text in UTF-8.
 */
public final class KeyPattern {

    private static final String REGEX = "regex:";
    private static final String SPECIAL = "\\[]{}()*+?.^$|&-~#";

    private final String text;
    private final Charset charset;
    private final Pattern pattern;

    private KeyPattern(String text, Charset charset, Pattern pattern) {
        this.text = text;
        this.charset = charset;
        this.pattern = pattern;
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not one, with the reason
     */
    public static KeyPattern of(String text) {
        if (text.startsWith(REGEX)) {
            String regex = text.substring(REGEX.length());
            try {
                return new KeyPattern(text, StandardCharsets.UTF_8, Pattern.compile(regex, Pattern.DOTALL));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "\"" + regex + "\" is not a regular expression: " + e.getDescription() + " at character "
                                + (1 + Math.max(0, e.getIndex())),
                        e);
            }
        }
        // Each char is one byte.
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return new KeyPattern(text, StandardCharsets.ISO_8859_1, new Glob(bytes, text).pattern());
    }

    public boolean matches(byte[] key) {
        return pattern.matcher(new String(key, charset)).matches();
    }

    /** The text form. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPattern k && text.equals(k.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Translates a glob into a regular expression. */
    private static final class Glob {

        private final String glob;
        private final String shown;
        private final StringBuilder regex = new StringBuilder();
        private int at;

        Glob(String glob, String shown) {
            this.glob = glob;
            this.shown = shown;
        }

        Pattern pattern() {
            while (at < glob.length()) {
                char c = glob.charAt(at++);
                switch (c) {
                    case '*' -> {
                        while (at < glob.length() && glob.charAt(at) == '*') {
                            at++; // one says as much as several, and takes less time
                        }
                        regex.append(".*");
                    }
                    case '?' -> regex.append('.');
                    case '[' -> oneOf();
                    case '\\' -> literal(escaped());
                    default -> literal(c);
                }
            }
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        }

        private void oneOf() {
            regex.append('[');
            if (at < glob.length() && glob.charAt(at) == '^') {
                regex.append('^');
                at++;
            }
            boolean empty = true;
            while (next() != ']') {
                literal(member());
                if (at + 1 < glob.length() && glob.charAt(at) == '-' && glob.charAt(at + 1) != ']') {
                    at++;
                    regex.append('-');
                    literal(member());
                }
                empty = false;
            }
            at++;
            if (empty) {
                throw new IllegalArgumentException("\"" + shown + "\" has brackets without a character in them");
            }
            regex.append(']');
        }

        private char member() {
            char c = next();
            at++;
            return c == '\\' ? escaped() : c;
        }

        private char next() {
            if (at == glob.length()) {
                throw new IllegalArgumentException(
                        "\"" + shown + "\" has an opening bracket without a closing one; \\[ is the character itself");
            }
            return glob.charAt(at);
        }

        private char escaped() {
            if (at == glob.length()) {
                throw new IllegalArgumentException(
                        "\"" + shown + "\" ends with a backslash; \\\\ is the character itself");
            }
            return glob.charAt(at++);
        }

        private void literal(char c) {
            if (SPECIAL.indexOf(c) >= 0) {
                regex.append('\\');
            }
            regex.append(c);
        }
    }
}
