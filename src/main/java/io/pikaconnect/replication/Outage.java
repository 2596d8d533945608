package io.pikaconnect.replication;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Messages for the log while something does not answer: its first failure, then once a minute how long it has lasted,
 * and its end. For one thread.
 */
public final class Outage {

    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private int failures;
    private long sinceNanos;
    private long reportedNanos;

    /**
     * Records a failed attempt.
     *
     * @return what to log now, if anything
     */
    public Optional<String> failed(String message) {
        return failed(message, System.nanoTime());
    }

    Optional<String> failed(String message, long nowNanos) {
        if (failures++ == 0) {
            sinceNanos = nowNanos;
            reportedNanos = nowNanos;
            return Optional.of(message + "; trying again until it works");
        }
        if (nowNanos - reportedNanos < EVERY_NANOS) {
            return Optional.empty();
        }
        reportedNanos = nowNanos;
        return Optional.of(message + "; failing for " + lasted(nowNanos) + " now, in " + failures
                + " attempts; trying again until it works");
    }

    /**
     * Records an attempt that succeeded.
     *
     * @return what to log, if there was an outage
     */
    public Optional<String> over() {
        return over(System.nanoTime());
    }

    Optional<String> over(long nowNanos) {
        if (failures == 0) {
            return Optional.empty();
        }
        int had = failures;
        failures = 0;
        return Optional.of("answers again after " + lasted(nowNanos) + " and " + had + " failed attempts");
    }

    private String lasted(long nowNanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - sinceNanos);
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }
}
