package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one replica knows of the master across connections: its identity at first, the end of its log, its clock.
 * Connecting is for one thread at a time; everything else is thread-safe.
 */
final class MasterConnector {

    private static final Logger LOG = LoggerFactory.getLogger(MasterConnector.class);

    /** The default of binlog-file-size, for a master that does not report it. */
    private static final long BINLOG_FILE_SIZE = 100L << 20;

    /** Every this many checks, whether another member of the group reports that it is a master, too, is checked. */
    private static final int OTHERS = 15;

    private final Timings timings;
    private final Lifetime lifetime;
    private final Members members;
    private final GroupStanding standing;
    /** The server to connect to. */
    private volatile ReplicaConfig config;

    /** The port to announce, if not the configured one. */
    private volatile OptionalInt otherPort = OptionalInt.empty();

    private final Handshaker handshaker;
    private volatile Optional<Handshake> latest = Optional.empty();
    private volatile Optional<MasterIdentity> first = Optional.empty();
    /** Its present identity, whose ids may differ from the first one's. */
    private volatile Optional<MasterIdentity> present = Optional.empty();
    /** Its identity in an earlier task, until the first connect; by the connecting thread. */
    private Optional<Expected> stored = Optional.empty();

    private volatile Duration clockOffset = Duration.ZERO;
    private volatile Optional<BinlogPosition> end = Optional.empty();
    /** Whether INFO reported it at the last check; by the checking thread. */
    private boolean reportsEnd;

    private volatile long binlogFileSize = BINLOG_FILE_SIZE;
    private final LongAdder connectionFailures = new LongAdder();
    private final LongAdder otherServers = new LongAdder();
    /** What the client port refused, and was logged; by the checking thread. */
    private final Set<String> refused = new HashSet<>();

    private int looks;
    private volatile Optional<String> lastConnectionFailure = Optional.empty();
    /** When the latest connect started; by the connecting thread only. */
    private Optional<Long> connectedAt = Optional.empty();

    MasterConnector(ReplicaConfig config, Timings timings, EventLoopGroup group, Lifetime lifetime) {
        this.config = config;
        this.timings = timings;
        this.lifetime = lifetime;
        members = new Members(config, timings);
        standing = new GroupStanding(timings);
        handshaker = new Handshaker(
                group, timings, (at, version, connection) -> otherPort.orElseGet(() -> at.portFor(version)), lifetime);
    }

    /** The server that we are connected to, or try to connect to. */
    ReplicaConfig config() {
        return config;
    }

    /** That server's role in its group. */
    GroupStanding standing() {
        return standing;
    }

    /** Announces this port from now on; a connection that announced another one is closed. */
    void announce(int port) {
        otherPort = OptionalInt.of(port);
        handshake()
                .filter(i -> i.requests().announced().getPort() != port)
                .ifPresent(i -> i.connection().close("announcing another port"));
    }

    /** The handshake of the connection, if it is alive. */
    Optional<Handshake> handshake() {
        return latest.filter(i -> i.connection().isOpen());
    }

    /** Connects again, but not sooner after the last connect than allowed. */
    Handshake connect() throws ReplicationException, InterruptedException {
        handshake().ifPresent(i -> i.connection().close("connecting again"));
        if (connectedAt.isPresent()) {
            Duration gone = Duration.ofNanos(System.nanoTime() - connectedAt.get());
            if (gone.compareTo(timings.retry().first()) < 0) {
                lifetime.pause(timings.retry().first().minus(gone));
            }
        }
        connectedAt = Optional.of(System.nanoTime());
        config = chosen();
        Handshake made = introduced(config);
        try {
            check(made);
        } catch (ReplicationException e) {
            made.connection().close("not to be followed");
            throw e;
        }
        MasterIdentity expected = first.orElse(made.master());
        if (!expected.databases().equals(made.master().databases())) {
            LOG.warn(
                    "{}: the master had the databases {} and has {} now; restart the connector if they are all to be"
                            + " replicated",
                    config,
                    expected.databases(),
                    made.master().databases());
        }
        reportRefused(made.refused());
        first = Optional.of(expected);
        made.clockOffset().ifPresent(o -> clockOffset = o);
        made.binlogFileSize().ifPresent(size -> binlogFileSize = size);
        Handshake known = made.knownAs(expected.version());
        present.ifPresent(before -> reportOther(before, known.master()));
        present = Optional.of(known.master());
        latest = Optional.of(known);
        LOG.info("{}: connected to Pika {}", config, known.master().version());
        return known;
    }

    /** Restricts connecting to members of the group with these data. To be called before the first connect. */
    void expect(Expected data) {
        stored = Optional.of(data);
    }

    private Optional<Expected> expected() {
        return present.map(Expected::of).or(() -> stored);
    }

    private ReplicaConfig chosen() throws ReplicationException {
        try {
            return members.choose(config, expected());
        } catch (ReplicationException e) {
            recordFailure(e.getMessage());
            throw e;
        }
    }

    private void check(Handshake made) throws ReplicationException {
        MasterIdentity expected = first.orElse(made.master());
        MasterIdentity before = present.orElse(made.master());
        if (!made.master().mayContinue(before.replicationId(), before.runId(), made.role())) {
            throw new WrongServer(config).otherHistory(before, made.master());
        }
        if (!expected.version().mayBe(made.master().version())) {
            throw new WrongServer(config).otherVersion(expected, made.master());
        }
        standing.found(config, made.master().version(), made.role());
    }

    private void reportOther(MasterIdentity before, MasterIdentity now) {
        if (now.isOtherServer(before.runId())) {
            otherServers.increment();
            LOG.warn(
                    "{}: another server answers than before, with the same data according to its replication id: its"
                            + " run id is {}, it was {}. Either there was a failover, or the same server started"
                            + " without its former run id. The last items received are compared with its log before"
                            + " anything is accepted from there; what was before them, or in the dump, is not",
                    config,
                    now.runId(),
                    before.runId());
        } else if (!now.mayBeOf(before.replicationId())) {
            LOG.warn(
                    "{}: the same server, according to its run id, has another replication id, {}, it was {}: it was"
                            + " cleared (CLEARREPLICATIONID). The position is kept",
                    config,
                    now.replicationId(),
                    before.replicationId());
        }
    }

    private void reportRefused(List<String> now) {
        List<String> unknown = now.stream()
                .filter(question -> refused.add(question.replaceAll(":.*", "")))
                .toList();
        if (!unknown.isEmpty()) {
            LOG.warn(
                    "{}: the master's client port does not answer everything: {}. What it does not answer is not"
                            + " monitored: whether it writes its binlog, its clock, the end of its log, its other"
                            + " replicas, and whether it is a replica itself. If CONFIG or INFO were renamed there, or"
                            + " are forbidden to this password, monitor these yourself",
                    config,
                    String.join("; ", unknown));
        }
    }

    private Handshake introduced(ReplicaConfig at) throws ReplicationException, InterruptedException {
        try {
            return handshaker.make(at, first.map(MasterIdentity::version));
        } catch (ReplicationException e) {
            recordFailure(e.getMessage());
            if (e.kind() == Kind.RETRY && members.isGroup()) {
                throw new ReplicationException(e.kind(), e.getMessage() + members.others(at, expected()), e);
            }
            throw e;
        }
    }

    /** Queries the client port again for what changes. */
    void look() throws ReplicationException {
        ReplicaConfig at = config;
        Optional<ClientPort> opened = ClientPort.open(at, timings.connect());
        reportsEnd = false;
        if (opened.isEmpty()) {
            standing.unanswered();
            return;
        }
        Role role;
        try (ClientPort client = opened.get()) {
            if (client.writesNoBinlog()) {
                throw new Responses(at).writesNoBinlog();
            }
            client.clockOffset().ifPresent(o -> clockOffset = o);
            Optional<BinlogPosition> reported = client.end(at.database());
            reported.ifPresent(this::endsAt);
            reportsEnd = reported.isPresent();
            role = client.role();
            reportRefused(client.refused());
        }
        if (role == Role.UNKNOWN) {
            standing.unanswered();
            return;
        }
        look(at, role);
    }

    private void look(ReplicaConfig at, Role role) throws ReplicationException {
        Optional<MasterIdentity> known = present;
        if (members.isGroup() && known.isPresent()) {
            Optional<ReplicaConfig.Member> other =
                    role.isReplica() ? members.master(at, known.get()) : Optional.empty();
            if (other.isPresent()) {
                throw new ReplicationException(
                        Kind.RETRY, at + ": this server is a " + role + " now; the master is " + other.get());
            }
            if (!role.isReplica() && looks++ % OTHERS == 0) {
                members.lookForOtherMasters(at, known.get());
            }
        }
        if (known.isPresent()) {
            standing.found(at, known.get().version(), role);
        }
    }

    /** The replica that has our address at the master, if there is one. */
    Optional<String> addressTakenBy() {
        return handshaker.addressTakenBy();
    }

    /** Whether the last {@link #look} found the end of the log. */
    boolean reportsEnd() {
        return reportsEnd;
    }

    void endsAt(BinlogPosition position) {
        end = Optional.of(position);
    }

    Optional<MasterIdentity> identity() {
        return first;
    }

    Optional<MasterIdentity> present() {
        return present;
    }

    /** How often a different server of the group than before answered. */
    long otherServers() {
        return otherServers.sum();
    }

    Optional<BinlogPosition> end() {
        return end;
    }

    Duration clockOffset() {
        return clockOffset;
    }

    long binlogFileSize() {
        return binlogFileSize;
    }

    /** A connect failed, or a stream broke. */
    void recordFailure(String why) {
        lastConnectionFailure = Optional.of(why);
        connectionFailures.increment();
    }

    long connectionFailures() {
        return connectionFailures.sum();
    }

    Optional<String> lastConnectionFailure() {
        return lastConnectionFailure;
    }
}
