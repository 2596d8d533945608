package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A replica of one db of a Pika master, under one identity.
 *
 * <p>In order: {@link #connect}; {@link #retainBinlog} and {@link #requestDump}, if there is to be a dump;
 * {@link #follow} from a position. From then on a separate thread keeps the stream running, through lost connections,
 * from the last acknowledged item: what was received since is sent again, and is skipped. {@link #poll} returns the
 * items in order, each once; the caller {@link #acknowledge acknowledges} what is safe: the master keeps its log from
 * there on, and sends only a limited number of items (3,000 or 9,000) before the next acknowledgement. Pings run on a
 * timer from the first session on, whatever the callers do, but not beyond the {@link RetentionLimits}.
 *
 * <p>Thread-safe, except that methods used before follow are for one thread at a time. No connect after follow.
 */
public class Replica implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** For how many checks of the client port a session that held too much stays away. */
    private static final int AWAY = 15;

    private final Timings timings;
    private final EventLoopGroup group;
    private final Lifetime lifetime = new Lifetime();
    private final ItemQueue received;
    private final MasterConnector master;
    private final SessionCost cost;
    private final BinlogStreamer streamer;
    private final Thread following;
    /** Holds the log until the stream runs; written by the thread that requests the dump. */
    private volatile Optional<BinlogHold> hold = Optional.empty();

    // By the requesting thread.
    private BinlogPosition heldFrom = BinlogPosition.ZERO;
    /** From where the master has kept its log since the dump was requested. */
    private Optional<BinlogPosition> keptFrom = Optional.empty();

    private long lookedNanos = System.nanoTime();
    /** The connection the dump was requested on; written by the requesting thread. */
    private volatile Optional<Connection> dumping = Optional.empty();

    /** For a caller that never has anything in flight. */
    public Replica(ReplicaConfig config) {
        this(config, () -> false);
    }

    /**
     * Creates the replica; starts nothing.
     *
     * @param inFlight whether something that was polled is not yet acknowledged by Kafka, so that a pause in polling is
     *     not idleness; called from any thread
     */
    public Replica(ReplicaConfig config, BooleanSupplier inFlight) {
        this(config, Timings.DEFAULT, inFlight);
    }

    Replica(ReplicaConfig config, Timings timings) {
        this(config, timings, () -> false);
    }

    Replica(ReplicaConfig config, Timings timings, BooleanSupplier inFlight) {
        this.timings = timings;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("pika-replica-" + config.name(), true), NioIoHandler.newFactory());
        received = new ItemQueue(config.queueBytes());
        master = new MasterConnector(config, timings, group, lifetime);
        cost = new SessionCost(config, timings.ask().multipliedBy(AWAY), inFlight);
        streamer = new BinlogStreamer(timings, master, received, lifetime, cost, this::releaseBinlog);
        following = new Thread(streamer, "pika-follower-" + config.name());
        following.setDaemon(true);
    }

    /**
     * Connects again and makes the handshake; waits for up to a minute while another replica has our address, which may
     * be an earlier connection of ours, and pauses if the last connect was too recent.
     *
     * @return the master's identity
     * @throws ReplicationException RETRY if there was no connection, REFUSED if this master is not one to replicate,
     *     POSITION_LOST if its data are not those of the first connect
     */
    public MasterIdentity connect() throws ReplicationException, InterruptedException {
        return master.connect().master();
    }

    /**
     * Sets the data that the stored position belongs to, so that no member of a group with other data is followed. To
     * be called before the first connect.
     *
     * @param replicationId of the master; may be empty
     * @param runId of the master; may be empty
     */
    public void expect(String replicationId, String runId) {
        master.expect(new Expected(replicationId, runId));
    }

    /** The master's identity at the first connect. */
    public Optional<MasterIdentity> identity() {
        return master.identity();
    }

    /** Our identity, with the announced port; empty without a connection. */
    public Optional<InetSocketAddress> announced() {
        return master.handshake().map(i -> i.requests().announced());
    }

    /**
     * Announces another port, which makes us another replica for the master; closes a connection that announced a
     * different one.
     */
    public void announce(int port) {
        master.announce(port);
    }

    /** Whether there is a connection after its handshake. */
    public boolean connected() {
        return master.handshake().isPresent();
    }

    /**
     * Queries the end of the master's log of our db.
     *
     * @throws ReplicationException RETRY without a connection
     */
    public BinlogPosition askMasterEnd() throws ReplicationException, InterruptedException {
        Handshake on = handshake();
        BinlogPosition end = new Responses(master.config())
                .end(on.connection().ask(on.requests().trySync(Responses.BEYOND)));
        master.endsAt(end);
        return end;
    }

    /**
     * Makes the master keep its log from now on until the stream of {@link #follow} runs, by a second connection that
     * announces our port + 1: masters up to 3.4 do not keep it for a dump. A second call has no effect.
     *
     * @return the position from which on it is kept
     * @throws ReplicationException as from {@link #connect}
     */
    public BinlogPosition retainBinlog() throws ReplicationException, InterruptedException {
        if (hold.isEmpty()) {
            BinlogHold made = new BinlogHold(
                    master.config(), timings, group, handshake().master().version(), received::fail);
            try {
                heldFrom = made.hold();
            } catch (ReplicationException | InterruptedException | RuntimeException e) {
                made.close();
                throw e;
            }
            hold = Optional.of(made);
            keptFrom = Optional.of(heldFrom);
        }
        return heldFrom;
    }

    /**
     * Queries whether the master still has its log from {@code from} on.
     *
     * @throws ReplicationException RETRY without a connection
     */
    public boolean isRetained(BinlogPosition from) throws ReplicationException, InterruptedException {
        Handshake on = handshake();
        return !Responses.purged(on.connection().ask(on.requests().trySync(from)));
    }

    /** Whether the master is known to be making a dump now, for any replica. */
    public boolean isMakingDump() {
        Optional<ClientPort> opened = ClientPort.open(master.config(), timings.connect());
        if (opened.isEmpty()) {
            return false;
        }
        try (ClientPort client = opened.get()) {
            return client.isMakingDump();
        }
    }

    private void releaseBinlog() {
        hold.ifPresent(BinlogHold::close);
    }

    /**
     * Makes the master prepare a dump, and since 3.5 keep its log from there on; pings keep the session alive.
     *
     * @param filenum the master's current file for the dump it has, or more than 50 beyond for a new one
     *     (replication-protocol 6.2)
     * @throws ReplicationException RETRY without a connection or if the master failed
     */
    public void requestDump(long filenum) throws ReplicationException, InterruptedException {
        Handshake on = handshake();
        int session = new Responses(master.config())
                .dbSync(on.connection().ask(on.requests().dbSync(filenum)));
        on.connection()
                .run(() ->
                        new ReplicaSession(master.config(), timings, on, received, session, () -> BinlogPosition.ZERO));
        dumping = Optional.of(on.connection());
        keptFrom = keptFrom.or(master::end);
    }

    /**
     * Checks at intervals, however often it is called, that the master still does what a full sync needs; for a caller
     * that waits for a dump.
     *
     * @throws ReplicationException POSITION_LOST if it no longer logs its changes, REFUSED if it keeps more for us than
     *     the {@link RetentionLimits} allow, FAILED if the binlog hold has failed
     */
    public void look() throws ReplicationException {
        check();
        long now = System.nanoTime();
        if (now - lookedNanos < timings.ask().toNanos()) {
            return;
        }
        lookedNanos = now;
        master.look();
        BinlogPosition end = master.end().orElse(BinlogPosition.ZERO);
        cost.checkFullSync(keptFrom.orElse(end).bytesTo(end, master.binlogFileSize()));
    }

    /** Whether the session of the last requestDump still exists; if not, the master may drop its log and its dump. */
    public boolean sessionAlive() {
        return dumping.filter(Connection::isOpen).isPresent();
    }

    private Handshake handshake() throws ReplicationException {
        return master.handshake()
                .orElseThrow(() -> new ReplicationException(Kind.RETRY, master.config() + ": the connection is lost"));
    }

    /** Starts to receive the items after {@code from}, on the present connection or a new one. To be called once. */
    public void follow(BinlogPosition from) {
        follow(from, LastItems.none(from));
    }

    /**
     * The same, if the items before {@code from} were received earlier: before anything new is accepted, those that the
     * master has there are compared with them.
     */
    public void follow(BinlogPosition from, LastItems before) {
        received.startAt(from, before);
        received.mayBeIdle(master.standing().isAll(from));
        following.start();
    }

    /** The server that we are connected to, or try to connect to. */
    public ReplicaConfig config() {
        return master.config();
    }

    /** Its present identity, as known at the latest connect. */
    public Optional<MasterIdentity> present() {
        return master.present();
    }

    /** The role of the followed server in its group. */
    public Role role() {
        return master.standing().role();
    }

    /** Whether the server is a replica that lacks what its own master writes, or may lack it. */
    public boolean cutOff() {
        return master.standing().isCutOff();
    }

    /** How often another server of the group answered than before. */
    public long otherServers() {
        return master.otherServers();
    }

    /**
     * The next item; empty if none was received within {@code limit}.
     *
     * @throws ReplicationException what ended replication, after the items before it; from then on always
     */
    public Optional<BinlogItem> poll(Duration limit) throws ReplicationException, InterruptedException {
        Optional<BinlogItem> item = received.poll(limit);
        if (received.resumes()) {
            master.handshake().ifPresent(i -> i.connection().reading(true));
        }
        return item;
    }

    /** @throws ReplicationException what ended replication, even if items before it are still to be polled */
    public void check() throws ReplicationException {
        Optional<ReplicationException> failure = received.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /**
     * Acknowledges everything up to and including the item that ends at {@code end}, so that the master may remove it.
     */
    public void acknowledge(BinlogPosition end) {
        if (end.compareTo(received.end()) > 0) {
            throw new IllegalArgumentException("acknowledged " + end + ", but received only up to " + received.end());
        }
        streamer.acknowledge(end);
    }

    /**
     * When the master last reported that it has nothing more, by our clock; empty if anything was received since. It
     * reports so only while everything it sent is acknowledged.
     */
    public Optional<Instant> idleSince() {
        return received.idleSince();
    }

    /** End of the last item received, polled or not. */
    public BinlogPosition received() {
        return received.end();
    }

    /** End of the master's log, as far as known. */
    public Optional<BinlogPosition> masterEnd() {
        BinlogPosition here = received.end();
        BinlogPosition above = master.standing()
                .mastersEnd()
                .filter(e -> e.compareTo(here) > 0)
                .orElse(here);
        return master.end().map(end -> end.compareTo(above) > 0 ? end : above);
    }

    /** Size in bytes at which the master starts its next binlog file; Pika's default if it does not report it. */
    public long binlogFileSize() {
        return master.binlogFileSize();
    }

    /** The replica that has our address at the master, while that prevents us from connecting. */
    public Optional<String> addressTakenBy() {
        return master.addressTakenBy();
    }

    /** Records that the caller is active: it has polled, or deliberately has not. */
    public void used() {
        cost.used();
    }

    /** Bytes of binlog that the master keeps for us while we follow: from what is acknowledged to its end. */
    public long heldBytes() {
        return cost.bytes();
    }

    /** Why there is no session at present, if it was ended to spare the master's disk ({@link RetentionLimits}). */
    public Optional<String> letGo() {
        return cost.letGo();
    }

    /** How often a connect failed or a stream broke so far. */
    public long connectionFailures() {
        return master.connectionFailures();
    }

    /** The latest of these. */
    public Optional<String> lastConnectionFailure() {
        return master.lastConnectionFailure();
    }

    /** The master's clock minus ours; zero if it does not report it. */
    public Duration clockOffset() {
        return master.clockOffset();
    }

    /** Ends everything; takes a few seconds at most. Thread-safe. */
    @Override
    public void close() {
        lifetime.end();
        releaseBinlog();
        following.interrupt();
        group.shutdownGracefully(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSING.toMillis());
        try {
            following.join(CLOSING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
