package io.pikaconnect.replication;

import java.time.Duration;

/**
 * How long, and how much of, the unacknowledged binlog a master is made to keep.
 *
 * @param idle time without a poll and with nothing in flight; zero for no limit
 * @param bytes of binlog from the acknowledged position on; 0 for no limit
 */
public record RetentionLimits(Duration idle, long bytes) {

    /** No limits. */
    public static final RetentionLimits NONE = new RetentionLimits(Duration.ZERO, 0);
}
