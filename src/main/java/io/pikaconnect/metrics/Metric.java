package io.pikaconnect.metrics;

import java.util.function.Function;

/**
 * One value of a {@code T} that can be monitored.
 *
 * @param name words joined by hyphens, {@code lag-ms}
 * @param unit what a number counts; {@code 0 or 1}; {@code text} if it is not a number
 * @param description a sentence or two; goes to JMX and into metrics.md
 * @param value reads it, from any thread, without waiting for anything
 */
public record Metric<T>(String name, String unit, String description, Function<? super T, ?> value) {

    /** A count since the start of the task. */
    public static <T> Metric<T> count(String name, String unit, String description, Function<? super T, Long> value) {
        return new Metric<>(name, unit, description, value);
    }

    /** A condition that is true (1) or false (0). */
    public static <T> Metric<T> flag(String name, String description, Function<? super T, Boolean> value) {
        return new Metric<>(name, "0 or 1", description, t -> value.apply(t) ? 1 : 0);
    }

    /** Text, {@code -} if there is none. */
    public static <T> Metric<T> text(String name, String description, Function<? super T, String> value) {
        return new Metric<>(name, "text", description, value);
    }
}
