package io.pikaconnect.content;

import io.pikaconnect.change.Escaped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A data set, made to be compared.
 *
 * @param entries by key; bytes are text of one char a byte (ISO 8859-1), so that they have an order and an equality
 */
public record Content(SortedMap<String, Entry> entries) {

    /**
     * A key's content.
     *
     * @param type as TYPE names it
     * @param value string: text; list: list; set: sorted list; hash: field → value; zset: member → bits of the score
     * @param deadlineSecond the last Unix second in which the source has the key
     */
    public record Entry(String type, Object value, OptionalLong deadlineSecond) {}

    private static final long SLACK_SECONDS = 1;
    private static final int SHOWN = 20;

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Without what is over in the source before that second. */
    public Content aliveIn(long second) {
        SortedMap<String, Entry> alive = new TreeMap<>(entries);
        alive.values().removeIf(e -> e.deadlineSecond.isPresent() && e.deadlineSecond.getAsLong() < second);
        return new Content(alive);
    }

    /** How this differs from what is expected; empty if it does not. */
    public List<String> differencesFrom(Content expected) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(expected.entries.keySet());
        keys.addAll(entries.keySet());
        for (String key : keys) {
            Entry there = entries.get(key);
            Entry wanted = expected.entries.get(key);
            if (there == null) {
                differences.add(escaped(key) + " is missing: " + shown(wanted));
            } else if (wanted == null) {
                differences.add(escaped(key) + " is too many: " + shown(there));
            } else if (!there.type.equals(wanted.type) || !there.value.equals(wanted.value)) {
                differences.add(escaped(key) + " is " + shown(there) + " instead of " + shown(wanted));
            } else if (!close(there.deadlineSecond, wanted.deadlineSecond)) {
                differences.add(
                        escaped(key) + " ends at " + there.deadlineSecond + " instead of " + wanted.deadlineSecond);
            }
        }
        return differences;
    }

    /** The first differences, for an assertion's message. */
    public static String shown(List<String> differences) {
        return differences.size() + " differences:\n"
                + String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size())));
    }

    private static boolean close(OptionalLong a, OptionalLong b) {
        return a.isPresent() == b.isPresent() && Math.abs(a.orElse(0) - b.orElse(0)) <= SLACK_SECONDS;
    }

    private static String shown(Entry entry) {
        Object value = entry.value;
        if (entry.type.equals("zset") && value instanceof Map<?, ?> scores) {
            Map<Object, Double> readable = new TreeMap<>();
            scores.forEach((member, bits) -> readable.put(member, Double.longBitsToDouble((Long) bits)));
            value = readable;
        }
        return entry.type + " " + escaped(value.toString());
    }

    private static String escaped(String text) {
        return Escaped.text(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
