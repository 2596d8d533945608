package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicaConfig.Member;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.util.Optional;

/**
 * Whether a server must not get a MetaSync because it has no replication id. A server that itself has a master lacks
 * one after CLEARREPLICATIONID, which a master logs as a write, and until it has first attached to its master. On
 * MetaSync it would create its own id, and its master would refuse it from then on.
 *
 * <p>It gets its master's id by SLAVEOF NO ONE and SLAVEOF, and between these two looks like a master without an id; so
 * one that was such a replica just before gets no MetaSync either. For the connecting thread.
 */
final class MissingId {

    private record Seen(Member server, Role.OfReplica role, long atNanos) {}

    private final Timings timings;
    private Optional<Seen> latest = Optional.empty();

    MissingId(Timings timings) {
        this.timings = timings;
    }

    /**
     * Checks before a MetaSync.
     *
     * @throws ReplicationException RETRY if none must be sent now
     */
    void check(ReplicaConfig config, ClientPortInfo portInfo) throws ReplicationException {
        if (!portInfo.lacksReplicationId()) {
            latest = Optional.empty();
            return;
        }
        long now = System.nanoTime();
        if (portInfo.role() instanceof Role.OfReplica replica) {
            latest = Optional.of(new Seen(config.member(), replica, now));
        }
        long recently = timings.retry().longest().multipliedBy(2).toNanos();
        Optional<Seen> seen = latest.filter(s -> s.server().equals(config.member()) && now - s.atNanos() < recently);
        if (seen.isPresent()) {
            throw missing(config, seen.get().role());
        }
    }

    private static ReplicationException missing(ReplicaConfig config, Role.OfReplica role) {
        return new ReplicationException(
                Kind.RETRY,
                config + ": this server is a " + role + ", and has no replication id: CLEARREPLICATIONID was run on its"
                        + " master, which reaches its replicas, or it has not yet attached to its master. If a replica"
                        + " attached now, as the connector would, it would create its own id, and its master would"
                        + " refuse it from then on; so the connector waits until it has its master's. After a"
                        + " CLEARREPLICATIONID run BGSAVE on its master (an older dump would bring the same"
                        + " command again), then SLAVEOF NO ONE and SLAVEOF " + role.host() + " " + role.port()
                        + " here; it then takes a full sync. Or point pika.address to its master. Either way a position"
                        + " that the connector has stored belongs to the former id, and it needs a new full sync,"
                        + " too");
    }
}
