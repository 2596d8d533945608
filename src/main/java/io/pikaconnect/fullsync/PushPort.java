package io.pikaconnect.fullsync;

import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port that a master pushes its dump to: the announced one + 1000, on the announced address only
 * (replication-protocol 5.1). Open while a dump is waited for, to the master's address only. Every connection is a {@link
 * PushConnection} of its own; a master makes a dozen, one after the other, and one without a byte when it has sent
 * everything or given up. What others on the master's machine do, who do not know the password, counts for nothing.
 *
 * <p>Once a connection has broken, the dump cannot come to its end any more, and a master pushes nothing else meanwhile;
 * so all further ones are ended at once. Safe for threads.
 */
final class PushPort implements AutoCloseable {

    /** The port beyond the announced one. */
    static final int SHIFT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(PushPort.class);
    private static final int LARGEST_PORT = 65_535;
    private static final int MOST_CONNECTIONS = 20;
    /** As many are remembered of those who may not push. */
    private static final int MOST_TURNED_AWAY = 5;

    private static final long AFTER_ERROR_NANOS = 50_000_000;

    private final String who;
    private final RsyncDaemon daemon;
    private final ServerSocket socket;
    private final Pushers pushers;
    private final LongConsumer progress;
    /** The oldest first. */
    private final Queue<PushConnection> connections = new ConcurrentLinkedQueue<>();
    /** Addresses; written by the accepting thread. */
    private final Set<String> turnedAway = new ConcurrentSkipListSet<>();

    private final AtomicInteger transfers = new AtomicInteger();
    private final AtomicInteger activeTransfers = new AtomicInteger();
    private final AtomicLong lastHeard = new AtomicLong(System.nanoTime());
    /** When somebody was refused for his password, in nanoseconds. */
    private volatile Optional<Long> refusedAt = Optional.empty();

    private volatile boolean broken;
    private volatile boolean ended;

    private PushPort(String who, RsyncDaemon daemon, ServerSocket socket, Pushers pushers, LongConsumer progress) {
        this.who = who;
        this.daemon = daemon;
        this.socket = socket;
        this.pushers = pushers;
        this.progress = progress;
    }

    /**
     * Listens.
     *
     * @param who has the dump pushed by whom, for the log
     * @param announced the address as the master has it
     * @param pushers who gets in
     * @param progress is told how many bytes came
     * @throws AttemptFailed when the port is taken
     * @throws ReplicationException REFUSED when the address is not one of this machine, or has no such port
     */
    static PushPort open(
            String who, InetSocketAddress announced, RsyncDaemon daemon, Pushers pushers, LongConsumer progress)
            throws AttemptFailed, ReplicationException {
        InetSocketAddress address = address(announced);
        try {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(address);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            PushPort port = new PushPort(who, daemon, socket, pushers, progress);
            PushConnection.start("accept", port::accept);
            return port;
        } catch (IOException e) {
            throw new AttemptFailed(
                    "cannot listen at " + address.getAddress().getHostAddress() + ":" + address.getPort()
                            + ", where the master is to push its dump: " + e.getMessage()
                            + "; give another port in replica.address if another program needs this one",
                    e);
        }
    }

    private static InetSocketAddress address(InetSocketAddress announced) throws ReplicationException {
        int port = announced.getPort() + SHIFT;
        if (port > LARGEST_PORT) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    "the master would push its dump to port " + port + ", 1000 above the announced one; choose a port"
                            + " below " + (LARGEST_PORT - SHIFT) + " in replica.address");
        }
        try {
            InetAddress host = Arrays.stream(InetAddress.getAllByName(announced.getHostString()))
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .orElseThrow(() -> new UnknownHostException("no IPv4 address"));
            // Any port would do to see whether the address is ours.
            new ServerSocket(0, 1, host).close();
            return new InetSocketAddress(host, port);
        } catch (IOException e) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    "the master is to push its dump to " + announced.getHostString()
                            + ", which is no address of this worker (" + e.getMessage()
                            + "); set replica.address to one that the master reaches it at",
                    e);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                if (pushers.include(accepted.getInetAddress())) {
                    makeRoom();
                    PushConnection connection = new PushConnection(this, daemon, accepted);
                    connections.add(connection);
                    connection.start();
                } else {
                    accepted.close();
                    turnAway(accepted.getInetAddress().getHostAddress());
                }
            } catch (IOException e) {
                LOG.debug("the port for pushes: {}", e.getMessage());
                LockSupport.parkNanos(AFTER_ERROR_NANOS); // out of files, maybe
            }
        }
        connections.forEach(PushConnection::close);
    }

    /** Whoever stays without a password goes first: the master says its own at once. */
    private void makeRoom() {
        if (connections.size() >= MOST_CONNECTIONS) {
            connections.stream()
                    .filter(c -> !c.isWelcome())
                    .findFirst()
                    .or(() -> Optional.ofNullable(connections.peek()))
                    .ifPresent(oldest -> {
                        connections.remove(oldest);
                        oldest.close();
                    });
        }
    }

    private void turnAway(String address) {
        if (turnedAway.size() < MOST_TURNED_AWAY && turnedAway.add(address)) {
            LOG.warn(
                    "{}: a connection from {} to the port for the master's dump was turned away: only {} may push. If that is"
                            + " the master, name it in push.from",
                    who,
                    address,
                    pushers);
        }
    }

    /** Addresses that are not the master's as far as we know, and tried to push. */
    Set<String> turnedAway() {
        return turnedAway;
    }

    /** Where it listens. */
    int port() {
        return socket.getLocalPort();
    }

    /** How many connections the master has made, leaving out those of strangers and those that carried nothing. */
    int transfers() {
        return transfers.get();
    }

    /** How many of the master's connections are open. */
    int activeTransfers() {
        return activeTransfers.get();
    }

    /** Nanoseconds since the last byte of the master or the last end of its connections, or since this port was opened. */
    long quietNanos() {
        return System.nanoTime() - lastHeard.get();
    }

    /** Whether somebody came who may push but does not know the password, and nobody else for that long. */
    boolean refusedFor(Duration time) {
        return transfers.get() == 0
                && refusedAt
                        .filter(at -> System.nanoTime() - at > time.toNanos())
                        .isPresent();
    }

    /** Who came until now was somebody else. */
    void forgetRefusals() {
        refusedAt = Optional.empty();
    }

    /** Whether somebody came who may push but does not know the password. */
    boolean refusedAny() {
        return refusedAt.isPresent();
    }

    /** Whether one of the master's transfers broke, so that its push has failed. */
    boolean broken() {
        return broken;
    }

    /** Whether the connection has come by which a master ends its push: only {@code info} can follow. */
    boolean ended() {
        return ended;
    }

    // What follows is for the connections.

    /** The first bytes came: says whether they are welcome. */
    boolean begins() {
        return !broken && !socket.isClosed();
    }

    /** It is the master's, by the password. */
    void authenticated() {
        activeTransfers.incrementAndGet();
        transfers.incrementAndGet();
    }

    /** It does not know the password. */
    void refused() {
        refusedAt = Optional.of(System.nanoTime());
    }

    void received(int bytes) {
        lastHeard.set(System.nanoTime());
        progress.accept(bytes);
    }

    /** A connection that was {@link #authenticated} is over. */
    void finished(boolean whole) {
        broken |= !whole && !socket.isClosed();
        lastHeard.set(System.nanoTime());
        activeTransfers.decrementAndGet();
    }

    /** A connection ended without a byte. */
    void closedEmpty() {
        if (transfers.get() > 0) {
            ended = true;
            lastHeard.set(System.nanoTime());
        }
    }

    void remove(PushConnection connection) {
        connections.remove(connection);
    }

    /** Ends every connection and the processes that served them. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing the port for pushes: {}", e.getMessage());
        }
        connections.forEach(PushConnection::close);
    }
}
