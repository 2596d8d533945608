package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.Responses.Accepted;
import io.pikaconnect.replication.Responses.PositionRejected;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a master keep its binlog while it makes and pushes a dump (replication-protocol 10.1). Masters up to 3.4 purge
 * what only a replica without a stream still needs. So a second identity, the announced port + 1 on a separate
 * connection, starts a stream at the log's end and acknowledges nothing: the master keeps every file from there on, and
 * sends no more than one window of items, which are discarded.
 *
 * <p>A master that dropped the session does not report it, and while items are unacknowledged its silence has no
 * meaning. So TrySync is repeated every few pings: the response has the present session; if it is another one, its
 * stream is started like the first.
 */
final class BinlogHold implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogHold.class);

    /** The hold's port minus the announced one. */
    private static final int PORT = 1;

    /** Pings between two checks that the session still exists. */
    private static final int LOOK = 2;

    private final ReplicaConfig config;
    private final Timings timings;
    private final Lifetime lifetime = new Lifetime();
    private final Consumer<ReplicationException> failed;
    private final PikaVersion version;
    private final Handshaker handshaker;
    private final Thread keeping;

    // By the thread that holds, then by the keeping one; also read on the event loop when that failed.
    private volatile Optional<BinlogPosition> held = Optional.empty();

    // By the thread that holds, then by the keeping one.
    private Optional<Handshake> on = Optional.empty();
    private int session;

    /**
     * @param version the master's
     * @param failed receives what ended the hold, unless it was {@link #close}
     */
    BinlogHold(
            ReplicaConfig config,
            Timings timings,
            EventLoopGroup group,
            PikaVersion version,
            Consumer<ReplicationException> failed) {
        this.version = version;
        this.failed = failed;
        this.config = config;
        this.timings = timings;
        this.handshaker = new Handshaker(group, timings, (at, any, connection) -> config.pushPort() + PORT, lifetime);
        keeping = new Thread(this, "pika-binlog-hold-" + config.name());
        keeping.setDaemon(true);
    }

    /**
     * Connects and holds the log from its present end on, until closed. To be called once.
     *
     * @return the position from which on it is held
     */
    BinlogPosition hold() throws ReplicationException, InterruptedException {
        connect();
        BinlogPosition from = held.orElseThrow();
        LOG.info("{}: the master keeps its binlog from {} on, held by a second connection", config, from);
        keeping.start();
        return from;
    }

    @Override
    public void run() {
        try {
            keep();
        } catch (Throwable e) {
            if (!lifetime.isOver()) {
                failed(e);
            }
        }
    }

    private void failed(Throwable cause) {
        failed.accept(ReplicationException.unforeseen(
                config,
                "holding the master's log from "
                        + held.map(BinlogPosition::toString).orElse("its end") + " on",
                cause));
    }

    private void keep() throws InterruptedException {
        Outage outage = new Outage();
        int failures = 0;
        int pings = 0;
        while (!lifetime.isOver()) {
            try {
                lifetime.pause(failures == 0 ? timings.ping() : timings.retry().after(failures));
                Optional<Handshake> alive = on.filter(i -> i.connection().isOpen());
                if (alive.isEmpty()) {
                    connect();
                } else {
                    alive.get().connection().send(alive.get().requests().ping(session));
                    if (++pings % LOOK == 0) {
                        hold(alive.get(), false);
                    }
                }
                failures = 0;
                outage.over().ifPresent(said -> LOG.info("{}: the binlog hold {}", config, said));
            } catch (ReplicationException e) {
                if (lifetime.isOver()) {
                    return;
                }
                if (e.kind() == Kind.FAILED) {
                    failed.accept(e);
                    return;
                }
                failures++;
                outage.failed(e.getMessage() + "; its binlog is not held until that succeeds")
                        .ifPresent(LOG::warn);
            }
        }
    }

    private void connect() throws ReplicationException, InterruptedException {
        Handshake made = handshaker.make(config, Optional.of(version));
        on = Optional.of(made);
        hold(made, true);
    }

    private void hold(Handshake at, boolean again) throws ReplicationException, InterruptedException {
        Responses responses = new Responses(config);
        BinlogPosition from = held.isPresent()
                ? held.get()
                : responses.end(at.connection().ask(at.requests().trySync(Responses.BEYOND)));
        try {
            Accepted accepted =
                    responses.trySync(at.connection().ask(at.requests().trySync(from)), from);
            held = Optional.of(from);
            if (again || accepted.session() != session) {
                session = accepted.session();
                at.connection().run(() -> at.connection().attach(new Ignoring(at, session, this::failed)));
                at.connection().send(at.requests().firstBinlogSync(session, from));
            }
        } catch (PositionRejected e) {
            held = Optional.empty();
            at.connection().close("the binlog cannot be held from " + from + " on");
            throw new ReplicationException(Kind.RETRY, e.getMessage(), e);
        } catch (ReplicationException e) {
            if (e.kind() == Kind.POSITION_LOST) {
                held = Optional.empty(); // too late for this dump, but not for the next
            }
            throw e;
        }
    }

    /** Releases the binlog. Thread-safe. */
    @Override
    public void close() {
        lifetime.end();
        keeping.interrupt();
    }

    /** Answers keepalives and discards items. */
    private record Ignoring(Handshake at, int session, Consumer<Throwable> failure) implements DeliveryListener {

        @Override
        public void deliver(Delivery delivery) {
            if (delivery.keepalive() && delivery.session() == session) {
                at.connection().send(at.requests().ping(session));
            }
        }

        @Override
        public void consensus(long term) {} // the replica itself refuses it

        @Override
        public void failed(Throwable cause) {
            failure.accept(cause);
        }

        @Override
        public void detach() {}
    }
}
