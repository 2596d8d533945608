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
 * One identity's conversation with a Pika master about one db, as a replica.
 *
 * <p>In order: {@link #connect}; {@link #retainBinlog} and {@link #requestDump}, if there is to be a dump; {@link #follow}
 * from a position. From then on a thread of its own keeps the stream going, through lost connections, from the last item acknowledged: what
 * was received since comes again, and is passed over.
 * {@link #poll} hands the items out in order, each once; what is safe is to be {@link #acknowledge acknowledged}: the
 * master keeps its log from there on, and sends only so much (3,000 or 9,000 items) before. Pings run on a timer from the first
 * session on, whatever the callers do, but not beyond the {@link RetentionLimits}.
 *
 * <p>Safe for threads; what comes before follow is for one at a time. No connect after follow.
 */
public final class Replica implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** Looks at the master's client port that a session stays away for that held too much. */
    private static final int AWAY = 15;

    private final Timings timings;
    private final EventLoopGroup group;
    private final Lifetime lifetime = new Lifetime();
    private final ItemQueue received;
    private final MasterConnector master;
    private final SessionCost hold;
    private final BinlogStreamer streamer;
    private final Thread following;
    /** What holds the log until the stream runs; written by the thread that requests the dump. */
    private volatile Optional<BinlogHold> anchor = Optional.empty();

    // By the requesting thread.
    private BinlogPosition heldFrom = BinlogPosition.ZERO;
    /** From where on the master has kept its log since the dump was requested. */
    private Optional<BinlogPosition> keptFrom = Optional.empty();

    private long lookedNanos = System.nanoTime();
    /** The connection the dump was requested on; written by the requesting thread. */
    private volatile Optional<Connection> dumping = Optional.empty();

    /** As with nothing ever in flight. */
    public Replica(ReplicaConfig config) {
        this(config, () -> false);
    }

    /**
     * Starts nothing.
     *
     * @param inFlight whether something that was polled is still on its way, so that a pause in polling is no idleness;
     *     from any thread
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
        hold = new SessionCost(config, timings.ask().multipliedBy(AWAY), inFlight);
        streamer = new BinlogStreamer(timings, master, received, lifetime, hold, this::releaseBinlog);
        following = new Thread(streamer, "pika-follower-" + config.name());
        following.setDaemon(true);
    }

    /**
     * Connects anew and introduces us to the master; waits for up to a minute while another replica has our address,
     * which may be an earlier connection of ours, and pauses if the last connect was just before.
     *
     * @return who the master is
     * @throws ReplicationException RETRY if there was no connection, REFUSED if this master is not one to replicate,
     *     POSITION_LOST if its data are not those of the first connect
     */
    public MasterIdentity connect() throws ReplicationException, InterruptedException {
        return master.connect().master();
    }

    /**
     * Whose data are stored, so that of a group nobody is gone to that has others. Before the first connect.
     *
     * @param replicationId of the master; may be empty
     * @param runId likewise
     */
    public void expect(String replicationId, String runId) {
        master.expect(new Expected(replicationId, runId));
    }

    /** Who the master was at the first connect. */
    public Optional<MasterIdentity> identity() {
        return master.identity();
    }

    /** As whom we are introduced, with the port as announced; empty without a connection. */
    public Optional<InetSocketAddress> announced() {
        return master.handshake().map(i -> i.requests().announced());
    }

    /** Announces another port, which makes us another replica to the master; ends a connection that announced a different one. */
    public void announce(int port) {
        master.announce(port);
    }

    /** Whether there is a connection on which we are introduced. */
    public boolean connected() {
        return master.handshake().isPresent();
    }

    /**
     * Asks where the master's log of our db ends.
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
     * Has the master keep its log from now on until the stream of {@link #follow} runs, by a second connection that
     * announces our port + 1: masters up to 3.4 do not keep it for a dump. Nothing happens the second time.
     *
     * @return the position from which on it is kept
     * @throws ReplicationException as from {@link #connect}
     */
    public BinlogPosition retainBinlog() throws ReplicationException, InterruptedException {
        if (anchor.isEmpty()) {
            BinlogHold made = new BinlogHold(
                    master.config(), timings, group, handshake().master().version(), received::fail);
            try {
                heldFrom = made.hold();
            } catch (ReplicationException | InterruptedException | RuntimeException e) {
                made.close();
                throw e;
            }
            anchor = Optional.of(made);
            keptFrom = Optional.of(heldFrom);
        }
        return heldFrom;
    }

    /**
     * Asks whether the log from {@code from} on is still there.
     *
     * @throws ReplicationException RETRY without a connection
     */
    public boolean isRetained(BinlogPosition from) throws ReplicationException, InterruptedException {
        Handshake on = handshake();
        return !Responses.purged(on.connection().ask(on.requests().trySync(from)));
    }

    /** Whether the master is known to be making a dump now, for whomever. */
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
        anchor.ifPresent(BinlogHold::close);
    }

    /**
     * Has the master prepare a dump, and since 3.5 keep its log from there on; the session stays alive by pings.
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
     * Looks now and then, however often it is called, whether the master still does what a full sync needs: for whoever
     * waits for a dump.
     *
     * @throws ReplicationException POSITION_LOST if it logs its changes no longer, REFUSED if it keeps more for us than
     *     the {@link RetentionLimits} allow, FAILED if what holds its log has failed
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
        hold.checkFullSync(keptFrom.orElse(end).bytesTo(end, master.binlogFileSize()));
    }

    /** Whether the session of the last requestDump lasts; if not, the master may drop its log and its dump. */
    public boolean sessionAlive() {
        return dumping.filter(Connection::isOpen).isPresent();
    }

    private Handshake handshake() throws ReplicationException {
        return master.handshake()
                .orElseThrow(() -> new ReplicationException(Kind.RETRY, master.config() + ": the connection is lost"));
    }

    /** Starts to receive the items behind {@code from}, on the connection there is or on a new one. Once. */
    public void follow(BinlogPosition from) {
        follow(from, LastItems.none(from));
    }

    /**
     * The same, where the items before {@code from} were received once: before anything new is taken, those that the master
     * has there are compared with them.
     */
    public void follow(BinlogPosition from, LastItems before) {
        received.startAt(from, before);
        received.mayBeIdle(master.standing().isAll(from));
        following.start();
    }

    /** Whom we talk to, or try to. */
    public ReplicaConfig config() {
        return master.config();
    }

    /** Who that is at present, as far as it was known at the latest connect. */
    public Optional<MasterIdentity> present() {
        return master.present();
    }

    /** What the server that is followed is in its group. */
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
     * The next item; empty if none came within {@code limit}.
     *
     * @throws ReplicationException what ended the conversation, after the items before; from then on always
     */
    public Optional<BinlogItem> poll(Duration limit) throws ReplicationException, InterruptedException {
        Optional<BinlogItem> item = received.poll(limit);
        if (item.isPresent() && received.roomAgain()) {
            master.handshake().ifPresent(i -> i.connection().reading(true));
        }
        return item;
    }

    /**
     * @throws ReplicationException what ended the conversation, even if items before it are still to be polled
     */
    public void check() throws ReplicationException {
        Optional<ReplicationException> failure = received.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Says that everything up to and with the item ending at {@code end} is safe, so the master may forget it. */
    public void acknowledge(BinlogPosition end) {
        if (end.compareTo(received.end()) > 0) {
            throw new IllegalArgumentException("acknowledged " + end + ", but received only up to " + received.end());
        }
        streamer.acknowledge(end);
    }

    /**
     * When the master last said that it has nothing more, by our clock; empty if anything was received since. It says so
     * only while everything it sent is acknowledged.
     */
    public Optional<Instant> idleSince() {
        return received.idleSince();
    }

    /** End of the last item received, polled or not. */
    public BinlogPosition received() {
        return received.end();
    }

    /** End of the master's log, as far as we know. */
    public Optional<BinlogPosition> masterEnd() {
        BinlogPosition here = received.end();
        BinlogPosition above = master.standing()
                .mastersEnd()
                .filter(e -> e.compareTo(here) > 0)
                .orElse(here);
        return master.end().map(end -> end.compareTo(above) > 0 ? end : above);
    }

    /** How long the master's binlog files get, in bytes; the default of Pika if it does not tell. */
    public long binlogFileSize() {
        return master.binlogFileSize();
    }

    /** The replica that has our address at the master, while it keeps us from connecting. */
    public Optional<String> addressTakenBy() {
        return master.addressTakenBy();
    }

    /** Whoever follows is at work: he has polled, or asked for nothing on purpose. */
    public void used() {
        hold.used();
    }

    /** Bytes of binlog that the master keeps for us while we follow: from what is acknowledged to its end. */
    public long heldBytes() {
        return hold.bytes();
    }

    /** Why there is no session at present, if it was ended to spare the master ({@link RetentionLimits}). */
    public Optional<String> letGo() {
        return hold.letGo();
    }

    /** How often a connect failed or a stream broke so far. */
    public long connectionFailures() {
        return master.connectionFailures();
    }

    /** What the last of these was. */
    public Optional<String> lastConnectionFailure() {
        return master.lastConnectionFailure();
    }

    /** The master's clock minus ours; zero if it does not tell. */
    public Duration clockOffset() {
        return master.clockOffset();
    }

    /** Ends everything, from any thread; takes a few seconds at most. */
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
