package io.pikaconnect.replication;

import java.time.Duration;

/**
 * How long things take and how often they are tried (replication-protocol 7.5 and 13).
 *
 * @param connect limit of a TCP connect
 * @param control limit of the answer to a control request
 * @param ping pause between own pings; the master drops a session after 20 s without
 * @param silence a session without a frame for that long, with nothing unacknowledged, is dead
 * @param pause between two connects, doubled with every failure
 * @param longestPause where the doubling ends
 * @param taken longest pause between two looks at an address that another replica has
 * @param takenLimit how long that is waited for; a master forgets a dead connection after 180 s
 * @param ask pause between two looks at the master's client port; not longer than the seconds by which an idle clock is
 *     put back, so that none counts in which the master was no master any more
 * @param positionTries how often a position is tried that the master does not go on from
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

    /** The pause before the next connect, after so many failures in a row. */
    Duration pauseAfter(int failures) {
        Duration pause = pause().multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 10));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
