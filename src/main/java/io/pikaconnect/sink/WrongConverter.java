package io.pikaconnect.sink;

/**
 * A record of the source connector whose key, value or header a converter changed. It changes all others, too: none of them
 * may be taken for a foreign record and go to the dead letter queue.
 */
final class WrongConverter extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** For a topic with structs. */
    static final String FOR_STRUCTS = "io.pikaconnect.struct.RawOrStructConverter, with the source's value.converter as"
            + " value.converter.struct.converter";

    private final String remedy;

    /** @param part {@code key}, {@code value} or {@code header} */
    WrongConverter(String part, Object value) {
        super("Its " + part + " is a "
                + (value == null ? "null" : value.getClass().getSimpleName()) + ", as " + part
                + ".converter made it, not " + (part.equals("header") ? "text" : "bytes"));
        this.remedy = "Set " + part + ".converter="
                + (part.equals("header")
                        ? "org.apache.kafka.connect.storage.StringConverter"
                        : "org.apache.kafka.connect.converters.ByteArrayConverter")
                + " for this connector, which otherwise has the worker's"
                + (part.equals("value") ? "; if the source has record.format=struct, " + FOR_STRUCTS : "")
                + ". Nothing was applied.";
    }

    private WrongConverter(IllegalArgumentException why) {
        super("Its value is a struct that cannot be read: " + why.getMessage(), why);
        this.remedy = "Let the settings that begin with value.converter be those of the source, with "
                + FOR_STRUCTS + ", and let no transformation change values. If a later release of the source wrote it,"
                + " update the sink. Nothing was applied.";
    }

    /** @param why a struct is not the one that the source made */
    static WrongConverter ofStruct(IllegalArgumentException why) {
        return new WrongConverter(why);
    }

    String remedy() {
        return remedy;
    }
}
