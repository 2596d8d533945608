package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicaConfig.Member;
import io.pikaconnect.replication.Role.OfReplica;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role of the followed server in its group, as of the latest check. A replica has what its own master sent it:
 * while it is cut off, the end of its log does not mean that nothing more was written. So its masters are queried, too,
 * if they can be reached, for the end of their log and their version.
 *
 * <p>A check is for one thread at a time; everything else is thread-safe.
 */
final class GroupStanding {

    private static final Logger LOG = LoggerFactory.getLogger(GroupStanding.class);

    /** How far the chain of masters is followed; no group has more levels, and one may be a circle by mistake. */
    private static final int HOPS = 4;

    /** The limit of queries that are only additional. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Duration limit;
    private volatile Role role = Role.UNKNOWN;
    /** Whether the server, or a master above it, is known or suspected to be cut off. */
    private volatile boolean cutOff;

    private volatile Optional<BinlogPosition> mastersEnd = Optional.empty();

    /** Masters whose version was compared, or could not be, which was logged. By the checking thread. */
    private final Set<String> compared = new HashSet<>();

    private final Set<String> notCompared = new HashSet<>();

    GroupStanding(Timings timings) {
        limit = timings.connect().compareTo(LIMIT) < 0 ? timings.connect() : LIMIT;
    }

    /**
     * Reports the server's present role.
     *
     * @param at the server
     * @param version its version
     * @throws ReplicationException REFUSED if it must not be followed in this role
     */
    void found(ReplicaConfig at, PikaVersion version, Role now) throws ReplicationException {
        if (now.isReplica() && !at.group().mayFollowReplica()) {
            throw new WrongServer(at).isReplica((OfReplica) now);
        }
        reportChange(at, now);
        boolean anyCutOff = now.isCutOff();
        Optional<BinlogPosition> end = Optional.empty();
        Role below = now;
        ReplicaConfig lower = at;
        PikaVersion its = version;
        for (int hop = 0; hop < HOPS && below instanceof OfReplica replica; hop++) {
            ReplicaConfig upper = lower.at(seenFrom(lower.member(), replica)).withoutVersion();
            Optional<ClientPort> opened = ClientPort.open(upper, limit);
            if (opened.isEmpty()) {
                report(at, lower, replica, "it does not answer");
                break;
            }
            try (ClientPort client = opened.get()) {
                Optional<PikaVersion> above = new Responses(upper).claimed(client.version());
                above.ifPresent(v -> compared.add(replica.master()));
                if (above.isPresent()) {
                    compare(at, lower, its, replica, above.get());
                    its = above.get();
                } else {
                    report(at, lower, replica, "it does not report its version");
                }
                end = client.end(at.database()).or(() -> mastersEnd);
                below = client.role();
                anyCutOff |= below.isCutOff();
                lower = upper;
            }
        }
        role = now;
        cutOff = anyCutOff;
        mastersEnd = end;
    }

    /** The server did not answer: whether a replica is still linked is unknown. */
    void unanswered() {
        cutOff |= role.isReplica();
    }

    private void reportChange(ReplicaConfig at, Role now) {
        if (now.equals(role)) {
            return;
        }
        if (now instanceof OfReplica replica) {
            LOG.warn(
                    "{}: this server is a {}. {}",
                    at,
                    replica,
                    replica.linked()
                            ? "What its master writes reaches the topic through it; lag counts to its master's end."
                                    + " After a failover, point pika.address to the master, or name the whole group in"
                                    + " pika.addresses"
                            : "It is cut off from its master, or in a full sync: what is written there is not seen"
                                    + " here, and nothing counts as idle or caught up until the link is up");
        } else if (role.isReplica()) {
            LOG.warn("{}: this server was a {}, and is {} now", at, role, now == Role.MASTER ? "a master" : "unknown");
        }
    }

    private void compare(ReplicaConfig at, ReplicaConfig lower, PikaVersion its, OfReplica replica, PikaVersion masters)
            throws ReplicationException {
        if (!BinlogDialect.logsAlike(its, masters)) {
            throw new WrongServer(at).mixedVersions(lower.member(), its, replica, masters);
        }
    }

    private void report(ReplicaConfig at, ReplicaConfig lower, OfReplica replica, String why) {
        if (!compared.contains(replica.master()) && notCompared.add(replica.master())) {
            LOG.warn(
                    "{}: whether the master of {}, {}, has the same version cannot be checked from here: {}. If the"
                            + " versions differ, the replica may log some commands in a form with another meaning;"
                            + " make sure that they are the same. The end of that master's log is not known either",
                    at,
                    lower.member(),
                    replica.master(),
                    why);
        }
    }

    /** A replica on its master's host may know it by an address that is another host from here. */
    private static Member seenFrom(Member server, OfReplica replica) {
        boolean sameHost = replica.host().equals("localhost")
                || replica.host().equals("::1")
                || replica.host().startsWith("127.");
        return new Member(sameHost ? server.host() : replica.host(), replica.port());
    }

    Role role() {
        return role;
    }

    /** Whether the end of its log does not show what was written. */
    boolean isCutOff() {
        return cutOff;
    }

    /** The end of its own master's log, if it has one that answers. */
    Optional<BinlogPosition> mastersEnd() {
        return mastersEnd;
    }

    /** Whether everything that was written is before that position. */
    boolean isAll(BinlogPosition received) {
        return !cutOff && mastersEnd.map(received::reaches).orElse(true);
    }
}
