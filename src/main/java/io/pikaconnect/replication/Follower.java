package io.pikaconnect.replication;

import io.pikaconnect.replication.Answers.Accepted;
import io.pikaconnect.replication.Answers.Distrusted;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream going: TrySync from where the last one ended, the first BinlogSync, and again with a new connection
 * whenever one is lost, until the position is lost, the master refuses, or the replica is closed.
 *
 * <p>A position from which nothing can be read does not always show in the answer to TrySync: the master may also close
 * the connection at the first BinlogSync, or send what does not follow (replication-protocol 4.3, 7.8). This is tried a
 * few times, since a master that stops looks the same, and then is a lost position.
 */
final class Follower implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final ReplicaConfig config;
    private final Timings timings;
    private final Master master;
    private final Received received;
    private final Lifetime lifetime;
    private final Runnable streaming;

    /** What may be acknowledged; only grows. Any thread. */
    private final AtomicReference<BinlogOffset> acknowledged = new AtomicReference<>(BinlogOffset.ZERO);

    private final AtomicBoolean acknowledging = new AtomicBoolean();
    /** The latest link and its attachment, for acknowledgements: set on the event loop, read by any thread. */
    private volatile Runnable acknowledge = () -> acknowledging.set(false);

    /** Tries in a row that the position did not stand; own thread only. */
    private int distrusted;

    /** @param streaming called, maybe often, while a stream runs */
    Follower(
            ReplicaConfig config,
            Timings timings,
            Master master,
            Received received,
            Lifetime lifetime,
            Runnable streaming) {
        this.config = config;
        this.timings = timings;
        this.master = master;
        this.received = received;
        this.lifetime = lifetime;
        this.streaming = streaming;
    }

    /** Tells the master that everything up to {@code end} is safe; several calls may become one message. */
    void acknowledge(BinlogOffset end) {
        acknowledged.accumulateAndGet(end, (a, b) -> a.compareTo(b) > 0 ? a : b);
        if (acknowledging.compareAndSet(false, true)) {
            acknowledge.run();
        }
    }

    @Override
    public void run() {
        int failures = 0;
        try {
            while (received.failure().isEmpty() && !lifetime.isOver()) {
                try {
                    boolean worked = stream();
                    failures = worked ? 1 : failures + 1;
                } catch (ReplicationException e) {
                    if (e.kind() != Kind.RETRY) {
                        received.fail(e);
                        return;
                    }
                    failures++;
                    if (!lifetime.isOver()) {
                        LOG.warn("{}; trying again in {}", e.getMessage(), timings.pauseAfter(failures));
                    }
                }
                lifetime.pause(timings.pauseAfter(failures));
            }
        } catch (ReplicationException | InterruptedException e) {
            LOG.debug("{}: no longer following", config);
        } catch (RuntimeException e) {
            received.fail(new ReplicationException(
                    Kind.RETRY,
                    config + ": the stream failed unexpectedly after " + received.end() + ": " + e
                            + "; restart the task, it goes on there",
                    e));
        }
    }

    /** One connection's stream, until its end. Says whether anything came. */
    private boolean stream() throws ReplicationException, InterruptedException {
        Introduction on = master.connection().isPresent() ? master.connection().get() : master.connect();
        // From what is safe, not from what is received: the master keeps its log from here on.
        BinlogOffset from = received.start(acknowledged.get());
        try {
            Accepted accepted =
                    new Answers(config).trySync(on.link().ask(on.requests().trySync(from)), from);
            master.endsAt(accepted.masterEnd());
            if (accepted.masterEnd().compareTo(received.end()) < 0) {
                throw new Answers(config).lostItsTail(received.end(), accepted.masterEnd());
            }
            Attachment attachment = attach(on, accepted, from);
            Link.End end = await(on.link(), attachment);
            boolean came = attachment.readable();
            if (attachment.anyItem() || (came && attachment.broken().isEmpty())) {
                distrusted = 0;
            }
            if (attachment.broken().isPresent()) {
                throw new Distrusted(attachment.broken().get());
            }
            if (!came && end.byMaster()) {
                throw new Distrusted("the master closed the connection instead of streaming");
            }
            if (!came && on.master().version().stopsAtEmptyRecord() && !lifetime.isOver()) {
                throw new Distrusted(
                        "the master sends nothing, not even keepalives. A SETNX without effect may have left"
                                + " an empty record in its log, which no Pika from 3.3.0 to 3.3.5 gets over; upgrade it to 3.3.6");
            }
            if (!lifetime.isOver()) {
                master.troubled("stream interrupted after " + received.end() + ": " + end.reason());
                LOG.warn("{}: stream interrupted after {}: {}", config, received.end(), end.reason());
            }
            return came;
        } catch (Distrusted e) {
            on.link().close("the position is not readable");
            if (++distrusted >= timings.positionTries()) {
                throw new Answers(config).lost(received.end(), distrusted, e.getMessage());
            }
            master.troubled("no stream after " + received.end() + ": " + e.getMessage());
            LOG.warn("{}: no stream after {}: {}", config, received.end(), e.getMessage());
            return false;
        }
    }

    private Attachment attach(Introduction on, Accepted accepted, BinlogOffset from)
            throws ReplicationException, InterruptedException {
        try {
            return on.link()
                    .loop()
                    .submit(() -> {
                        Attachment made =
                                new Attachment(config, timings, on, received, accepted.session(), acknowledged::get);
                        acknowledge = () -> acknowledgeOn(on.link(), made);
                        made.start(from, accepted.masterEnd());
                        return made;
                    })
                    .get();
        } catch (ExecutionException | RejectedExecutionException e) {
            throw new ReplicationException(Kind.RETRY, config + ": the stream could not begin: " + e.getMessage(), e);
        }
    }

    private void acknowledgeOn(Link link, Attachment attachment) {
        try {
            link.loop().execute(() -> {
                acknowledging.set(false);
                attachment.acknowledge(acknowledged.get());
            });
        } catch (RejectedExecutionException e) {
            acknowledging.set(false);
            LOG.debug("{}: closed, no acknowledgement", config);
        }
    }

    private Link.End await(Link link, Attachment attachment) throws ReplicationException, InterruptedException {
        while (true) {
            try {
                return link.end().get(timings.ask().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                look(link);
                if (attachment.streaming()) {
                    streaming.run();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void look(Link link) throws ReplicationException {
        try {
            master.look();
        } catch (ReplicationException e) {
            link.close("the master cannot be followed");
            throw e;
        }
    }
}
