package io.pikaconnect.replication;

/**
 * The data that a member of a group must have to be followed.
 *
 * @param replicationId identifies the data; empty if the master had none (before 3.5.1), so that other data cannot be
 *     recognized
 * @param runId of the server that was followed last, which may have another replication id since CLEARREPLICATIONID; or
 *     empty
 */
record Expected(String replicationId, String runId) {

    static Expected of(MasterIdentity master) {
        return new Expected(master.replicationId(), master.runId());
    }

    /** Whether a server with these ids is known to have the data. */
    boolean isOf(String itsReplicationId) {
        return !replicationId.isEmpty() && replicationId.equals(itsReplicationId);
    }

    /** Whether a server with these ids is known to have other data; false if it reports none. */
    boolean isOther(String itsReplicationId, String itsRunId) {
        boolean tellsNone = itsReplicationId.isEmpty() && itsRunId.isEmpty();
        boolean sameServer = !runId.isEmpty() && runId.equals(itsRunId);
        return !replicationId.isEmpty() && !replicationId.equals(itsReplicationId) && !sameServer && !tellsNone;
    }
}
