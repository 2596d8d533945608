package io.pikaconnect.fullsync;

import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import java.io.IOException;

/** Gets one dump. */
public final class FullSync {

    public FullSync(Replica replica, ReplicaConfig config, DumpDirectory directory, FullSyncProgress progress) {}

    /** Blocks until the dump of {@code epoch} is complete. */
    public Dump run(long epoch) throws ReplicationException, InterruptedException, IOException {
        throw new UnsupportedOperationException();
    }
}
