package io.pikaconnect.replication;

import java.time.Duration;

/**
 * Time limits, intervals and numbers of attempts (replication-protocol 7.5 and 13).
 *
 * @param connect limit of a TCP connect
 * @param control limit of the response to a control request
 * @param ping interval of our pings; the master drops a session after 20 s without one
 * @param silence a session without a frame for this long, with nothing unacknowledged, is dead
 * @param pause between two connects, doubled at every failure
 * @param longestPause upper limit of the doubling
 * @param taken longest interval between checks of an address that another replica has
 * @param takenLimit how long to wait until it is free; a master forgets a dead connection after 180 s
 * @param ask interval of queries to the master's client port; at most the seconds by which an idle clock is put back,
 *     so that no time counts in which the master no longer was a master
 * @param positionTries how often a position that the master does not continue from is tried
 */
record Timings(
        Duration connect,
        Duration control,
        Duration ping,
        Duration silence,
        Duration pause,
        Duration longestPause,
        Duration taken,
        Duration takenLimit,
        Duration ask,
        int positionTries) {

    static final Timings DEFAULT = new Timings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2),
            10);

    /** The pause before the next connect, after this many consecutive failures. */
    Duration pauseAfter(int failures) {
        Duration pause = pause().multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 10));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
