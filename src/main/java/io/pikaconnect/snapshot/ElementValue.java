package io.pikaconnect.snapshot;

/** The value of the current element of {@link LiveElements}: a field's value, an element, a score or a message. */
final class ElementValue {

    private final Format format;
    private final PikaType type;
    private final EntryCursor entries;
    private final UnreadableEntries unreadable;
    private int length;

    ElementValue(Format format, PikaType type, EntryCursor entries, UnreadableEntries unreadable) {
        this.format = format;
        this.type = type;
        this.entries = entries;
        this.unreadable = unreadable;
    }

    /**
     * Reads the value of the current element; counts one that Pika would not write.
     *
     * @param key the element's
     * @return whether the element can be emitted
     */
    boolean read(byte[] key) {
        if (type == PikaType.SET) {
            return true; // all of it is in the key
        }
        int stored = entries.valueLength();
        length = format.valueLength(type, entries.value(), stored);
        boolean hasValidLength = switch (type) {
            case ZSET -> length == Double.BYTES;
            case STREAM -> StreamMessage.isIntact(entries.value(), length);
            default -> length != Format.UNKNOWN_LENGTH;
        };
        if (!hasValidLength) {
            unreadable.element(type.plural() + ", a value of " + stored + " bytes that is not valid", entries::name);
        } else if (format.hasElementTail(type) && length == stored) {
            unreadable.bare(type, key, entries::name);
        }
        return hasValidLength;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return entries.value(0, length);
    }

    /** The array with {@link #bytes} in front, until the next element; never written to. */
    byte[] shared() {
        return entries.value();
    }

    double score() {
        return Double.longBitsToDouble(LittleEndian.longAt(shared(), 0));
    }
}
