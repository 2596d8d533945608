package io.pikaconnect.snapshot;

import io.pikaconnect.change.Escaped;
import io.pikaconnect.metrics.DiscardCounts;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Counts what cannot be read of a dump although its files are intact, because the master wrote it so: every other dump
 * of that master has it, too, so it costs one entry and not the full sync.
 */
final class UnreadableEntries {

    private static final String NUL = ": Pika 4.0 stores a key with a NUL byte only up to there; skipped";

    private final DiscardCounts discards;

    UnreadableEntries(DiscardCounts discards) {
        this.discards = discards;
    }

    /** Counts a record, and with it the whole key. */
    void record(String what, Supplier<String> entry) {
        discards.count("record.unreadable", () -> what + ", " + entry.get() + ": its key is skipped");
    }

    /** Counts one element of a key, or one whose key is unknown. */
    void element(String what, Supplier<String> entry) {
        discards.count("element.unreadable", () -> what + ", " + entry.get() + ": skipped");
    }

    /** Counts an element whose value was stored without its tail. */
    void bare(PikaType type, byte[] key, Supplier<String> entry) {
        discards.count(
                "element.bare",
                () -> type.plural() + " " + Escaped.text(key) + ", " + entry.get()
                        + ": its value was stored without the bytes that belong after it, as HINCRBY of 4.0.0 does for"
                        + " a hash that was deleted or expired; read as it is");
    }

    /**
     * Counts the record of a key of 4.0 with a NUL byte before its end, of which Pika stores only the bytes up to the
     * last NUL (storage-format 6.1); the master itself cannot find it.
     *
     * @param stored what is left of the key
     */
    void cutRecord(byte[] stored) {
        discards.count("key.unreadable", () -> "a key that started with " + Escaped.text(stored) + NUL);
    }

    /**
     * Counts an element of such a key.
     *
     * @param stored what is left of the key, which may be another, complete key
     */
    void cutElement(PikaType type, byte[] stored) {
        discards.count(
                "key.unreadable",
                () -> "an element of a " + type.name().toLowerCase(Locale.ROOT) + " that started with "
                        + Escaped.text(stored) + NUL);
    }
}
