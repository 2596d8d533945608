package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException;
import java.util.Optional;

/** Keeps the session on which a dump was requested, during the transfer of the dump. */
interface SessionKeeper {

    /**
     * Called about every second.
     *
     * @param dump position of the dump that is transferred, once it is known
     * @return whether the session exists
     */
    boolean check(Optional<BinlogPosition> dump) throws ReplicationException, InterruptedException;

    /** Whether the master is known to be making a dump now. */
    boolean isMakingDump();
}
