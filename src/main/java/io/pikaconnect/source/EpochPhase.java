package io.pikaconnect.source;

import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;

/**
 * Where an epoch is: beginning, in its snapshot, or following the binlog; each leads to the next. Used by the
 * task's thread only.
 */
sealed interface EpochPhase extends AutoCloseable permits BeginPhase, SnapshotPhase, BinlogPhase {

    /** The phase to continue with: this one, or the next. */
    EpochPhase next();

    /** What the metrics show in this phase. */
    SourceProgress.Phase phase();

    /** Puts what is ready into the buffer; waits a fraction of a second where nothing is. */
    void fill(PollBuffer buffer)
            throws ReplicationException, SnapshotException, UntranslatableException, InterruptedException;

    @Override
    void close();
}
