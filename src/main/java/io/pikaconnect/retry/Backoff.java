package io.pikaconnect.retry;

import java.time.Duration;

/**
 * Pauses between attempts: each is twice as long as the previous one, up to a limit.
 *
 * @param first pause, after one failure
 * @param longest pause, after any number of failures
 */
public record Backoff(Duration first, Duration longest) {

    /** Keeps the doubling from overflowing: 2^30 times the first pause is above any limit. */
    private static final int MOST_DOUBLINGS = 30;

    public static Backoff ofMillis(long first, long longest) {
        return new Backoff(Duration.ofMillis(first), Duration.ofMillis(longest));
    }

    /**
     * The pause before the next attempt.
     *
     * @param failures in a row so far; 0 counts as 1
     */
    public Duration after(int failures) {
        Duration pause = first.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
