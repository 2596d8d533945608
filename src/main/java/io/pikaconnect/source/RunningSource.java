package io.pikaconnect.source;

import io.pikaconnect.change.Tally;
import io.pikaconnect.fullsync.DumpDirectory;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.replication.BinlogOffset;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started source task. Opens the conversation in the background, then goes through the stages of an epoch: beginning,
 * snapshot, binlog.
 *
 * <p>After a restart it goes on where the stored offset says: before the snapshot with the same dump, in the snapshot
 * at its cursor, in the binlog behind the last item; in each with the pieces of a chunk or item that are not yet out.
 * What fails while a batch is being filled is thrown only after Kafka has what was put in before it.
 *
 * <p>{@link #poll} and {@link #close} exclude each other; {@link #acknowledged} and {@link #committed} may come from
 * any thread.
 */
final class RunningSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningSource.class);
    private static final long WAIT_MS = 100;
    private static final int CLOSING_SECONDS = 2;
    private static final Duration WATCHDOG = Duration.ofSeconds(30);

    /** Kafka takes a record within moments, or something is wrong. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(10);

    private final Parts parts;
    private final Optional<TransactionContext> transaction;
    private final ExecutorService opener = Executors.newSingleThreadExecutor(r -> daemon(r, "open"));
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(r -> daemon(r, "watchdog"));
    private volatile boolean closing;
    // Written by the task's thread in poll(), read by the thread that acknowledges.
    private volatile Replica replica;
    private Future<Opened> opening;
    private Optional<Stage> stage = Optional.empty();
    private Optional<Outbox> outbox = Optional.empty();
    private Optional<ConnectException> failure = Optional.empty();

    RunningSource(
            PikaSourceConfig config,
            Map<String, String> sourcePartition,
            Supplier<Optional<SourceOffset>> storedOffset,
            Optional<TransactionContext> transaction,
            PollLimit limit,
            TaskMetrics metrics) {
        this.transaction = transaction;
        // What may fail comes before what would have to be closed then.
        Optional<SourceOffset> stored = storedOffset.get();
        InFlight inFlight = new InFlight();
        this.parts = new Parts(
                config,
                sourcePartition,
                inFlight,
                new Commits(),
                storedOffset,
                new DumpDirectory(config.snapshotDir(), config.connector(), config.name(), config.database()),
                new Tally((reason, count) -> metrics.show(SourceMetrics.DISCARDS, Map.of("reason", reason), count)),
                new SourceProgress(inFlight),
                limit);
        SourceMetrics.show(metrics, parts.progress());
        this.replica = new Replica(config.replica());
        this.opening = open(stored, Optional.empty());
        watchdog.scheduleAtFixedRate(this::watch, WATCHDOG.toMillis(), WATCHDOG.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins the conversation anew; on the thread of whoever owns the replica. */
    private Future<Opened> open(Optional<SourceOffset> at, Optional<String> lost) {
        parts.progress().talksThrough(replica);
        parts.progress().in(SourceProgress.Phase.CONNECTING);
        return opener.submit(new Opening(parts, replica, at, lost));
    }

    /** The next records, or null; where transactions are ours to end, each batch is one: a paused task is not polled. */
    synchronized List<SourceRecord> poll() throws InterruptedException {
        if (closing) {
            return null;
        }
        if (failure.isPresent()) {
            if (parts.inFlight().isEmpty()) {
                throw failure.get();
            }
            Thread.sleep(WAIT_MS);
            return handOver();
        }
        try {
            parts.inFlight().dropped().ifPresent(this::failDropped);
            if (failure.isEmpty()) {
                fill();
            }
        } catch (ReplicationException e) {
            failed(e);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            fail(e);
        }
        return handOver();
    }

    /** Kafka has this record, or it was left out on its way there. */
    void acknowledged(PikaSourceRecord record, boolean inKafka) {
        if (inKafka) {
            parts.inFlight().acknowledged(record).ifPresent(this::inKafka);
        } else {
            parts.inFlight().dropped(record);
        }
    }

    private void inKafka(BinlogOffset end) {
        replica.acknowledge(end);
        parts.progress().inKafka(end);
    }

    /** Connect has stored offsets. */
    void committed() {
        parts.commits().happened();
    }

    private void fill() throws Exception {
        if (stage.isEmpty()) {
            awaitOpened();
            return;
        }
        Stage next = stage.get().next();
        stage = Optional.of(next);
        parts.progress().in(next.phase());
        next.fill(outbox.orElseThrow());
    }

    private void awaitOpened() throws Exception {
        Opened opened;
        try {
            opened = opening.get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        parts.progress().goesOnAt(opened.offset());
        outbox = Optional.of(new Outbox(parts.sourcePartition(), opened.offset(), parts.limit()));
        stage = Optional.of(
                switch (opened.offset().phase()) {
                    case BEGIN -> new Beginning(parts, opened);
                    case SNAPSHOT -> new Snapshotting(parts, opened, opened.offset());
                    case BINLOG -> new Following(parts, opened, opened.offset());
                });
    }

    /** A lost position may be answered with a new epoch; everything else ends the task. */
    private void failed(ReplicationException e) {
        if (e.kind() != ReplicationException.Kind.POSITION_LOST) {
            fail(e);
            return;
        }
        if (stage.isEmpty()) {
            lostWhileOpening(e);
            return;
        }
        SourceOffset at = outbox.get().offset();
        if (!parts.config().resyncWhenPositionLost()) {
            outbox.get().lost(e.getMessage());
            fail(Opening.lostFor(parts.config(), at, e.getMessage()));
            return;
        }
        stage.ifPresent(Stage::close);
        stage = Optional.empty();
        parts.inFlight().forget();
        outbox.get().conversationEnded();
        replica.close();
        replica = new Replica(parts.config().replica());
        opening = open(Optional.of(at), Optional.of(e.getMessage()));
    }

    /** The master cannot be followed from anywhere now, and what it does meanwhile the stored position will lack later. */
    private void lostWhileOpening(ReplicationException e) {
        if (outbox.isEmpty()) {
            outbox = parts.storedOffset().get().map(o -> new Outbox(parts.sourcePartition(), o, parts.limit()));
        }
        outbox.ifPresent(o -> o.lost(e.getMessage()));
        fail(e);
    }

    /** The topic lacks a record, and the stored offset may already be behind it: this position ends here. */
    private void failDropped(String record) {
        String why = "record " + record + " was dropped by a transformation or by errors.tolerance before it reached"
                + " Kafka, so the topic lacks a change. Remove the transformation";
        outbox.ifPresent(o -> o.lost(why));
        fail(Opening.lostFor(parts.config(), outbox.map(Outbox::offset).orElseThrow(), why));
    }

    private void fail(Exception e) {
        failure = Optional.of(Failure.of(parts.config(), outbox.map(Outbox::offset), e));
        parts.progress().in(SourceProgress.Phase.FAILED);
    }

    private List<SourceRecord> handOver() {
        if (outbox.isEmpty()) {
            return null;
        }
        Outbox out = outbox.get();
        int items = out.items();
        long bytes = out.bytes();
        int ticks = out.ticks();
        List<SourceRecord> batch = out.seal(parts.inFlight());
        parts.progress().handedOver(batch.size(), ticks, items, bytes);
        if (batch.isEmpty()) {
            parts.inFlight().advance().ifPresent(this::inKafka);
            return null;
        }
        transaction.ifPresent(TransactionContext::commitTransaction);
        return batch;
    }

    private void watch() {
        LOG.info("{}: {}", parts.config().name(), parts.progress().line());
        long seconds = TimeUnit.NANOSECONDS.toSeconds(parts.inFlight().oldestNanos());
        if (seconds >= UNACKNOWLEDGED.toSeconds()) {
            LOG.error(
                    "{}: records handed to Connect {} s ago are not acknowledged by Kafka. Is the broker reachable, does"
                            + " topic {} exist and have {} partitions, are records of {} bytes allowed?",
                    parts.config().name(),
                    seconds,
                    parts.config().topic(),
                    parts.config().partitions(),
                    parts.config().getInt(PikaSourceConfig.RECORD_MAX_BYTES));
        }
    }

    @Override
    public void close() {
        closing = true;
        opener.shutdownNow();
        watchdog.shutdownNow();
        replica.close();
        try {
            // It removes what it has half pulled; the next task begins its own.
            if (!opener.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: the pull is still cleaning up", parts.config().name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            stage.ifPresent(Stage::close);
            stage = Optional.empty();
        }
        parts.dumps().close();
    }

    private static Thread daemon(Runnable task, String what) {
        Thread thread = new Thread(task, "pika-source-" + what);
        thread.setDaemon(true);
        return thread;
    }
}
