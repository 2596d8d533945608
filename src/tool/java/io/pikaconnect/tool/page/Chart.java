package io.pikaconnect.tool.page;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One number of the last hour.
 *
 * @param id of its series in status.json
 * @param words how a value is written
 */
record Chart(String id, String title, Function<Point, OptionalDouble> value, Function<OptionalDouble, String> words) {

    static final List<Chart> ALL = List.of(
            new Chart("keys", "Keys in Redis", Point::keys, Numbers::count),
            new Chart("lagSeconds", "Lag of Redis", Point::lagSeconds, Numbers::seconds),
            new Chart("recordsPerSecond", "Records/s into Redis", Point::records, Numbers::count),
            new Chart("commandsPerSecond", "Commands/s of Redis", Point::commands, Numbers::count));

    String now(Point point) {
        return words.apply(value.apply(point));
    }

    /** The least and the most of some points. */
    String range(List<Point> points) {
        double[] values = points.stream()
                .map(value)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        return values.length == 0
                ? ""
                : words.apply(OptionalDouble.of(values[0])) + " to "
                        + words.apply(OptionalDouble.of(values[values.length - 1]));
    }
}
