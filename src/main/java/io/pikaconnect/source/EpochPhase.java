package io.pikaconnect.source;

import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;

/**
 * Where an epoch is: beginning, in its snapshot, or following the binlog; each goes over into the next. Used by the
 * task's thread only.
 */
sealed interface EpochPhase extends AutoCloseable permits BeginPhase, SnapshotPhase, BinlogPhase {

    /** The stage to go on with: this one, or the next. */
    EpochPhase next() throws SnapshotException;

    /** What the task is about in this stage. */
    SourceProgress.Phase phase();

    /** Puts what there is into the outbox; waits a fraction of a second where there is nothing. */
    void fill(PollBuffer buffer)
            throws ReplicationException, SnapshotException, UntranslatableException, InterruptedException;

    @Override
    void close();
}
