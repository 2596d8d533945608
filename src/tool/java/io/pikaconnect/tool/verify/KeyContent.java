package io.pikaconnect.tool.verify;

import io.pikaconnect.change.Escaped;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.Tuple;

/**
 * A key as a client sees it, in a form for comparison: bytes are text of one char a byte (ISO 8859-1), scores are
 * numbers, since servers write them differently.
 *
 * @param type as TYPE names it; {@value #NONE} if there is no such key
 * @param value text, list, set, or map of field to value or of member to score
 * @param remainingMs time to live; absent: for ever
 */
public record KeyContent(String type, Object value, OptionalLong remainingMs) {

    public static final String NONE = "none";

    /** Of a key that there is not. */
    static final KeyContent ABSENT = new KeyContent(NONE, "", OptionalLong.empty());

    private static final ScanParams PAGE = new ScanParams().count(1_000);
    private static final byte[] FIRST = {'-'};
    private static final byte[] LAST = {'+'};

    public boolean exists() {
        return !type.equals(NONE);
    }

    public boolean hasSameValueAs(KeyContent other) {
        return type.equals(other.type) && value.equals(other.value);
    }

    /** Whether there are values of this type to compare; of others only the type is. */
    static boolean isReadable(String type) {
        return switch (type) {
            case "string", "hash", "list", "set", "zset", "stream" -> true;
            default -> false;
        };
    }

    /** Whether a key of this type is read in pages, by HSCAN, SSCAN or ZSCAN; otherwise it is read by one command. */
    public static boolean comesInPages(String type) {
        return switch (type) {
            case "hash", "set", "zset" -> true;
            default -> false;
        };
    }

    /**
     * Sends the command that reads a key of this type from its beginning, or continues one that is read in pages.
     *
     * @param cursor of the page
     * @return the answer, which is there after the pipeline's sync or the transaction's end
     */
    public static Response<?> request(PipeliningBase pipeline, String type, byte[] key, byte[] cursor) {
        return switch (type) {
            case "string" -> pipeline.get(key);
            case "hash" -> pipeline.hscan(key, cursor, PAGE);
            case "list" -> pipeline.lrange(key, 0, -1);
            case "set" -> pipeline.sscan(key, cursor, PAGE);
            case "stream" -> pipeline.sendCommand(Protocol.Command.XRANGE, key, FIRST, LAST);
            case "zset" -> pipeline.zscan(key, cursor, PAGE);
            default -> throw new IllegalArgumentException("a key of type " + type + " cannot be compared");
        };
    }

    /**
     * A value in the form in which it can be compared.
     *
     * @param answer to {@link #request}; for a key read in pages, the elements of all pages; null for a string that has
     *     just disappeared
     */
    public static Object comparable(String type, Object answer) {
        return switch (type) {
            case "string" -> answer == null ? "" : text((byte[]) answer);
            case "hash" -> fields((List<?>) answer);
            case "list" -> texts((List<?>) answer);
            case "set" -> new HashSet<>(texts((List<?>) answer));
            case "stream" -> nested(answer);
            case "zset" -> scores((List<?>) answer);
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** Entries of a stream: their number, and their fields and values. */
    private static Object nested(Object answer) {
        if (answer instanceof List<?> list) {
            return list.stream().map(KeyContent::nested).toList();
        }
        return answer instanceof byte[] bytes ? text(bytes) : String.valueOf(answer);
    }

    private static Map<String, String> fields(List<?> elements) {
        Map<String, String> fields = new HashMap<>();
        for (Object element : elements) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) element;
            fields.put(text((byte[]) entry.getKey()), text((byte[]) entry.getValue()));
        }
        return fields;
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

    /** How many elements it has, or bytes if it is a string. */
    int size() {
        if (value instanceof Collection<?> elements) {
            return elements.size();
        }
        return value instanceof Map<?, ?> fields
                ? fields.size()
                : String.valueOf(value).length();
    }

    public static String text(byte[] bytes) {
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
