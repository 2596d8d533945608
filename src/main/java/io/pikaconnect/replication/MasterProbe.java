package io.pikaconnect.replication;

import java.time.Duration;
import java.util.OptionalLong;

/** Asks a master who it is, for a check of the configuration; leaves nothing behind. */
public record MasterProbe(
        MasterIdentity identity, OptionalLong expireLogsNums, OptionalLong dataBytes, Duration clockOffset) {

    /** Asks, and answers within {@code limit}. */
    public static MasterIdentity ask(ReplicaConfig config, Duration limit)
            throws ReplicationException, InterruptedException {
        return probe(config, limit).identity();
    }

    /** Asks for everything there is to know before a replication begins. */
    public static MasterProbe probe(ReplicaConfig config, Duration limit)
            throws ReplicationException, InterruptedException {
        throw new UnsupportedOperationException();
    }
}
