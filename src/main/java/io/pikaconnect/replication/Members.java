package io.pikaconnect.replication;

import io.pikaconnect.replication.ReplicaConfig.Member;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the master's replication group, and which of them is to be followed: the one that was, as long as it is
 * a master; else the only other one that is, if it has our replication id. What its log holds is compared by
 * {@link BinlogStreamer} before anything is taken from it. Masters before 3.5.1 have no replication id, so from one of those
 * nothing leads to another server.
 *
 * <p>For one thread at a time.
 */
final class Members {

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** The limit of each question: one that takes longer is no master to go to. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private record Seen(Member member, boolean responses, Role role, String replicationId) {

        @Override
        public String toString() {
            return member + ": "
                    + (responses ? role == Role.UNKNOWN ? "does not tell its role" : role : "does not answer");
        }
    }

    private final ReplicaConfig config;
    private final Duration limit;
    private final Set<Member> all = new LinkedHashSet<>();
    private List<Member> twoMasters = List.of();

    Members(ReplicaConfig config, Timings timings) {
        this.config = config;
        limit = timings.connect().compareTo(LIMIT) < 0 ? timings.connect() : LIMIT;
        all.add(config.member());
        all.addAll(config.group().others());
    }

    /**
     * Chooses whom to connect to.
     *
     * @param current who is followed, or was named first
     * @param expected who it was; empty before the first connect
     * @throws ReplicationException RETRY if there is nobody to follow now, or it is not clear whom
     */
    ReplicaConfig choose(ReplicaConfig current, Optional<MasterIdentity> expected) throws ReplicationException {
        if (all.size() == 1) {
            return current;
        }
        Seen now = see(current.member());
        if (now.role == Role.MASTER) {
            return current;
        }
        List<Seen> others = others(current.member());
        List<Seen> masters = others.stream()
                .filter(seen -> seen.role == Role.MASTER && mayContinue(seen, expected))
                .toList();
        if (masters.size() > 1) {
            throw new ReplicationException(
                    Kind.RETRY,
                    current + ": " + now + "; and more than one of pika.addresses is a master, " + words(masters)
                            + ". Point pika.address to the right one and take the others out of pika.addresses");
        }
        if (masters.size() == 1) {
            Member next = masters.get(0).member;
            LOG.warn("{}: {}; {} of pika.addresses is the master, going there", current, now, next);
            return current.at(next);
        }
        if (now.responses) {
            LOG.warn(
                    "{}: {}; none of the other pika.addresses is a master that has these data: {}",
                    current,
                    now,
                    words(others));
            return current; // whether a replica may be followed is decided there
        }
        return expected.isEmpty()
                ? others.stream()
                        .filter(seen -> seen.role.isReplica() && config.group().mayFollowReplica())
                        .findFirst()
                        .map(seen -> current.at(seen.member))
                        .orElse(current)
                : current;
    }

    /** What the others are, for who cannot connect; empty if there are none. */
    String others(ReplicaConfig current) {
        return all.size() == 1 ? "" : ". Of pika.addresses, " + words(others(current.member()));
    }

    /** Whether another one than {@code current}, which is a replica, may be followed instead. */
    Optional<Member> master(ReplicaConfig current, MasterIdentity expected) {
        List<Seen> masters = others(current.member()).stream()
                .filter(seen -> seen.role == Role.MASTER && mayContinue(seen, Optional.of(expected)))
                .toList();
        return masters.size() == 1 ? Optional.of(masters.get(0).member) : Optional.empty();
    }

    boolean isGroup() {
        return all.size() > 1;
    }

    /** Warns when others take writes beside {@code current}, which is a master: what they take is not seen here. */
    void lookForOtherMasters(ReplicaConfig current, MasterIdentity expected) {
        List<Member> found = others(current.member()).stream()
                .filter(seen -> seen.role == Role.MASTER
                        && !seen.replicationId.isEmpty()
                        && seen.replicationId.equals(expected.replicationId()))
                .map(Seen::member)
                .toList();
        if (!found.isEmpty() && !found.equals(twoMasters)) {
            LOG.warn(
                    "{}: it is a master, but so is {} of pika.addresses, with the same replication id: what is written there"
                            + " does not reach this connector. If that one was promoted, shut this one down (a Pika with"
                            + " replicas, of which the connector is one, refuses SLAVEOF); the connector then goes there",
                    current,
                    found);
        }
        twoMasters = found;
    }

    private static boolean mayContinue(Seen seen, Optional<MasterIdentity> expected) {
        return expected.isEmpty()
                || !seen.replicationId.isEmpty()
                        && seen.replicationId.equals(expected.get().replicationId());
    }

    private List<Seen> others(Member current) {
        List<Seen> seen = new ArrayList<>();
        for (Member member : all) {
            if (!member.equals(current)) {
                seen.add(see(member));
            }
        }
        return seen;
    }

    private Seen see(Member member) {
        Optional<ClientPort> opened = ClientPort.open(config.at(member), limit);
        if (opened.isEmpty()) {
            return new Seen(member, false, Role.UNKNOWN, "");
        }
        try (ClientPort client = opened.get()) {
            return new Seen(member, true, client.role(), client.replicationId());
        }
    }

    private static String words(List<Seen> seen) {
        return seen.stream().map(Seen::toString).collect(Collectors.joining("; "));
    }
}
