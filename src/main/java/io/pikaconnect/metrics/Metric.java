package io.pikaconnect.metrics;

import java.util.function.Function;

/**
 * One value that can be watched of a {@code T}.
 *
 * @param name words joined by hyphens, {@code lag-ms}
 * @param unit what a number counts; {@code 0 or 1}; {@code text} where it is no number
 * @param description a sentence or two; goes to JMX and into metrics.md
 * @param value reads it, from any thread, without waiting for anything
 */
public record Metric<T>(String name, String unit, String description, Function<? super T, ?> value) {

    /** A count, from the start of the task on. */
    public static <T> Metric<T> count(String name, String unit, String description, Function<? super T, Long> value) {
        return new Metric<>(name, unit, description, value);
    }

    /** Something that is so (1) or not (0). */
    public static <T> Metric<T> flag(String name, String description, Function<? super T, Boolean> value) {
        return new Metric<>(name, "0 or 1", description, t -> value.apply(t) ? 1 : 0);
    }

    /** Words, {@code -} where there is nothing to say. */
    public static <T> Metric<T> text(String name, String description, Function<? super T, String> value) {
        return new Metric<>(name, "text", description, value);
    }
}
