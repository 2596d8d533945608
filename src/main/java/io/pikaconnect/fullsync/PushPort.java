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
 * (replication-protocol 5.1). Open while a dump is expected, to the master's address only. Every connection is a
 * separate {@link PushConnection}; a master makes a dozen, one after the other, and one without a byte when it has sent
 * everything or given up. Connections of other programs on the master's machine, which do not know the password, are
 * ignored.
 *
 * <p>Once a connection has broken, the dump can no longer become complete, and a master pushes nothing else until it
 * has given up; so all further connections are closed at once. Thread-safe.
 */
final class PushPort implements AutoCloseable {

    /** The port minus the announced one. */
    static final int SHIFT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(PushPort.class);
    private static final int LARGEST_PORT = 65_535;
    private static final int MOST_CONNECTIONS = 20;
    /** How many addresses that may not push are remembered. */
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
    /** When a client was refused because of its password, in nanoseconds. */
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
     * Starts to listen.
     *
     * @param who the replica and the master, for the log
     * @param announced the announced address
     * @param pushers the addresses that may connect
     * @param progress receives the number of bytes received
     * @throws AttemptFailed if the port is in use
     * @throws ReplicationException REFUSED if the address is not one of this machine, or has no such port
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
                            + ", where the master has to push its dump: " + e.getMessage()
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
            // Any port serves to check whether the address is ours.
            new ServerSocket(0, 1, host).close();
            return new InetSocketAddress(host, port);
        } catch (IOException e) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    "the master has to push its dump to " + announced.getHostString()
                            + ", which is not an address of this worker (" + e.getMessage()
                            + "); set replica.address to one at which the master can reach it",
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
                LockSupport.parkNanos(AFTER_ERROR_NANOS); // possibly out of file descriptors
            }
        }
        connections.forEach(PushConnection::close);
    }

    /** Closes connections without a password first: the master sends its own at once. */
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
                    "{}: a connection from {} to the port for the master's dump was turned away: only {} may push. If"
                            + " that is the master, add it to push.from",
                    who,
                    address,
                    pushers);
        }
    }

    /** Addresses that tried to push and are not known as the master's. */
    Set<String> turnedAway() {
        return turnedAway;
    }

    /** The port it listens on. */
    int port() {
        return socket.getLocalPort();
    }

    /** How many connections the master has made, without those that failed authentication or carried nothing. */
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

    /** Whether a client that may push did not know the password, and none that does came for that long. */
    boolean refusedFor(Duration time) {
        return transfers.get() == 0
                && refusedAt
                        .filter(at -> System.nanoTime() - at > time.toNanos())
                        .isPresent();
    }

    /** Ignores the refusals so far: they were another client's. */
    void forgetRefusals() {
        refusedAt = Optional.empty();
    }

    /** Whether a client that may push did not know the password. */
    boolean refusedAny() {
        return refusedAt.isPresent();
    }

    /** Whether one of the master's transfers broke, so that its push has failed. */
    boolean broken() {
        return broken;
    }

    /** Whether the connection with which a master ends its push was made: only {@code info} can follow. */
    boolean ended() {
        return ended;
    }

    // The following methods are for the connections.

    /** Records the first bytes of a connection; returns whether it may continue. */
    boolean begins() {
        return !broken && !socket.isClosed();
    }

    /** Records that a connection knew the password, so it is the master's. */
    void authenticated() {
        activeTransfers.incrementAndGet();
        transfers.incrementAndGet();
    }

    /** Records that a connection did not know the password. */
    void refused() {
        refusedAt = Optional.of(System.nanoTime());
    }

    void received(int bytes) {
        lastHeard.set(System.nanoTime());
        progress.accept(bytes);
    }

    /** Records the end of a connection that was {@link #authenticated}. */
    void finished(boolean whole) {
        broken |= !whole && !socket.isClosed();
        lastHeard.set(System.nanoTime());
        activeTransfers.decrementAndGet();
    }

    /** Records the end of a connection without a byte. */
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
