package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException.Kind;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.replication.Responses.Accepted;
import io.pikaconnect.replication.Responses.PositionRejected;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream running: TrySync from where the last one ended, the first BinlogSync, and the same on a new connection
 * whenever one is lost, until the position is lost, the master refuses, or the replica is closed.
 *
 * <p>The response to TrySync does not always show that nothing can be read from a position: the master may also close
 * the connection at the first BinlogSync, or send items that do not follow (replication-protocol 4.3, 7.8). A master
 * that is stopping looks the same, so this is retried several times, with growing pauses; new items reset the count. It
 * never proves that the position is lost.
 */
final class BinlogStreamer implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogStreamer.class);

    private final Timings timings;
    private final MasterConnector master;
    private final ItemQueue received;
    private final Lifetime lifetime;
    private final SessionCost hold;
    private final Runnable streaming;

    /** Up to where items may be acknowledged; only grows. Any thread. */
    private final AtomicReference<BinlogPosition> acknowledged = new AtomicReference<>(BinlogPosition.ZERO);

    private final AtomicBoolean acknowledging = new AtomicBoolean();
    /** Acknowledges on the latest connection and its session: set on the event loop, read by any thread. */
    private volatile Runnable acknowledge = () -> acknowledging.set(false);

    private final StreamStarts starts = new StreamStarts();

    /** Attempts since the last new item, or the end of the log, in which the position was rejected; own thread only. */
    private int distrusted;

    /** Made in advance: it is needed when memory is exhausted. */
    private final ReplicationException ended;

    /** @param streaming called, possibly often, while a stream runs */
    BinlogStreamer(
            Timings timings,
            MasterConnector master,
            ItemQueue received,
            Lifetime lifetime,
            SessionCost hold,
            Runnable streaming) {
        this.timings = timings;
        this.master = master;
        this.received = received;
        this.lifetime = lifetime;
        this.hold = hold;
        this.streaming = streaming;
        this.ended = new ReplicationException(
                Kind.FAILED,
                master.config() + ": the thread that follows the binlog has ended; restart the task, it resumes there");
    }

    /** Acknowledges everything up to {@code end} to the master; several calls may become one message. */
    void acknowledge(BinlogPosition end) {
        acknowledged.accumulateAndGet(end, (a, b) -> a.compareTo(b) > 0 ? a : b);
        if (acknowledging.compareAndSet(false, true)) {
            acknowledge.run();
        }
    }

    @Override
    public void run() {
        try {
            streamUntilStopped();
        } catch (ReplicationException e) {
            fail(e);
        } catch (Throwable e) {
            fail(ReplicationException.unforeseen(master.config(), "the stream after " + received.end(), e));
        } finally {
            fail(ended); // only the first failure counts, but there may have been no memory for it
        }
    }

    private void fail(ReplicationException why) {
        if (!lifetime.isOver()) {
            received.fail(why);
        }
    }

    private void streamUntilStopped() throws ReplicationException, InterruptedException {
        Outage outage = new Outage();
        int failures = 0;
        while (received.failure().isEmpty() && !lifetime.isOver()) {
            hold.awaitUse(lifetime);
            try {
                Handshake on = handshake();
                outage.over().ifPresent(said -> LOG.info("{}: the master {}", master.config(), said));
                failures = stream(on) ? 1 : failures + 1;
            } catch (ReplicationException e) {
                if (e.kind() != Kind.RETRY) {
                    throw e;
                }
                failures++;
                if (!lifetime.isOver()) {
                    outage.failed(e.getMessage()).ifPresent(LOG::warn);
                }
            }
            lifetime.pause(timings.retry().after(failures));
        }
    }

    private Handshake handshake() throws ReplicationException, InterruptedException {
        Optional<Handshake> open = master.handshake();
        return open.isPresent() ? open.get() : master.connect();
    }

    /** Runs one connection's stream to its end. Returns whether anything was received. */
    private boolean stream(Handshake on) throws ReplicationException, InterruptedException {
        // From what is acknowledged, not from what is received: the master keeps its log from here on.
        BinlogPosition safe = safe();
        BinlogPosition had = received.end();
        try {
            StreamStarts.Start start = starts.find(on, master.config(), safe, had, received.last());
            Accepted accepted = start.accepted();
            master.endsAt(accepted.masterEnd());
            if (accepted.masterEnd().compareTo(had) < 0) {
                throw new WrongServer(master.config()).lostItsTail(had, accepted.masterEnd());
            }
            hold.begins(held());
            ReplicaSession replicaSession = attach(on, start);
            Connection.End end = await(on, replicaSession);
            Optional<String> another = starts.ended(start, had, replicaSession, end);
            if (another.isPresent() && !lifetime.isOver()) {
                master.recordFailure("no stream after " + had + ": " + another.get());
                LOG.warn("{}: no stream after {}: {}; trying from elsewhere", master.config(), had, another.get());
                return true; // each brings the search further
            }
            boolean news = received.end().compareTo(had) > 0;
            boolean nothingLeft = replicaSession.readable() && received.end().reaches(accepted.masterEnd());
            if (news || (nothingLeft && replicaSession.broken().isEmpty())) {
                distrusted = 0;
            }
            Optional<String> doubt = doubt(on, replicaSession, end, news || nothingLeft || safe.compareTo(had) < 0);
            if (doubt.isPresent() && !lifetime.isOver()) {
                throw new PositionRejected(doubt.get());
            }
            if (!lifetime.isOver() && hold.letGo().isEmpty()) {
                master.recordFailure("stream interrupted after " + received.end() + ": " + end.reason());
                LOG.warn("{}: stream interrupted after {}: {}", master.config(), received.end(), end.reason());
            }
            return replicaSession.readable();
        } catch (PositionRejected e) {
            on.connection().close("the position is not readable");
            if (++distrusted >= timings.positionTries()) {
                throw new Responses(master.config())
                        .doubted(
                                received.end(),
                                distrusted,
                                e.getMessage(),
                                master.standing().role());
            }
            master.recordFailure("no stream after " + received.end() + ": " + e.getMessage());
            LOG.warn("{}: no stream after {}: {}", master.config(), received.end(), e.getMessage());
            return false;
        } catch (ReplicationException e) {
            if (e.kind() == Kind.RETRY && !lifetime.isOver()) {
                master.recordFailure("no stream after " + received.end() + ": " + e.getMessage());
            }
            throw e;
        }
    }

    /**
     * Why the master may be unable to continue from there at all.
     *
     * @param explained whether the stream brought something new, or there could be none
     */
    private Optional<String> doubt(Handshake on, ReplicaSession replicaSession, Connection.End end, boolean explained)
            throws ReplicationException {
        if (replicaSession.broken().isPresent()) {
            return replicaSession.broken();
        }
        return switch (end.by()) {
            case FAILURE ->
                throw ReplicationException.unforeseen(
                        master.config(),
                        "the stream after " + received.end(),
                        end.cause().orElseThrow());
            case NONSENSE -> Optional.of(end.reason());
            case MASTER -> {
                if (!replicaSession.readable()) {
                    yield Optional.of("the master closed the connection instead of streaming");
                }
                yield explained
                        ? Optional.empty()
                        : Optional.of("the master has more, up to "
                                + master.end().orElseThrow() + ", but closed the connection without sending any of it");
            }
            case US ->
                replicaSession.readable() || !on.master().version().stopsAtEmptyRecord()
                        ? tooLarge(replicaSession)
                        : Optional.of(
                                "the master sends nothing, not even keepalives. A SETNX without effect may have left"
                                        + " an empty record in its log, which no Pika from 3.3.0 to 3.3.5 can read"
                                        + " past; upgrade it to 3.3.6");
        };
    }

    /** An item that a master never sends keeps it silent: it holds back everything after it, including keepalives. */
    private Optional<String> tooLarge(ReplicaSession replicaSession) {
        BinlogPosition from = received.end();
        boolean mayBe = !replicaSession.readable()
                && hold.letGo().isEmpty()
                && master.end()
                        .filter(end -> end.filenum() == from.filenum()
                                && end.offset() - from.offset() > BinlogItem.LARGEST_SENT)
                        .isPresent();
        return mayBe
                ? Optional.of("the master sends nothing, not even keepalives, although its log continues to "
                        + master.end().orElseThrow() + ": a Pika sends no item of more than 512 MiB to any replica, as"
                        + " BITOP, SETRANGE and APPEND can write it. If that is so, only a new full sync passes it")
                : Optional.empty();
    }

    private ReplicaSession attach(Handshake on, StreamStarts.Start start)
            throws ReplicationException, InterruptedException {
        try {
            return on.connection()
                    .loop()
                    .submit(() -> {
                        ReplicaSession made = new ReplicaSession(
                                master.config(),
                                timings,
                                on,
                                received,
                                start.accepted().session(),
                                this::safe);
                        start.compared().ifPresent(made::compare);
                        acknowledge = () -> acknowledgeOn(on.connection(), made);
                        made.start(start.from(), start.accepted().masterEnd());
                        return made;
                    })
                    .get();
        } catch (RejectedExecutionException e) {
            throw new ReplicationException(
                    Kind.RETRY, master.config() + ": the stream could not start: " + e.getMessage(), e);
        } catch (ExecutionException e) {
            throw ReplicationException.unforeseen(master.config(), "the stream after " + start.from(), e.getCause());
        }
    }

    private void acknowledgeOn(Connection connection, ReplicaSession replicaSession) {
        connection.run(() -> {
            acknowledging.set(false);
            replicaSession.acknowledge(safe());
        });
    }

    private Connection.End await(Handshake on, ReplicaSession replicaSession)
            throws ReplicationException, InterruptedException {
        Connection connection = on.connection();
        Arrivals arrivals = new Arrivals(timings.arrival());
        Duration every = hold.every(timings.ask());
        long startedNanos = System.nanoTime();
        long lookedNanos = startedNanos;
        long askedNanos = startedNanos;
        while (true) {
            try {
                return connection.end().get(every.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                long now = System.nanoTime();
                if (now - lookedNanos >= timings.ask().toNanos()) {
                    lookedNanos = now;
                    look(connection);
                    Arrivals.Moment moment = moment(connection, replicaSession);
                    long silentSince = moment.arrivedNanos().orElse(startedNanos);
                    if (!master.reportsEnd()
                            && moment.expecting()
                            && now - silentSince >= timings.arrival().toNanos()
                            && now - askedNanos >= timings.arrival().toNanos()) {
                        askedNanos = now;
                        askEnd(on);
                    }
                }
                if (replicaSession.streaming()) {
                    streaming.run();
                }
                hold.look(held(), master.binlogFileSize())
                        .or(() -> arrivals.look(moment(connection, replicaSession), System.nanoTime()))
                        .ifPresent(connection::close);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Arrivals.Moment moment(Connection connection, ReplicaSession replicaSession) {
        BinlogPosition here = received.end();
        boolean expecting = here.compareTo(safe()) <= 0 && !received.isPaused();
        OptionalLong part = connection.partAt();
        return new Arrivals.Moment(here, expecting, master.end(), part.isPresent() ? part : replicaSession.itemAt());
    }

    /**
     * For a master whose INFO does not report the end of its log; it can be asked while it streams, too. Without an answer
     * the session continues: nothing is known to be missing.
     */
    private void askEnd(Handshake on) throws InterruptedException {
        try {
            Optional<Response> answer = on.connection().tryAsk(on.requests().trySync(Responses.BEYOND));
            if (answer.isPresent()) {
                master.endsAt(new Responses(master.config()).end(answer.get()));
            }
        } catch (ReplicationException e) {
            LOG.debug("{}: the master did not report where its log ends", master.config(), e);
        }
    }

    /** Up to where everything may be acknowledged: what is before the start was acknowledged by Kafka earlier. */
    private BinlogPosition safe() {
        return received.start(acknowledged.get());
    }

    /** Bytes that the master keeps for us: from what is acknowledged to its end. */
    private long held() {
        BinlogPosition from = safe();
        return from.bytesTo(master.end().orElse(from), master.binlogFileSize());
    }

    private void look(Connection connection) throws ReplicationException {
        try {
            master.look();
        } catch (ReplicationException e) {
            connection.close("the master cannot be followed");
            throw e;
        }
        received.mayBeIdle(master.standing().isAll(received.end()));
    }
}
