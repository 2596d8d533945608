package io.pikaconnect.fullsync;

import io.pikaconnect.replication.ReplicationException;

/** Looks after the session on which a dump was requested, while the dump comes. */
interface SessionKeeper {

    /** Called about every second. */
    void check() throws ReplicationException, InterruptedException, AttemptFailed;
}
