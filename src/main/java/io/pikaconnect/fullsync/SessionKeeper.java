package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException;
import java.util.Optional;

/** Looks after the session on which a dump was requested, while the dump comes. */
interface SessionKeeper {

    /**
     * Called about every second.
     *
     * @param dump position of the one that comes, once it is known
     * @return whether there is a session
     */
    boolean check(Optional<BinlogPosition> dump) throws ReplicationException, InterruptedException;

    /** Whether the master is known to be making a dump now. */
    boolean isMakingDump();
}
