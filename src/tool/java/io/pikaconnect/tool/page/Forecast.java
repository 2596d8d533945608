package io.pikaconnect.tool.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** When a number will have arrived, by its course of the last minute. For one thread. */
final class Forecast {

    private static final Duration COURSE = Duration.ofSeconds(60);
    private static final Duration LEAST = Duration.ofSeconds(8);
    private static final Duration LONGEST = Duration.ofDays(30);

    private record Moment(Instant at, double value) {}

    private final Deque<Moment> course = new ArrayDeque<>();

    /**
     * Takes the number of this moment; empty while it is not known where it goes, or while it does not move towards its
     * end.
     */
    Optional<Duration> until(double end, Instant at, double value) {
        course.addLast(new Moment(at, value));
        while (Duration.between(course.getFirst().at(), at).compareTo(COURSE) > 0) {
            course.removeFirst();
        }
        Moment first = course.getFirst();
        Duration passed = Duration.between(first.at(), at);
        double moved = (value - first.value()) * Math.signum(end - first.value());
        if (passed.compareTo(LEAST) < 0 || moved <= 0) {
            return Optional.empty();
        }
        double seconds = Math.abs(end - value) / moved * passed.toMillis() / 1_000;
        return Optional.of(seconds)
                .filter(rest -> rest <= LONGEST.toSeconds())
                .map(rest -> Duration.ofMillis(Math.round(rest * 1_000)));
    }
}
