package io.pikaconnect.fullsync;

import java.time.Duration;

/**
 * Time limits and numbers of attempts of a pull.
 *
 * @param connect limit of the TCP connect
 * @param request limit of a response, after which the request is repeated
 * @param requestTries how often a request is made
 * @param notReady pause while the master is still making the dump
 * @param attempts how often the pull is started
 * @param pause before the next attempt, doubled every time
 */
record PullTimings(
        Duration connect, Duration request, int requestTries, Duration notReady, int attempts, Duration pause) {

    static final PullTimings DEFAULT = new PullTimings(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 4, Duration.ofSeconds(1), 6, Duration.ofSeconds(5));

    Duration pauseAfter(int attempt) {
        return pause.multipliedBy(1L << Math.min(attempt - 1, 4));
    }
}
