package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationException.Kind;

/**
 * Why the server that answers is not one to continue with: other data, another log, another version, or another role
 * than what is followed (replication-protocol 4.2, 10.4).
 */
final class WrongServer {

    private final ReplicaConfig config;

    WrongServer(ReplicaConfig config) {
        this.config = config;
    }

    /** The master's log is shorter than what it sent us. */
    ReplicationException lostItsTail(BinlogPosition received, BinlogPosition end) {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": the master sent items up to " + received + ", and now its log ends at " + end
                        + ": it lost data or was reset. This position must not be used again; a new full sync is"
                        + " needed");
    }

    /** Another version may log the same commands in another form. */
    ReplicationException otherVersion(MasterIdentity expected, MasterIdentity found) {
        return new ReplicationException(
                Kind.REFUSED,
                config + ": the master was a Pika " + expected.version() + " and is a Pika " + found.version()
                        + " now. Restart the task: it then checks whether this epoch's rules still hold");
    }

    /** Where on.replica=fail. */
    ReplicationException isReplica(Role.OfReplica role) {
        boolean alone = config.group().others().isEmpty();
        return new ReplicationException(
                alone ? Kind.REFUSED : Kind.RETRY,
                config + ": this server is a " + role + ", and on.replica=fail. "
                        + (alone
                                ? "Point pika.address to its master, or set on.replica=warn to follow it as it is"
                                : "None of pika.addresses is a master that has its data; waiting until one is"));
    }

    /** A replica logs what it receives again in the form of its own version (binlog-commands 9.2). */
    ReplicationException mixedVersions(
            ReplicaConfig.Member server, PikaVersion its, Role.OfReplica role, PikaVersion masters) {
        return new ReplicationException(
                Kind.REFUSED,
                config + ": " + server + " is a Pika " + its + " and a replica of " + role.master() + ", a Pika "
                        + masters
                        + ": it logs what it receives from there again in its own form, in which some of it has"
                        + " another meaning. Point pika.address to a master, or to a replica of its master's version");
    }

    /** The log has other items where ours were received. */
    ReplicationException otherLog(BinlogPosition received, String how) {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": the log here is not the one that this replica received up to " + received + ": " + how
                        + ". A replica that was promoted lacked the last items, or the master lost the end of its log"
                        + " and wrote another one, or another data set answers. This position must not be used again;"
                        + " a new full sync is needed");
    }

    ReplicationException otherHistory(MasterIdentity expected, MasterIdentity found) {
        return new ReplicationException(
                Kind.POSITION_LOST,
                config + ": another data set answers here: its replication id is " + found.replicationId()
                        + ", ours was " + expected.replicationId()
                        + ". A new full sync is needed, or the right address");
    }
}
