package io.pikaconnect.struct;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * A struct as a converter hands it over: a {@link Struct}, or, without a schema, a map in which bytes are texts in Base64.
 * What is null or missing reads as an empty value, or 0. Knows which fields were asked for; for one thread.
 */
final class StructView {

    private static final byte[] NOTHING = {};

    private final Object value;
    private final Set<String> read = new HashSet<>();

    private StructView(Object value) {
        this.value = value;
    }

    static boolean isPossibleOf(Object value) {
        return value instanceof Struct || value instanceof Map;
    }

    /** @throws IllegalArgumentException if it is neither */
    static StructView of(Object value) {
        if (!isPossibleOf(value)) {
            throw new IllegalArgumentException("a struct is expected, not " + type(value));
        }
        return new StructView(value);
    }

    byte[] bytes(String name) {
        return bytesOf(name, get(name));
    }

    String text(String name) {
        Object given = get(name);
        if (given == null || given instanceof String) {
            return given == null ? "" : (String) given;
        }
        throw wrong(name, "a text", given);
    }

    long whole(String name) {
        return wholeOf(name, get(name));
    }

    double real(String name) {
        Object given = get(name);
        if (given == null || given instanceof Number) {
            return given == null ? 0 : ((Number) given).doubleValue();
        }
        throw wrong(name, "a number", given);
    }

    List<byte[]> listOfBytes(String name) {
        return list(name).stream().map(element -> bytesOf(name, element)).toList();
    }

    List<Long> listOfWhole(String name) {
        return list(name).stream().map(element -> wholeOf(name, element)).toList();
    }

    List<StructView> structs(String name) {
        return list(name).stream().map(StructView::of).toList();
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /**
     * Whether all that it has was read. Converters may fill what is null with 0, or with what is empty.
     *
     * @throws IllegalArgumentException if it has a value in a field that nobody asked for
     */
    void checkIsRead() {
        for (String name : names()) {
            if (!read.contains(name) && !isNothing(get(name))) {
                throw new IllegalArgumentException("it has a value in field " + name
                        + ", which this release does not expect there; a later one has written it, or not the source");
            }
        }
    }

    private static boolean isNothing(Object given) {
        return given == null
                || given instanceof Number number && number.doubleValue() == 0
                || Boolean.FALSE.equals(given)
                || given instanceof CharSequence text && text.isEmpty()
                || given instanceof byte[] bytes && bytes.length == 0
                || given instanceof ByteBuffer buffer && !buffer.hasRemaining()
                || given instanceof Collection<?> several && several.isEmpty()
                || given instanceof Map<?, ?> map && map.isEmpty();
    }

    /** The names of its fields, for messages, too. */
    Set<String> names() {
        return value instanceof Struct struct
                ? struct.schema().fields().stream().map(Field::name).collect(Collectors.toCollection(TreeSet::new))
                : ((Map<?, ?>) value)
                        .keySet().stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private Object get(String name) {
        read.add(name);
        if (value instanceof Map<?, ?> map) {
            return map.get(name);
        }
        Struct struct = (Struct) value;
        Field field = struct.schema().field(name);
        return field == null ? null : struct.get(field);
    }

    private List<?> list(String name) {
        Object given = get(name);
        if (given == null || given instanceof List) {
            return given == null ? List.of() : (List<?>) given;
        }
        throw wrong(name, "a list", given);
    }

    private static byte[] bytesOf(String name, Object given) {
        if (given instanceof byte[] bytes) {
            return bytes;
        }
        if (given instanceof ByteBuffer buffer) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.duplicate().get(copy);
            return copy;
        }
        if (given instanceof String text) {
            return Base64.getDecoder().decode(text);
        }
        if (given == null) {
            return NOTHING;
        }
        throw wrong(name, "bytes", given);
    }

    private static long wholeOf(String name, Object given) {
        if (given == null) {
            return 0;
        }
        if (given instanceof Long || given instanceof Integer || given instanceof Short || given instanceof Byte) {
            return ((Number) given).longValue();
        }
        throw wrong(name, "a whole number", given);
    }

    private static IllegalArgumentException wrong(String name, String expected, Object given) {
        return new IllegalArgumentException("field " + name + ": " + expected + " is expected, not " + type(given));
    }

    private static String type(Object given) {
        return given == null ? "null" : given.getClass().getSimpleName();
    }
}
