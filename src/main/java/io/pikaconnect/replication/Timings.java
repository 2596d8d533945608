package io.pikaconnect.replication;

import io.pikaconnect.retry.Backoff;
import java.time.Duration;

/**
 * Time limits, intervals and numbers of attempts (replication-protocol 7.5 and 13).
 *
 * @param connect limit of a TCP connect
 * @param control limit of the response to a control request
 * @param ping interval of our pings; the master drops a session after 20 s without one
 * @param silence a session without a frame for this long, with nothing unacknowledged, is dead
 * @param retry pauses between two attempts
 * @param taken longest interval between checks of an address that another replica has
 * @param takenLimit how long to wait until it is free; a master forgets a dead connection after 180 s
 * @param ask interval of queries to the master's client port; at most the seconds by which an idle clock is put back,
 *     so that no time counts in which the master no longer was a master
 * @param arrival a session is ended after it brought nothing for this long although the log has more and nothing received
 *     is unacknowledged
 * @param positionTries how often a position that the master does not continue from is tried
 */
record Timings(
        Duration connect,
        Duration control,
        Duration ping,
        Duration silence,
        Backoff retry,
        Duration taken,
        Duration takenLimit,
        Duration ask,
        Duration arrival,
        int positionTries) {

    static final Timings DEFAULT = new Timings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            new Backoff(Duration.ofSeconds(3), Duration.ofSeconds(30)),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            10);
}
