package io.pikaconnect.fullsync;

import java.time.Duration;

/**
 * How long a pull waits and how often it tries.
 *
 * @param connect limit of the TCP connect
 * @param request limit of an answer, then the same is asked again
 * @param requestTries how often a request is made
 * @param notReady pause while the master is still making the dump
 * @param attempts how often the whole is begun
 * @param pause before another attempt, doubled every time
 */
record PullTimings(
        Duration connect, Duration request, int requestTries, Duration notReady, int attempts, Duration pause) {

    static final PullTimings DEFAULT = new PullTimings(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 4, Duration.ofSeconds(1), 6, Duration.ofSeconds(5));

    Duration pauseAfter(int attempt) {
        return pause.multipliedBy(1L << Math.min(attempt - 1, 4));
    }
}
