package io.pikaconnect.settings;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The converters of a connector: keys and values are bytes, and stay as they are; or values are structs, for any converter
 * that can write them. If a converter is not set, the worker's is used, which a connector cannot see, so key and value
 * converters have to be set.
 */
public final class Converters {

    private static final Known BYTES = new Known("org.apache.kafka.connect.converters.ByteArrayConverter");
    private static final Known TEXT = new Known("org.apache.kafka.connect.storage.StringConverter");
    private static final Known SIMPLE = new Known("org.apache.kafka.connect.storage.SimpleHeaderConverter");

    private static final Known EITHER = new Known("io.pikaconnect.struct.RawOrStructConverter");
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";

    private static final String KEYS = "key.converter";
    private static final String VALUES = "value.converter";

    /** The setting of {@link #EITHER}. */
    private static final String INNER = VALUES + ".struct.converter";

    private static final String NOT_YET_STRUCTS =
            ", or set record.format=struct for records that other converters can write";
    private static final String STRUCTS_AT_THE_SINK = ", or, if the source has record.format=struct, to " + EITHER.name
            + " with the source's converter in " + INNER;

    private Converters() {}

    /** A converter's class, and the shorter names that Connect accepts for it. */
    private record Known(String name) {

        boolean is(String given) {
            String simple = name.substring(name.lastIndexOf('.') + 1);
            return Stream.of(name, simple, simple.replaceAll("(Header)?Converter$", ""))
                    .anyMatch(given::equals);
        }
    }

    /**
     * Checks those of a source: header values are text.
     *
     * @param structs whether values are structs
     */
    public static void ofSource(Map<String, String> settings, boolean structs, Problems problems) {
        keys(settings, problems);
        if (structs) {
            structs(settings, problems);
        } else {
            bytes(settings, VALUES, NOT_YET_STRUCTS, problems);
        }
        headers(settings, List.of(TEXT, SIMPLE), problems);
    }

    /** Checks those of a sink: header values are text, or its bytes. */
    public static void ofSink(Map<String, String> settings, Problems problems) {
        keys(settings, problems);
        if (EITHER.is(given(settings, VALUES))) {
            structs(settings, problems);
        } else {
            bytes(settings, VALUES, STRUCTS_AT_THE_SINK, problems);
        }
        headers(settings, List.of(TEXT, SIMPLE, BYTES), problems);
    }

    private static void keys(Map<String, String> settings, Problems problems) {
        bytes(settings, KEYS, "", problems);
    }

    /** @param otherwise what else could be meant, as the end of a sentence */
    private static void bytes(Map<String, String> settings, String setting, String otherwise, Problems problems) {
        String given = given(settings, setting);
        if (given.isEmpty()) {
            problems.add(
                    setting,
                    setting + " is not set, so the worker's own converter would be used; the records are bytes: set "
                            + setting + "=" + BYTES.name + " for this connector");
        } else if (!BYTES.is(given)) {
            problems.add(
                    setting,
                    setting + "=" + given
                            + " would change the records, which are bytes and stay as they are; set it to "
                            + BYTES.name + otherwise);
        }
    }

    /** A converter that is for structs, or the one for both formats with another that is. */
    private static void structs(Map<String, String> settings, Problems problems) {
        String setting = EITHER.is(given(settings, VALUES)) ? INNER : VALUES;
        String given = given(settings, setting);
        if (given.isEmpty()) {
            problems.add(
                    setting,
                    setting + " is not set; with record.format=struct it has to be the converter that writes the"
                            + " records, such as " + JSON + ", and the same for source and sink");
        } else if (Stream.of(BYTES, TEXT, EITHER).anyMatch(known -> known.is(given))) {
            problems.add(
                    setting,
                    setting + "=" + given + " is for no structs, which record.format=struct makes; set it to " + JSON
                            + ", or to a converter for Avro or Protobuf");
        }
    }

    private static void headers(Map<String, String> settings, List<Known> forHeaders, Problems problems) {
        String given = given(settings, "header.converter");
        if (!given.isEmpty() && forHeaders.stream().noneMatch(known -> known.is(given))) {
            problems.add(
                    "header.converter",
                    "header.converter=" + given + " would not keep the headers, which are text; set it to " + TEXT.name
                            + " (also possible: "
                            + forHeaders.stream().skip(1).map(Known::name).collect(Collectors.joining(", "))
                            + ")");
        }
    }

    private static String given(Map<String, String> settings, String name) {
        return settings.getOrDefault(name, "").strip();
    }
}
