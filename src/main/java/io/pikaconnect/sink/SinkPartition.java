package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * One partition that this task has: what waits to be applied, and the ledger's place.
 *
 * <p>Two threads meet here. The task's puts records in and carries out what was asked for (rewind, failure); the sender's
 * takes a step, runs it and settles it: {@link #nextStep}, {@link Applier#run}, {@link #settle}. Everything they share is
 * guarded by the object's monitor; what metrics read is volatile besides, so that they never wait. Records are taken only
 * while the partition is open: claimed, and the consumer set back to the ledger's place.
 */
final class SinkPartition {

    enum State {
        UNCLAIMED,
        OPEN,
        ZOMBIE,
        CLOSED
    }

    /** A partition that is still assigned so long after another task claimed it is ours after all. */
    private static final long ZOMBIE_NANOS = Duration.ofSeconds(60).toNanos();

    final TopicPartition topicPartition;
    final int database;

    /** The sender's thread only. */
    final ExpirySweep sweep;

    private final Step.Assignment assignment;
    private final SinkCounters counters;
    private final TaskClock clock;
    private final Waiters waiters;

    // All below guarded by this.
    private final WorkQueue queue;
    private final PartitionIntake intake;
    private final StepSize stepSize;
    private final StepPause pause;
    private volatile State state = State.UNCLAIMED;
    private volatile Optional<String> token = Optional.empty();
    private volatile Optional<LedgerField> ledger = Optional.empty();
    private volatile Optional<ConnectException> failure = Optional.empty();
    private volatile Optional<Long> atBarrierSince = Optional.empty();
    private volatile Runnable wakeSender = () -> {};
    private Optional<String> ownerSeen = Optional.empty();
    private Optional<Long> rewind = Optional.empty();
    private long zombieSince;
    private long lastAskedNanos; // whether records may come
    private String epochWriters = "";

    SinkPartition(
            TopicPartition topicPartition,
            int database,
            RedisSinkConfig config,
            byte[] prefix,
            SinkCounters counters,
            TaskClock clock) {
        this.topicPartition = topicPartition;
        this.database = database;
        this.assignment = new Step.Assignment(topicPartition, database, counters);
        this.queue = new WorkQueue(
                config.getInt(RedisSinkConfig.SYNC_BATCH_NUM), config.getInt(RedisSinkConfig.SYNC_BATCH_BYTES));
        this.stepSize = new StepSize(config.getInt(RedisSinkConfig.SYNC_BATCH_NUM));
        this.counters = counters;
        this.clock = clock;
        this.waiters = Waiters.of(config.connector());
        this.sweep = new ExpirySweep(clock);
        this.lastAskedNanos = clock.nanos();
        this.pause = new StepPause(topicPartition, clock);
        this.intake = new PartitionIntake(
                topicPartition,
                new RecordRules(topicPartition.partition(), prefix),
                RecordAdmission.of(config, counters),
                new SequenceChecker(counters, config.getLong(RedisSinkConfig.HOLE_TIMEOUT_MS), clock),
                queue,
                ConnectionSettings.isCluster(config) ? SlotShares::whole : Share::of,
                ConnectionSettings.isCluster(config),
                counters,
                clock);
    }

    // ---- the task's thread

    /**
     * Offers a record.
     *
     * @return whether the partition is done with it: taken, or rightly left out
     * @throws RecordRefused when the record cannot be right
     */
    boolean offer(ChangeRecord r, BufferLimit buffer) {
        synchronized (this) {
            if (!takesRecords()) {
                return false;
            }
            Optional<Boolean> decided = intake.decideUnread(r, buffer.fits(this, r.bytes()));
            if (decided.isPresent()) {
                return decided.get();
            }
        }
        List<Command> commands = intake.parse(r);
        synchronized (this) {
            if (!takesRecords()) { // the sender may have lost it since
                return false;
            }
            if (intake.take(r, commands)) {
                buffer.added(r.bytes());
            }
            return true;
        }
    }

    private boolean takesRecords() {
        return state == State.OPEN && rewind.isEmpty();
    }

    /** Everything before this offset was handed to the task, or does not matter. */
    synchronized void handedUpTo(long offset) {
        intake.handedUpTo(offset);
    }

    /** Connect has read everything before this offset, and has handed over what it does not leave out. */
    synchronized void readUpTo(long offset) {
        if (takesRecords()) {
            intake.readUpTo(offset);
        }
    }

    /** Where the consumer has to be set back to, once; after this call records are taken again. */
    synchronized Optional<Long> takeRewind() {
        Optional<Long> to = rewind;
        to.ifPresent(intake::rewoundTo);
        rewind = Optional.empty();
        return to;
    }

    /** Whether records may come; if not, the consumer is to pause. */
    synchronized boolean wantsRecords(BufferLimit buffer) {
        lastAskedNanos = clock.nanos();
        boolean wants = state == State.OPEN && !queue.hasBarrier() && buffer.wantsMore(this, intake.refusedBytes());
        if (!wants) {
            intake.restartTimeouts();
        }
        return wants;
    }

    /** Whether something is in progress that the task has to look after soon. */
    synchronized boolean isBusy() {
        return state != State.OPEN || !queue.isEmpty() || rewind.isPresent();
    }

    synchronized Optional<ConnectException> failure() {
        if (failure.isEmpty()) {
            failure = intake.problem(epochWriters);
        }
        return failure;
    }

    synchronized void close() {
        state = State.CLOSED;
        clear();
    }

    /** Whether it holds records that it can apply without waiting for another partition. */
    synchronized boolean canProgress() {
        return queue.bytes() > 0 && !queue.headWaitsForOthers();
    }

    // ---- any thread, without waiting

    SinkCounters counters() {
        return counters;
    }

    State state() {
        return state;
    }

    /** Whether a sender may have something to do for it. */
    boolean isActive() {
        return failure.isEmpty() && state != State.CLOSED;
    }

    /** The token under which it is open; empty if it is not, or has failed. */
    Optional<String> openToken() {
        return state == State.OPEN && failure.isEmpty() ? token : Optional.empty();
    }

    Optional<LedgerField> ledger() {
        return ledger;
    }

    /** Kafka offset of the next record, as the ledger has it. */
    Optional<Long> ledgerOffset() {
        return ledger.map(LedgerField::offset);
    }

    long bytes() {
        return queue.bytes();
    }

    /** How long it has waited at a barrier, ns; 0 if it does not. */
    long atBarrierNanos() {
        return atBarrierSince.map(since -> clock.nanos() - since).orElse(0L);
    }

    boolean isWaitingForRecords() {
        return intake.isWaiting();
    }

    // ---- the sender's thread

    Step.Assignment assignment() {
        return assignment;
    }

    /** What the sender has to do next; empty if there is nothing for now. Its outcome goes to {@link #settle}. */
    synchronized Optional<Step> nextStep() {
        if (failure.isPresent()) {
            return Optional.empty();
        }
        // If Connect has given up on the task it stays a zombie: lastAskedNanos does not advance any more.
        if (state == State.ZOMBIE && lastAskedNanos - zombieSince > ZOMBIE_NANOS) {
            state = State.UNCLAIMED;
            token = Optional.empty();
        }
        return switch (state) {
            case UNCLAIMED -> pause.nanosLeft(clock.nanos()) > 0 ? Optional.empty() : Optional.of(claimStep());
            case OPEN ->
                queue.isEmpty() || nanosUntilDue(clock.nanos()) > 0 ? Optional.empty() : Optional.of(workStep());
            case ZOMBIE, CLOSED -> Optional.empty();
        };
    }

    private long nanosUntilDue(long now) {
        return queue.isHeadWoken() ? 0 : Math.max(0, pause.nanosLeft(now));
    }

    private Step claimStep() {
        Optional<String> owner = ownerSeen;
        ownerSeen = Optional.empty();
        return owner.<Step>map(seen -> new Step.Claim(assignment, token, seen, ledger))
                .orElseGet(() -> new Step.ReadOwner(assignment));
    }

    private Step workStep() {
        Work head = queue.take();
        String held = token.orElseThrow();
        if (head instanceof WriterCheck note) {
            return new Step.CheckWriter(assignment, held, note);
        }
        if (head instanceof BarrierRecord barrier) {
            atBarrierSince = atBarrierSince.or(() -> Optional.of(clock.nanos()));
            return new Step.AwaitBarrier(assignment, held, barrier);
        }
        return new Step.Apply(assignment, held, (Batch) head, queue.isDrained(clock.nanos()), stepSize.limit());
    }

    /** Redis did not complete the step: a script that took too long may have been killed, or its reply given up. */
    synchronized void stepFailed(Step step) {
        if (step instanceof Step.Apply apply) {
            stepSize.halve(apply.batch().commands());
        }
    }

    /** How long until the next step, in ns, if a time is set for it; at most {@code most}. */
    synchronized long nanosUntilNextStep(long now, long most) {
        return state == State.OPEN && !queue.isEmpty() && pause.nanosLeft(now) > 0
                ? Math.min(nanosUntilDue(now), most)
                : most;
    }

    /** Updates the partition by the outcome of its last step, unless it was closed or lost since. */
    synchronized void settle(Outcome outcome) {
        queue.epochWriters().ifPresent(text -> epochWriters = text);
        if (outcome instanceof Outcome.Failed o) {
            fail(o.failure());
        } else if (outcome instanceof Outcome.OwnerRead o) {
            ownerSeen = Optional.of(o.owner());
        } else if (outcome instanceof Outcome.Claimed o) {
            intake.skipEpochs(o.skippedEpochs(), o.firstEpoch());
            epochWriters = o.epochWriters();
            intake.inEpoch(o.place().epoch(), o.partitions());
            intake.restores(o.restores());
            resume(o.place());
        } else if (outcome instanceof Outcome.Resume o) {
            if (intake.knowsPartitionsOf(o.epoch())) {
                resume(o);
            } else {
                unclaim();
            }
        } else if (outcome instanceof Outcome.Superseded && state != State.CLOSED) {
            state = State.ZOMBIE;
            zombieSince = clock.nanos();
            clear();
        } else if (outcome instanceof Outcome.Unclaimed) {
            unclaim();
        } else if (outcome instanceof Outcome.Later o) {
            pause.pause(o.nanos());
        } else if (state == State.OPEN) {
            settleOpen(outcome);
        }
    }

    private void settleOpen(Outcome outcome) {
        if (outcome instanceof Outcome.Done o && queue.isHead(o.work())) {
            queue.done(o.work());
            stepSize.succeeded();
            atBarrierSince = Optional.empty();
            ledger = o.field().or(() -> ledger);
            pause.succeeded();
        } else if (outcome instanceof Outcome.Partly o && queue.isHead(o.batch())) {
            queue.replace(o.batch(), o.rest());
            stepSize.succeeded();
            atBarrierSince = Optional.empty();
            ledger = Optional.of(o.field());
            settle(o.then());
        } else if (outcome instanceof Outcome.Waiting o && queue.isHead(o.batch())) {
            waitForShare(o);
        } else if (outcome instanceof Outcome.Retry o) {
            pause.failed(o.error());
        }
    }

    private void waitForShare(Outcome.Waiting o) {
        boolean isNew = o.batch().shareWait().filter(o.shareWait()::equals).isEmpty();
        if (o.rest().get(0) != o.batch()) {
            queue.replaceAll(o.batch(), o.rest());
        }
        o.rest().get(0).setShareWait(Optional.of(o.shareWait()));
        ledger = Optional.of(o.field());
        pause.succeeded();
        atBarrierSince = isNew ? Optional.of(clock.nanos()) : atBarrierSince;
        pause.pause(o.shareWait().nanosUntilNextCheck());
        waiters.await(
                topicPartition,
                new TopicPartition(topicPartition.topic(), o.shareWait().partition()),
                o.shareWait().position(),
                o.sinceMove(),
                () -> {
                    o.shareWait().wake();
                    wakeSender.run();
                });
    }

    /** @param wake has its sender take a turn soon */
    void onWake(Runnable wake) {
        wakeSender = wake;
    }

    /** The ledger's place is known and ours: resume from there, whatever was read so far. */
    private void resume(Outcome.Resume place) {
        if (state == State.CLOSED) {
            return;
        }
        clear();
        counters.increment(SinkCounter.REWINDS);
        state = State.OPEN;
        token = Optional.of(place.token());
        ledger = Optional.of(place.field());
        intake.resumeAt(place);
        rewind = Optional.of(place.field().offset());
    }

    /** What Redis holds is not known any more: claim the partition again, and resume from what the claim returns. */
    synchronized void unclaim() {
        ownerSeen = Optional.empty();
        if (state == State.OPEN) {
            state = State.UNCLAIMED;
            pause.pause(0);
            clear();
        }
    }

    /** The same, if it still has that token. */
    synchronized void unclaim(String lost) {
        if (token.equals(Optional.of(lost))) {
            unclaim();
        }
    }

    synchronized void fail(ConnectException e) {
        if (failure.isEmpty() && state != State.CLOSED) {
            failure = Optional.of(e);
        }
    }

    private void clear() {
        queue.clear();
        intake.forgetRefused();
        atBarrierSince = Optional.empty();
        waiters.forget(topicPartition);
    }
}
