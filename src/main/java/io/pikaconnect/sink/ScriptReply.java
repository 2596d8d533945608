package io.pikaconnect.sink;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A script's reply: its status, then names and values. A value is a string, {@code -} where there is none, or a list of
 * strings.
 *
 * <pre>
 * more cursor 512 keys [user:1 user:2]
 * </pre>
 */
final class ScriptReply {

    private final String status;
    private final Map<String, Object> values = new HashMap<>();

    ScriptReply(List<?> words) {
        this.status = text(words.get(0));
        for (int i = 1; i < words.size(); i += 2) {
            values.put(text(words.get(i)), words.get(i + 1));
        }
    }

    String status() {
        return status;
    }

    String text(String name) {
        return text(value(name));
    }

    /** Empty for {@code -}. */
    Optional<String> optionalText(String name) {
        return Optional.of(text(name)).filter(text -> !text.equals(ScriptValues.NONE));
    }

    long number(String name) {
        return Long.parseLong(text(name));
    }

    int index(String name) {
        return Integer.parseInt(text(name));
    }

    OptionalLong optionalNumber(String name) {
        return optionalText(name).stream().mapToLong(Long::parseLong).findFirst();
    }

    LedgerField field(String name) {
        return LedgerField.parse(text(name));
    }

    Optional<LedgerField> optionalField(String name) {
        return optionalText(name).map(LedgerField::parse);
    }

    /** A list of strings. */
    List<byte[]> list(String name) {
        return ((List<?>) value(name)).stream().map(byte[].class::cast).toList();
    }

    /** A list of strings and whole numbers. */
    List<?> values(String name) {
        return (List<?>) value(name);
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("a reply " + status + " of a script has no " + name);
        }
        return value;
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }
}
