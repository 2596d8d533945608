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
 * The members of the master's replication group; chooses which of them to follow: the former one, as long as it is a
 * master with the same data; else the only other one that is a master, if it has our replication id. What its log holds
 * is compared by {@link BinlogStreamer} before anything is accepted from it. Masters before 3.5.1 have no replication
 * id, so from one of those there is no switch to another server.
 *
 * <p>An empty server that replaced a lost one is a master, too. So while nothing is stored, of two masters with
 * different data neither is followed; and if a position is stored, a master with other data is followed only if every
 * other member answers and is not a master: then the group itself has other data, and {@code on.position.lost} decides.
 *
 * <p>For one thread at a time.
 */
final class Members {

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** The limit of each query: a server that takes longer is not chosen. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private record Seen(Member member, boolean answered, Role role, String replicationId, String runId) {

        boolean isMaster() {
            return role == Role.MASTER;
        }

        boolean isOther(Optional<Expected> expected) {
            return expected.filter(e -> e.isOther(replicationId, runId)).isPresent();
        }

        String text(Optional<Expected> expected) {
            String data = isOther(expected)
                    ? ", with other data: its replication id is " + id() + ", ours is "
                            + expected.orElseThrow().replicationId()
                    : "";
            return member + ": "
                    + (answered ? role == Role.UNKNOWN ? "does not report its role" : role : "does not answer") + data;
        }

        /** With the id that tells its data from others'. */
        String textWithId() {
            return member + " (replication id " + id() + ")";
        }

        private String id() {
            return replicationId.isEmpty() ? "none" : replicationId;
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
     * Chooses the server to connect to.
     *
     * @param current the one that is followed, or was named first
     * @param expected the data that are wanted; empty if nothing is stored, before the first connect
     * @throws ReplicationException RETRY if there is no server to follow now, or the choice is not clear
     */
    ReplicaConfig choose(ReplicaConfig current, Optional<Expected> expected) throws ReplicationException {
        if (all.size() == 1) {
            return current;
        }
        Seen now = see(current.member());
        if (now.isMaster() && expected.isPresent() && !now.isOther(expected)) {
            return current;
        }
        List<Seen> others = others(current.member());
        if (now.isMaster()) {
            return expected.isEmpty() ? first(current, now, others) : insteadOf(current, now, others, expected);
        }
        List<Seen> masters = others.stream()
                .filter(seen -> seen.isMaster() && mayContinue(seen, expected))
                .toList();
        if (masters.size() > 1) {
            throw new ReplicationException(
                    Kind.RETRY,
                    current + ": " + now.text(expected) + "; and more than one of pika.addresses is a master, "
                            + words(masters, expected)
                            + ". Point pika.address to the right one and take the others out of pika.addresses");
        }
        if (masters.size() == 1) {
            return goTo(masters.get(0), current, now, expected);
        }
        if (now.answered) {
            LOG.warn(
                    "{}: {}; none of the other pika.addresses is a master that has these data: {}",
                    current,
                    now.text(expected),
                    words(others, expected));
            return current; // whether a replica may be followed is decided by the caller
        }
        return expected.isEmpty()
                ? others.stream()
                        .filter(seen -> seen.role.isReplica() && config.group().mayFollowReplica())
                        .findFirst()
                        .map(seen -> current.at(seen.member))
                        .orElse(current)
                : current;
    }

    private static ReplicaConfig goTo(Seen next, ReplicaConfig current, Seen now, Optional<Expected> expected) {
        LOG.warn(
                "{}: {}; {} of pika.addresses is the master, connecting to it",
                current,
                now.text(expected),
                next.member);
        return current.at(next.member);
    }

    /** Nothing is stored, and {@code now} is a master: it is followed unless there is one with other data. */
    private static ReplicaConfig first(ReplicaConfig current, Seen now, List<Seen> others) throws ReplicationException {
        List<Seen> different = others.stream()
                .filter(seen -> seen.isMaster() && !seen.replicationId.equals(now.replicationId))
                .toList();
        if (!different.isEmpty()) {
            throw new ReplicationException(
                    Kind.RETRY,
                    current + ": it is a master, " + now.textWithId() + ", and so is "
                            + different.stream().map(Seen::textWithId).collect(Collectors.joining(", "))
                            + " of pika.addresses, with other data. Which of them is meant cannot be known; remove the"
                            + " wrong one from pika.address or pika.addresses, or shut it down");
        }
        return current;
    }

    /** The master at {@code current} has other data than those that are stored. */
    private static ReplicaConfig insteadOf(
            ReplicaConfig current, Seen now, List<Seen> others, Optional<Expected> expected)
            throws ReplicationException {
        List<Seen> ours = others.stream()
                .filter(seen -> seen.isMaster() && mayContinue(seen, expected))
                .toList();
        if (ours.size() == 1) {
            return goTo(ours.get(0), current, now, expected);
        }
        if (ours.isEmpty() && others.stream().allMatch(seen -> seen.role.isReplica())) {
            LOG.warn(
                    "{}: {}; no other of pika.addresses is a master: {}",
                    current,
                    now.text(expected),
                    words(others, expected));
            return current; // the lost position is detected by the caller
        }
        throw new ReplicationException(
                Kind.RETRY,
                current + ": " + now.text(expected) + "; waiting for a master that has these data, of pika.addresses: "
                        + words(others, expected)
                        + ". If the data here are the ones you want, remove the others from pika.addresses, or reset"
                        + " the connector's offsets for a new full sync");
    }

    /** The state of the others, for an error when connecting fails; empty if there are none. */
    String others(ReplicaConfig current, Optional<Expected> expected) {
        return all.size() == 1 ? "" : ". Of pika.addresses, " + words(others(current.member()), expected);
    }

    /** The server that may be followed instead of {@code current}, which is a replica. */
    Optional<Member> master(ReplicaConfig current, MasterIdentity expected) {
        List<Seen> masters = others(current.member()).stream()
                .filter(seen -> seen.isMaster() && mayContinue(seen, Optional.of(Expected.of(expected))))
                .toList();
        return masters.size() == 1 ? Optional.of(masters.get(0).member) : Optional.empty();
    }

    boolean isGroup() {
        return all.size() > 1;
    }

    /** Warns if others accept writes besides {@code current}, which is a master: what they accept is not seen here. */
    void lookForOtherMasters(ReplicaConfig current, MasterIdentity expected) {
        List<Member> found = others(current.member()).stream()
                .filter(seen -> seen.isMaster()
                        && !seen.replicationId.isEmpty()
                        && seen.replicationId.equals(expected.replicationId()))
                .map(Seen::member)
                .toList();
        if (!found.isEmpty() && !found.equals(twoMasters)) {
            LOG.warn(
                    "{}: it is a master, but so is {} of pika.addresses, with the same replication id: what is written there"
                            + " does not reach this connector. If that one was promoted, shut this one down (a Pika with"
                            + " replicas, of which the connector is one, refuses SLAVEOF); the connector then connects"
                            + " to it",
                    current,
                    found);
        }
        twoMasters = found;
    }

    private static boolean mayContinue(Seen seen, Optional<Expected> expected) {
        return expected.isEmpty() || expected.get().isOf(seen.replicationId);
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
            return new Seen(member, false, Role.UNKNOWN, "", "");
        }
        try (ClientPort client = opened.get()) {
            return new Seen(member, true, client.role(), client.replicationId(), client.runId());
        }
    }

    private static String words(List<Seen> seen, Optional<Expected> expected) {
        return seen.stream().map(each -> each.text(expected)).collect(Collectors.joining("; "));
    }
}
