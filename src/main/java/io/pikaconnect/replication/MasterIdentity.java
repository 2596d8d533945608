package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.util.List;

/**
 * Who a master says it is.
 *
 * @param version as far as it is known
 * @param replicationId names the history of the data, shared by a master and its replicas; empty before 3.5.1, where
 *     only positions that do not fit tell another master from ours
 * @param runId names the server; empty before 3.5. A hint at most: 3.5.0 takes a new one with every start
 * @param databases names of its dbs
 */
public record MasterIdentity(PikaVersion version, String replicationId, String runId, List<String> databases) {

    public MasterIdentity {
        databases = List.copyOf(databases);
    }

    /**
     * Whether this server may go on where that one was. One that has another replication id and the same run id is the
     * same server: somebody cleared the id (CLEARREPLICATIONID), and it made a new one when a replica came. But for a
     * replica, which has the id of the master it was given.
     *
     * @param role of this server
     */
    public boolean mayContinue(String otherReplicationId, String otherRunId, Role role) {
        return mayBeOf(otherReplicationId) || !role.isReplica() && !runId.isEmpty() && runId.equals(otherRunId);
    }

    /** Whether the run ids tell that another server answers, or the same one started without the one it had. */
    public boolean isOtherServer(String otherRunId) {
        return !runId.isEmpty() && !otherRunId.isEmpty() && !runId.equals(otherRunId);
    }

    /** Whether {@code other} may have the same data; it has not if both have a replication id and these differ. */
    public boolean mayBeOf(String otherReplicationId) {
        return replicationId.isEmpty() || otherReplicationId.isEmpty() || replicationId.equals(otherReplicationId);
    }
}
