package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.util.List;

/**
 * The identity that a master reports.
 *
 * @param version as far as it is known
 * @param replicationId identifies the history of the data, shared by a master and its replicas; empty before 3.5.1,
 *     where only positions that do not fit reveal another master
 * @param runId identifies the server; empty before 3.5. Only a hint: 3.5.0 creates a new one at every start
 * @param databases names of its databases
 */
public record MasterIdentity(PikaVersion version, String replicationId, String runId, List<String> databases) {

    public MasterIdentity {
        databases = List.copyOf(databases);
    }

    /**
     * Whether this server may continue where that one was. A server with another replication id and the same run id is
     * the same server: its id was cleared (CLEARREPLICATIONID), and it created a new one when a replica attached. This
     * does not hold for a replica, which has the id of the master that it was given.
     *
     * @param role of this server
     */
    public boolean mayContinue(String otherReplicationId, String otherRunId, Role role) {
        return mayBeOf(otherReplicationId) || !role.isReplica() && !runId.isEmpty() && runId.equals(otherRunId);
    }

    /** Whether the run ids show that another server answers, or the same one without its former run id. */
    public boolean isOtherServer(String otherRunId) {
        return !runId.isEmpty() && !otherRunId.isEmpty() && !runId.equals(otherRunId);
    }

    /**
     * Whether a server with that replication id may have the same data; it has not if both have a replication id and
     * these differ.
     */
    public boolean mayBeOf(String otherReplicationId) {
        return replicationId.isEmpty() || otherReplicationId.isEmpty() || replicationId.equals(otherReplicationId);
    }
}
