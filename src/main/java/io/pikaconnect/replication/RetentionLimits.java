package io.pikaconnect.replication;

import java.time.Duration;

/**
 * How long, and for how much of its binlog, a master is made to keep what is not acknowledged.
 *
 * @param idle without a poll and with nothing in flight; zero for any time
 * @param bytes of binlog from the position acknowledged on; 0 for any number
 */
public record RetentionLimits(Duration idle, long bytes) {

    /** Whatever it costs the master. */
    public static final RetentionLimits NONE = new RetentionLimits(Duration.ZERO, 0);
}
