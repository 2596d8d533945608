package io.pikaconnect.fullsync;

import io.pikaconnect.retry.Backoff;
import java.time.Duration;

/**
 * Time limits and numbers of attempts of a full sync.
 *
 * @param attempts how many attempts in a row may fail
 * @param retry pauses between two attempts
 * @param notReady pauses while the master is still making the dump: a small one takes moments
 * @param pull of a dump that is pulled
 * @param push of a dump that the master pushes
 */
record FullSyncTimings(int attempts, Backoff retry, Backoff notReady, OfPull pull, OfPush push) {

    static final FullSyncTimings DEFAULT = new FullSyncTimings(
            6,
            new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(80)),
            Backoff.ofMillis(50, 1_000),
            OfPull.DEFAULT,
            OfPush.DEFAULT);

    /**
     * @param connect limit of the TCP connect
     * @param request limit of a response, after which the request is repeated
     * @param requestTries how often a request is made
     */
    record OfPull(Duration connect, Duration request, int requestTries) {

        static final OfPull DEFAULT = new OfPull(Duration.ofSeconds(5), Duration.ofSeconds(30), 4);
    }

    /**
     * @param first how long the master may take to start once it has made the dump: it may serve other replicas first
     * @param quiet a push without a byte for this long has failed
     * @param end the same after the connection with which a master ends its push, when only {@code info} can follow
     * @param refused the same after a connection that did not know the password, if none that does follows
     * @param look interval of the checks
     */
    record OfPush(Duration first, Duration quiet, Duration end, Duration refused, Duration look) {

        static final OfPush DEFAULT = new OfPush(
                Duration.ofMinutes(20),
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMillis(500));
    }
}
