package io.pikaconnect.demo.migration;

import io.pikaconnect.change.Escaped;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.Tuple;

/**
 * A key as a client sees it, made to be compared: bytes are text of one char a byte (ISO 8859-1), scores are numbers,
 * since servers write them differently.
 *
 * @param type as TYPE names it; {@value #NONE} if there is no such key
 * @param value text, list, set, or map of field to value or of member to score
 * @param remainingMs time to live; absent: for ever
 */
record KeyContent(String type, Object value, OptionalLong remainingMs) {

    static final String NONE = "none";

    boolean exists() {
        return !type.equals(NONE);
    }

    boolean hasSameValueAs(KeyContent other) {
        return type.equals(other.type) && value.equals(other.value);
    }

    /** Sends the commands that read a key of this type; the value is there after the pipeline's sync. */
    static Response<?> request(Pipeline pipeline, String type, byte[] key) {
        return switch (type) {
            case "string" -> pipeline.get(key);
            case "hash" -> pipeline.hgetAll(key);
            case "list" -> pipeline.lrange(key, 0, -1);
            case "set" -> pipeline.smembers(key);
            case "zset" -> pipeline.zrangeWithScores(key, 0, -1);
            default -> throw new IllegalArgumentException("a key of type " + type + " cannot be compared");
        };
    }

    /** An answer to {@link #request} in the form in which it can be compared; null is the answer for a key just gone. */
    static Object comparable(Object answer) {
        if (answer instanceof byte[] bytes) {
            return text(bytes);
        } else if (answer instanceof Map<?, ?> fields) {
            Map<String, String> texts = new HashMap<>();
            fields.forEach((field, value) -> texts.put(text((byte[]) field), text((byte[]) value)));
            return texts;
        } else if (answer instanceof Set<?> members) {
            Set<String> texts = new HashSet<>();
            members.forEach(member -> texts.add(text((byte[]) member)));
            return texts;
        } else if (answer instanceof List<?> elements) {
            return elements.stream().anyMatch(Tuple.class::isInstance) ? scores(elements) : texts(elements);
        }
        return "";
    }

    private static Map<String, Double> scores(List<?> elements) {
        Map<String, Double> scores = new HashMap<>();
        for (Object element : elements) {
            Tuple tuple = (Tuple) element;
            scores.put(text(tuple.getBinaryElement()), tuple.getScore() + 0.0); // there is one zero
        }
        return scores;
    }

    private static List<String> texts(Collection<?> elements) {
        return elements.stream().map(element -> text((byte[]) element)).toList();
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        if (!exists()) {
            return "no key";
        }
        return type + " " + Escaped.text(value.toString().getBytes(StandardCharsets.ISO_8859_1))
                + (remainingMs.isPresent() ? ", for " + remainingMs.getAsLong() / 1_000 + " s" : "");
    }
}
