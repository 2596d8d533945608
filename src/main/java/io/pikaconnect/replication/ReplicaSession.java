package io.pikaconnect.replication;

import io.netty.util.concurrent.Future;
import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.pika.PikaVersion;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our session about one db on one connection, as a master sees it: kept alive by pings and answered keepalives from its
 * first moment, later a stream of items with a window of unacknowledged ones. Everything happens on the connection's
 * event loop; {@link #readable} and {@link #broken} may be called by other threads after the connection has ended,
 * which makes the fields visible. {@link #streaming} is thread-safe.
 *
 * <p>Silence (replication-protocol 7.5): a master that dropped our session sends nothing. Otherwise it sends a
 * keepalive every 2 s, but only while everything it sent is acknowledged; so a time without a frame counts from the
 * last frame or from the moment nothing was left unacknowledged, whichever is later.
 */
final class ReplicaSession implements DeliveryListener {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaSession.class);

    /** From this keepalive on it is certain that it was sent after the stream began. */
    private static final int CERTAIN_KEEPALIVE = 3;

    private final ReplicaConfig config;
    private final Timings timings;
    private final Connection connection;
    private final Requests requests;
    private final PikaVersion version;
    private final ItemQueue received;
    private final int session;
    private final Supplier<BinlogPosition> acknowledged;
    private final Window window = new Window();
    private final Future<?> timer;

    private Optional<Continuity> stream = Optional.empty();
    /** The items before the position, as they are received again, until they have been compared. */
    private Optional<LastItems.Chain> comparing = Optional.empty();

    private Optional<LastItems.Chain> expected = Optional.empty();
    /** Where the stream starts. */
    private BinlogPosition startedAt = BinlogPosition.ZERO;
    /** Whether the log has padding there, where items were received from. */
    private boolean padded;

    private BinlogPosition masterEnd = BinlogPosition.ZERO;
    private boolean readable;
    private boolean anyItem;
    private volatile boolean streaming;
    /** When the last item arrived; 0 before. */
    private volatile long itemNanos;

    private int keepalives;
    /** Keepalives since the last item, and since everything was acknowledged. */
    private int quietKeepalives;

    private Optional<String> broken = Optional.empty();
    private long quietSince = System.nanoTime();

    /**
     * Attaches to the connection {@code on}, on its event loop.
     *
     * @param acknowledged up to where everything may be acknowledged; a new session may receive items up to there again,
     *     and a master that has nothing after them sends nothing more until they are acknowledged
     */
    ReplicaSession(
            ReplicaConfig config,
            Timings timings,
            Handshake on,
            ItemQueue received,
            int session,
            Supplier<BinlogPosition> acknowledged) {
        this.acknowledged = acknowledged;
        this.config = config;
        this.timings = timings;
        this.connection = on.connection();
        this.requests = on.requests();
        this.version = on.master().version();
        this.received = received;
        this.session = session;
        timer = connection.runEvery(timings.ping(), this::tick);
        connection.end().thenRun(() -> timer.cancel(false));
        connection.attach(this);
    }

    /** Starts the stream after {@code from}. */
    void start(BinlogPosition from, BinlogPosition masterEnd) {
        this.masterEnd = masterEnd;
        startedAt = from;
        stream = Optional.of(new Continuity(from));
        quietSince = System.nanoTime();
        connection.send(requests.firstBinlogSync(session, from));
    }

    /** Requires the items before the position to be these; otherwise the log is not the one that was followed. */
    void compare(LastItems.Chain last) {
        expected = Optional.of(last);
        comparing = Optional.of(LastItems.Chain.at(last.from()));
    }

    /** Whether that comparison is not complete. */
    boolean comparing() {
        return comparing.isPresent();
    }

    @Override
    public void detach() {
        timer.cancel(false);
    }

    /** Whether the master sent anything from the position the stream was started at. */
    boolean readable() {
        return readable;
    }

    boolean anyItem() {
        return anyItem;
    }

    /** Whether the master certainly streams to this session, and so keeps its log for it. */
    boolean streaming() {
        return streaming;
    }

    /** When the last item arrived, a new one or not, in {@link System#nanoTime}. Thread-safe. */
    OptionalLong itemAt() {
        long at = itemNanos;
        return at == 0 ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /** Whether there is only padding where the stream was started, before what was received: the log starts later. */
    boolean padded() {
        return padded;
    }

    /** What was wrong, if a failed check ended the stream. */
    Optional<String> broken() {
        return broken;
    }

    /** Acknowledges everything delivered up to {@code end}. */
    void acknowledge(BinlogPosition end) {
        window.takeUpTo(end).ifPresent(range -> {
            connection.send(requests.acknowledgement(session, range.first(), range.last()));
            if (window.isEmpty()) {
                quietSince = System.nanoTime();
            }
        });
    }

    @Override
    public void deliver(Delivery delivery) {
        if (delivery.session() != session
                || delivery.slot() != 0
                || !delivery.database().equals(config.database())
                || broken.isPresent()
                || !connection.isOpen()) {
            return;
        }
        quietSince = System.nanoTime();
        if (delivery.committed()) {
            end(new Responses(config).consistencyMode(), "the master runs the consistency mode");
        } else if (BinlogItem.isBatch(delivery.binlog())) {
            end(new Responses(config).batched(), "the master sends batches");
        } else if (delivery.keepalive()) {
            keepalive();
        } else if (stream.isPresent()) {
            item(delivery, stream.get());
        }
    }

    private void keepalive() {
        connection.send(requests.ping(session));
        if (stream.isEmpty()) {
            return;
        }
        readable = true;
        keepalives++;
        streaming |= keepalives >= CERTAIN_KEEPALIVE;
        quietKeepalives = window.isEmpty() ? quietKeepalives + 1 : 0;
        // One sent before the master began to stream does not show the log's end.
        boolean behindItems =
                anyItem || (keepalives >= CERTAIN_KEEPALIVE && received.end().reaches(masterEnd));
        // An old master with a full window sends them, too; the first one may have crossed our acknowledgement.
        if (behindItems && (version.keepaliveMeansAcknowledged() || quietKeepalives > 1)) {
            received.idle(Instant.now());
        }
    }

    private void item(Delivery delivery, Continuity continuity) {
        if (!anyItem && versionMismatch(delivery)) {
            return;
        }
        Optional<BinlogItem> item = parse(delivery);
        Optional<String> wrong = item.isPresent() ? continuity.follow(item.get()) : broken;
        if (wrong.isPresent()) {
            broken = wrong;
            connection.close(wrong.get());
            return;
        }
        if (item.get().isPadding() && !anyItem) {
            String why = "the master has only padding there";
            if (startedAt.compareTo(received.end()) < 0) {
                padded = true;
                connection.close(why);
            } else {
                end(new Responses(config).onlyPadding(received.end()), why);
            }
            return;
        }
        readable = true;
        anyItem = true;
        streaming = true;
        itemNanos = quietSince;
        quietKeepalives = 0;
        window.delivered(delivery.end());
        if (comparing.isPresent() && !isOurs(item.get(), comparing.get())) {
            return;
        }
        if (delivery.end().compareTo(received.end()) <= 0) {
            acknowledge(acknowledged.get());
            return;
        }
        if (item.get().start().compareTo(received.end()) < 0
                && !item.get().isPadding()
                && item.get().end().filenum() == received.end().filenum()) {
            broken = Optional.of("an item spans " + received.end() + ", where one ended before");
            connection.close(broken.get());
            return;
        }
        received.add(item.get());
        if (received.full()) {
            connection.reading(false);
            received.paused();
            if (received.resumes()) {
                connection.reading(true); // the task was faster than this thread
            }
        }
    }

    /** Whether the log may be the one that was followed; if not, ends replication. */
    private boolean isOurs(BinlogItem item, LastItems.Chain before) {
        if (item.end().compareTo(before.from()) <= 0) {
            return true; // before what is known
        }
        LastItems.Chain now = before.with(item);
        int order = item.end().compareTo(received.end());
        comparing = order < 0 ? Optional.of(now) : Optional.empty();
        LastItems.Chain ours = expected.orElseThrow();
        if (order < 0 || order == 0 && now.says(ours)) {
            return true;
        }
        String how = order > 0
                ? "an item there spans that position"
                : "of the last " + ours.items() + " items before it, from " + ours.from() + " on, at least one differs";
        end(new WrongServer(config).otherLog(received.end(), how), "the log is another one");
        return false;
    }

    /** Positions have a term since 3.3; with a wrong version commands would be misread. */
    private boolean versionMismatch(Delivery delivery) {
        boolean fits = version.maySendTerms(delivery.termed());
        if (!fits) {
            String how = delivery.termed()
                    ? "positions with a term, as since 3.3"
                    : "positions without a term, as before 3.3";
            end(new Responses(config).versionMismatch(version, "it sends " + how), "the version is another one");
        }
        return !fits;
    }

    private Optional<BinlogItem> parse(Delivery delivery) {
        try {
            return Optional.of(new BinlogItem(delivery.end(), delivery.binlog()));
        } catch (IllegalArgumentException e) {
            broken = Optional.of(e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void consensus(long term) {
        end(new Responses(config).consensus(term), "the master runs in consensus mode");
    }

    @Override
    public void failed(Throwable cause) {
        received.fail(ReplicationException.unforeseen(config, "the stream after " + received.end(), cause));
    }

    private void end(ReplicationException why, String inShort) {
        received.fail(why);
        connection.close(inShort);
    }

    private void tick() {
        long now = System.nanoTime();
        long quiet = Math.min(now - quietSince, now - connection.heardAt());
        if (window.isEmpty() && quiet > timings.silence().toNanos()) {
            connection.close("the master was silent for " + TimeUnit.NANOSECONDS.toSeconds(quiet)
                    + " s: it dropped our session, or the network is down");
            return;
        }
        LOG.trace("{}: ping", config);
        connection.send(requests.ping(session));
    }
}
