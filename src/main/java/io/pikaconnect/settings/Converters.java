package io.pikaconnect.settings;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The converters of a connector: keys and values are bytes, and stay as they are. If a converter is not set, the
 * worker's is used, which a connector cannot see, so key and value converters have to be set.
 */
public final class Converters {

    private static final Known BYTES = new Known("org.apache.kafka.connect.converters.ByteArrayConverter");
    private static final Known TEXT = new Known("org.apache.kafka.connect.storage.StringConverter");
    private static final Known SIMPLE = new Known("org.apache.kafka.connect.storage.SimpleHeaderConverter");

    private Converters() {}

    /** A converter's class, and the shorter names that Connect accepts for it. */
    private record Known(String name) {

        boolean is(String given) {
            String simple = name.substring(name.lastIndexOf('.') + 1);
            return Stream.of(name, simple, simple.replaceAll("(Header)?Converter$", ""))
                    .anyMatch(given::equals);
        }
    }

    /** Checks those of a source: header values are text. */
    public static void ofSource(Map<String, String> settings, Problems problems) {
        check(settings, List.of(TEXT, SIMPLE), problems);
    }

    /** Checks those of a sink: header values are text, or its bytes. */
    public static void ofSink(Map<String, String> settings, Problems problems) {
        check(settings, List.of(TEXT, SIMPLE, BYTES), problems);
    }

    private static void check(Map<String, String> settings, List<Known> forHeaders, Problems problems) {
        for (String setting : List.of("key.converter", "value.converter")) {
            String given = settings.getOrDefault(setting, "").strip();
            if (given.isEmpty()) {
                problems.add(
                        setting,
                        setting
                                + " is not set, so the worker's own converter would be used; the records are bytes: set "
                                + setting + "=" + BYTES.name + " for this connector");
            } else if (!BYTES.is(given)) {
                problems.add(
                        setting,
                        setting + "=" + given
                                + " would change the records, which are bytes and stay as they are; set it to "
                                + BYTES.name);
            }
        }
        String given = settings.getOrDefault("header.converter", "").strip();
        if (!given.isEmpty() && forHeaders.stream().noneMatch(known -> known.is(given))) {
            problems.add(
                    "header.converter",
                    "header.converter=" + given + " would not keep the headers, which are text; set it to " + TEXT.name
                            + " (also possible: "
                            + forHeaders.stream().skip(1).map(Known::name).collect(Collectors.joining(", "))
                            + ")");
        }
    }
}
