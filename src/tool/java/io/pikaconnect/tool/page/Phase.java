package io.pikaconnect.tool.page;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A phase of one db's migration.
 *
 * @param percent of it that is done, if that is known
 * @param remaining until it is complete, if that can be foreseen
 * @param detail its numbers
 */
record Phase(String name, Progress progress, OptionalDouble percent, Optional<Duration> remaining, String detail) {

    /** How far a phase is. */
    enum Progress {
        COMPLETE("complete"),
        ACTIVE("in progress"),
        PENDING("not yet");

        private final String words;

        Progress(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Phase complete(String name, String detail) {
        return new Phase(name, Progress.COMPLETE, OptionalDouble.empty(), Optional.empty(), detail);
    }

    static Phase pending(String name) {
        return new Phase(name, Progress.PENDING, OptionalDouble.empty(), Optional.empty(), "");
    }

    static Phase active(String name, OptionalDouble percent, Optional<Duration> remaining, String detail) {
        return new Phase(name, Progress.ACTIVE, percent, remaining, detail);
    }

    boolean isActive() {
        return progress == Progress.ACTIVE;
    }
}
