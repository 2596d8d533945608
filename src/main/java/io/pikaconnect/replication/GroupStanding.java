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
 * Where the server that is followed stands in its group, look by look. A replica has what its own master sent it: while
 * it is cut off, nothing that it says of its log's end means that nothing more was written. So its masters are asked, too,
 * where they can be reached, how far they are and which version they are.
 *
 * <p>A look is for one thread at a time; the rest is for any.
 */
final class GroupStanding {

    private static final Logger LOG = LoggerFactory.getLogger(GroupStanding.class);

    /** Masters of masters; a group has no more, and may be a circle by mistake. */
    private static final int HOPS = 4;

    /** For what is only asked in addition. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Duration limit;
    private volatile Role role = Role.UNKNOWN;
    /** Whether it, or a master of it, is known or suspected to be cut off. */
    private volatile boolean cutOff;

    private volatile Optional<BinlogPosition> mastersEnd = Optional.empty();

    /** Masters whose version was compared, or could not be, which was logged. By whoever looks. */
    private final Set<String> compared = new HashSet<>();

    private final Set<String> notCompared = new HashSet<>();

    GroupStanding(Timings timings) {
        limit = timings.connect().compareTo(LIMIT) < 0 ? timings.connect() : LIMIT;
    }

    /**
     * The server has this role now.
     *
     * @param at the server
     * @param version which it is
     * @throws ReplicationException REFUSED if it is not to be followed as what it is
     */
    void found(ReplicaConfig at, PikaVersion version, Role now) throws ReplicationException {
        if (now.isReplica() && !at.group().mayFollowReplica()) {
            throw new Responses(at).isReplica((OfReplica) now);
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
                    report(at, lower, replica, "it does not tell its version");
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

    /** It did not answer: whether a replica is still linked, nobody knows. */
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
                            ? "What its master writes reaches the topic by way of it; lag counts to its master's end."
                                    + " After a failover, point pika.address to the master, or name the whole group in"
                                    + " pika.addresses"
                            : "It is cut off from its master, or in a full sync of its own: what is written there is"
                                    + " not seen here, and nothing counts as idle or caught up until the link is up");
        } else if (role.isReplica()) {
            LOG.warn("{}: this server was a {}, and is {} now", at, role, now == Role.MASTER ? "a master" : "unknown");
        }
    }

    private void compare(ReplicaConfig at, ReplicaConfig lower, PikaVersion its, OfReplica replica, PikaVersion masters)
            throws ReplicationException {
        if (!BinlogDialect.logsAlike(its, masters)) {
            throw new Responses(at).mixedVersions(lower.member(), its, replica, masters);
        }
    }

    private void report(ReplicaConfig at, ReplicaConfig lower, OfReplica replica, String why) {
        if (!compared.contains(replica.master()) && notCompared.add(replica.master())) {
            LOG.warn(
                    "{}: whether the master of {}, {}, is of the same version cannot be seen from here: {}. If it is of"
                            + " another one, its replica may log some commands in a form that means something else;"
                            + " see that they are the same. How far that master is is not known either",
                    at,
                    lower.member(),
                    replica.master(),
                    why);
        }
    }

    /** A replica on its master's host may know that by an address that means another host from here. */
    private static Member seenFrom(Member server, OfReplica replica) {
        boolean sameHost = replica.host().equals("localhost")
                || replica.host().equals("::1")
                || replica.host().startsWith("127.");
        return new Member(sameHost ? server.host() : replica.host(), replica.port());
    }

    Role role() {
        return role;
    }

    /** Whether its end of the log says nothing about what was written. */
    boolean isCutOff() {
        return cutOff;
    }

    /** Where the log of its own master ends, if it has one that answers. */
    Optional<BinlogPosition> mastersEnd() {
        return mastersEnd;
    }

    /** Whether everything up to there is all that was written. */
    boolean isAll(BinlogPosition received) {
        return !cutOff && mastersEnd.map(received::reaches).orElse(true);
    }
}
