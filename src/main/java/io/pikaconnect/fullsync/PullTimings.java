package io.pikaconnect.fullsync;

import io.pikaconnect.retry.Backoff;
import java.time.Duration;

/**
 * Time limits and numbers of attempts of a pull.
 *
 * @param connect limit of the TCP connect
 * @param request limit of a response, after which the request is repeated
 * @param requestTries how often a request is made
 * @param notReady pause while the master is still making the dump
 * @param attempts how often the pull is started
 * @param retry pauses between two attempts
 */
record PullTimings(
        Duration connect, Duration request, int requestTries, Duration notReady, int attempts, Backoff retry) {

    static final PullTimings DEFAULT = new PullTimings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            4,
            Duration.ofSeconds(1),
            6,
            new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(80)));
}
