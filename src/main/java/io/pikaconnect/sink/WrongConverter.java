package io.pikaconnect.sink;

/**
 * A record of the source connector whose key, value or header a converter changed. It changes all others, too: none of them
 * may be taken for a foreign record and go to the dead letter queue.
 */
final class WrongConverter extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String part;

    /** @param part {@code key}, {@code value} or {@code header} */
    WrongConverter(String part, Object value) {
        super("Its " + part + " is a "
                + (value == null ? "null" : value.getClass().getSimpleName()) + ", as " + part
                + ".converter made it, not " + (part.equals("header") ? "text" : "bytes"));
        this.part = part;
    }

    String remedy() {
        return "Set " + part + ".converter="
                + (part.equals("header")
                        ? "org.apache.kafka.connect.storage.StringConverter"
                        : "org.apache.kafka.connect.converters.ByteArrayConverter")
                + " for this connector, which otherwise has the worker's. Nothing was applied.";
    }
}
