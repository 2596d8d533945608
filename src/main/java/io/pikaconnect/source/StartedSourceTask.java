package io.pikaconnect.source;

import io.pikaconnect.change.Wanted;
import io.pikaconnect.change.Writer;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.fullsync.DumpDirectory;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started source task. Connects in the background, then goes through the phases of an epoch: begin,
 * snapshot, binlog.
 *
 * <p>After a restart it continues at the stored offset: before the snapshot with the same dump, in the snapshot
 * at its cursor, in the binlog after the last item; in each with the parts of a chunk or item that are not yet sent.
 * What fails while a batch is being filled is thrown only after Kafka has what was put in before it.
 *
 * <p>{@link #poll} and {@link #close} exclude each other; {@link #acknowledged} and {@link #committed} may come from
 * any thread.
 */
final class StartedSourceTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StartedSourceTask.class);
    private static final long WAIT_MS = 100;
    private static final long NEVER = -1;
    private static final int CLOSING_SECONDS = 2;
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** Kafka takes a record within moments, or something is wrong. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(10);

    private final PhaseContext context;
    private final Optional<TransactionContext> transaction;
    private final BiFunction<ReplicaConfig, BooleanSupplier, Replica> replicas;
    private final ExecutorService opener = Executors.newSingleThreadExecutor(r -> daemon(r, "open"));
    private final Watchdog watchdog;
    private final EpochStarts epochStarts = new EpochStarts();
    private volatile boolean closing;
    // Written by the task's thread in poll(), read by the thread that acknowledges.
    private volatile Replica replica;
    private Future<ResumePoint> opening;
    /** Items handed over when a doubted position was last given up: a second time without any would be a circle. */
    private long itemsAtDoubt = NEVER;

    /** Whether this task has begun again because of a damaged dump. */
    private boolean dumpWasDamaged;

    private Optional<EpochPhase> phase = Optional.empty();
    private Optional<PollBuffer> buffer = Optional.empty();
    // Written by the task's thread, read by the watchdog's.
    private volatile Optional<TaskFailure> failure = Optional.empty();

    StartedSourceTask(
            PikaSourceConfig config,
            Map<String, String> sourcePartition,
            Supplier<Optional<SourceOffset>> storedOffset,
            Optional<TransactionContext> transaction,
            PollLimit limit,
            TaskClock clock,
            TaskMetrics metrics,
            BiFunction<ReplicaConfig, BooleanSupplier, Replica> replicas) {
        this.replicas = replicas;
        this.transaction = transaction;
        // Anything that can throw runs before the first resource that would need closing.
        Optional<SourceOffset> stored = storedOffset.get();
        InFlight inFlight = new InFlight(this::acknowledgedUpTo, clock.nanos());
        DiscardCounts discards = new DiscardCounts(
                config.name() + " " + config.database(), (reason, count) -> show(metrics, reason, count));
        this.context = new PhaseContext(
                config,
                sourcePartition,
                inFlight,
                new Commits(clock.nanos()),
                storedOffset,
                new DumpDirectory(config.snapshotDir(), config.connector(), config.name(), config.database()),
                discards,
                new SourceProgress(inFlight, discards, clock.wall()),
                limit,
                clock);
        context.progress().dumpsIn(config.snapshotDir());
        SourceMetrics.show(metrics, context.progress());
        this.replica = newReplica();
        this.opening = open(stored, Optional.empty());
        this.watchdog = Watchdog.every(LOOK, this::watch);
    }

    /** What is left out because the settings say so has a metric of its own, since nobody need be alarmed by it. */
    private static void show(TaskMetrics metrics, String reason, LongAdder count) {
        if (!reason.equals(Wanted.FILTERED)) {
            metrics.show(SourceMetrics.DISCARDS, Map.of("reason", reason), count);
        }
    }

    private Replica newReplica() {
        return replicas.apply(
                context.config().replica(), () -> !context.inFlight().isEmpty());
    }

    /** Starts a new session; on the thread that owns the replica. */
    private Future<ResumePoint> open(Optional<SourceOffset> at, Optional<String> lost) {
        context.progress().attach(replica);
        context.progress().in(SourceProgress.Phase.CONNECTING);
        return opener.submit(new ResumeOrFullSync(context, replica, at, lost));
    }

    /** The next records, or null; where transactions are ours to end, each batch is one: a paused task is not polled. */
    synchronized List<SourceRecord> poll() {
        if (closing) {
            return null;
        }
        replica.used();
        try {
            if (failure.isEmpty()) {
                step();
            } else if (context.inFlight().isEmpty()) {
                throw failure.get();
            } else {
                Thread.sleep(WAIT_MS);
            }
            return handOver();
        } catch (Throwable e) {
            throw SourceFailure.of(context.config(), buffer.map(PollBuffer::offset), e);
        }
    }

    /** Whatever ends the current phase, an interrupt or an Error too, is what the task fails with. */
    private void step() {
        try {
            context.inFlight().dropped().ifPresent(this::failDropped);
            if (failure.isEmpty()) {
                fill();
            }
        } catch (ReplicationException e) {
            failed(e);
        } catch (SnapshotException e) {
            failed(e);
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Kafka has this record, or it was left out on its way there. */
    void acknowledged(PikaSourceRecord record, Optional<RecordMetadata> acknowledgedUpTo) {
        if (acknowledgedUpTo.isPresent()) {
            context.inFlight().acknowledged(record);
            epochStarts.acknowledged(record, acknowledgedUpTo.get());
        } else {
            context.inFlight().dropped(record);
        }
    }

    /** Under the lock of what is in flight, so the replica is the one that the item came from. */
    private void acknowledgedUpTo(BinlogPosition end) {
        replica.acknowledge(end);
        context.progress().acknowledgedUpTo(end);
    }

    /** Connect has stored offsets. */
    void committed() {
        context.commits().happened();
    }

    private void fill() throws Exception {
        if (phase.isEmpty()) {
            awaitOpened();
            return;
        }
        EpochPhase next = phase.get().next();
        phase = Optional.of(next);
        context.progress().in(next.phase());
        next.fill(buffer.orElseThrow());
    }

    private PollBuffer bufferAt(SourceOffset offset) {
        Writer writer = context.config()
                .writer(
                        offset.origin().epochs(),
                        offset.epoch().previous(),
                        !offset.epoch().settings().group().hasOneKeySpace());
        return new PollBuffer(context.sourcePartition(), offset, context.limit(), writer, context.clock());
    }

    private void awaitOpened() throws Exception {
        ResumePoint opened;
        try {
            opened = opening.get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReplicationException cause ? cause : e;
        }
        context.progress().resumeAt(opened.offset());
        buffer = Optional.of(bufferAt(opened.offset()));
        phase = Optional.of(
                switch (opened.offset().phase()) {
                    case BEGIN -> new BeginPhase(context, opened);
                    case SNAPSHOT -> new SnapshotPhase(context, opened, opened.offset());
                    case BINLOG -> new BinlogPhase(context, opened, opened.offset());
                });
    }

    /**
     * A lost position may be answered with a new epoch, and so may one that is doubted; everything else ends the task.
     * Only what is certain is stored: a doubted position is tried again after a restart.
     */
    private void failed(ReplicationException e) {
        boolean doubted = e.kind() == ReplicationException.Kind.POSITION_DOUBTED;
        if (!doubted && e.kind() != ReplicationException.Kind.POSITION_LOST) {
            fail(e);
            return;
        }
        if (phase.isEmpty()) {
            lostWhileOpening(e);
            return;
        }
        SourceOffset at = buffer.get().offset();
        boolean again = context.config().onPositionLost().beginsAgain(at);
        long items = context.progress().items();
        if (doubted && (!again || items == itemsAtDoubt)) {
            fail(ResumeOrFullSync.doubtedFor(context.config(), at, e.getMessage()));
            return;
        }
        itemsAtDoubt = doubted ? items : NEVER;
        if (!again) {
            buffer.get().lost(e.getMessage());
            fail(ResumeOrFullSync.lostFor(context.config(), at, e.getMessage()));
            return;
        }
        beginAgain(at, e.getMessage());
    }

    /** A dump that can no longer be read is as good as lost. */
    private void failed(SnapshotException e) {
        OnPositionLost policy = context.config().onPositionLost();
        Optional<SourceOffset> at = buffer.map(PollBuffer::offset);
        boolean endless = policy == OnPositionLost.RESYNC && dumpWasDamaged;
        if (e.isDamagedDump() && !endless && at.filter(policy::beginsAgain).isPresent()) {
            dumpWasDamaged = true;
            beginAgain(at.get(), e.what());
            return;
        }
        if (e.isDamagedDump() && at.isPresent()) {
            context.dumps().keepFromLater(at.get().epoch().number());
        }
        fail(e);
    }

    private void beginAgain(SourceOffset at, String why) {
        phase.ifPresent(EpochPhase::close);
        phase = Optional.empty();
        context.inFlight().forget();
        buffer.get().sessionEnded();
        replica.close();
        replica = newReplica();
        opening = open(Optional.of(at), Optional.of(why));
    }

    /** No position can be followed now; changes made until one can would be missing after the stored position. */
    private void lostWhileOpening(ReplicationException e) {
        try {
            if (buffer.isEmpty()) {
                buffer = context.storedOffset().get().map(this::bufferAt);
            }
        } catch (TaskFailure unreadable) {
            LOG.error(
                    "{} {}: the position cannot be marked as lost: {}",
                    context.config().name(),
                    context.config().database(),
                    unreadable.getMessage());
        }
        buffer.ifPresent(o -> o.lost(e.getMessage()));
        fail(e);
    }

    /** The topic lacks a record, and the stored offset may already be after it: this position ends here. */
    private void failDropped(String record) {
        String why = "record " + record + " was dropped by a transformation or by errors.tolerance before it reached"
                + " Kafka, so the topic lacks a change. Remove the transformation";
        buffer.ifPresent(o -> o.lost(why));
        fail(ResumeOrFullSync.lostFor(
                context.config(), buffer.map(PollBuffer::offset).orElseThrow(), why));
    }

    private void fail(Throwable e) {
        TaskFailure why = SourceFailure.of(context.config(), buffer.map(PollBuffer::offset), e);
        failure = Optional.of(why);
        context.progress().in(SourceProgress.Phase.FAILED);
        LOG.error(
                "{} {}: the task stops once Kafka has what it was handed: {}",
                context.config().name(),
                context.config().database(),
                why.getMessage());
    }

    private List<SourceRecord> handOver() {
        if (buffer.isEmpty()) {
            return null;
        }
        PollBuffer.Poll poll = buffer.get().seal(context.inFlight());
        context.progress().handedOver(poll);
        if (poll.records().isEmpty()) {
            context.inFlight().advance();
            return null;
        }
        transaction.ifPresent(TransactionContext::commitTransaction);
        return poll.records();
    }

    private void watch() {
        LOG.info("{}: {}", context.config().name(), context.progress().line());
        failure.ifPresent(why -> LOG.error(
                "{} {}: waiting for Kafka before the task stops: {}",
                context.config().name(),
                context.config().database(),
                why.getMessage()));
        long seconds = TimeUnit.NANOSECONDS.toSeconds(context.inFlight().oldestNanos());
        if (seconds >= UNACKNOWLEDGED.toSeconds()) {
            LOG.error(
                    "{}: records handed to Connect {} s ago are not acknowledged by Kafka. Is the broker reachable,"
                            + " does topic {} exist and have {} partitions, are records of {} bytes allowed?",
                    context.config().name(),
                    seconds,
                    context.config().topic(),
                    context.config().partitions(),
                    context.config().getInt(PikaSourceConfig.RECORD_MAX_BYTES));
        }
    }

    @Override
    public void close() {
        closing = true;
        opener.shutdownNow();
        watchdog.close();
        replica.close();
        try {
            // It removes what it has half pulled; the next task starts its own.
            if (!opener.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: the pull is still cleaning up", context.config().name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            phase.ifPresent(EpochPhase::close);
            phase = Optional.empty();
            buffer.ifPresent(this::logWhereItStops);
        }
        context.dumps().close();
    }

    /** Connect's own failures, such as those of its producer, do not name the position. */
    private void logWhereItStops(PollBuffer last) {
        LOG.info(
                "{} {} stops after {} of epoch {}; {} records handed over are not acknowledged by Kafka and will be"
                        + " sent again",
                context.config().name(),
                context.config().database(),
                last.offset().resume(),
                last.offset().epoch().number(),
                context.inFlight().unacknowledged());
    }

    private static Thread daemon(Runnable task, String what) {
        Thread thread = new Thread(task, "pika-source-" + what);
        thread.setDaemon(true);
        return thread;
    }
}
