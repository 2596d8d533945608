package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition that this task has: what waits to be applied, and where the ledger stands.
 *
 * <p>Two threads meet here. The task's puts records in and carries out what was asked for (rewind, failure); the sender's
 * takes the work in order. Everything they share is guarded by the object's monitor. Records are taken only while the
 * partition is open: claimed, and the consumer set back to the ledger's place.
 */
final class SinkPartition {

    enum State {
        UNCLAIMED,
        OPEN,
        ZOMBIE,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(SinkPartition.class);

    /** What waits for so long waits because of more than the batch under way. */
    private static final long WAITS_NANOS = 1_000_000_000L;

    final TopicPartition topicPartition;
    final int database;

    /** The sender's thread only. */
    final Sweep sweep = new Sweep();

    private final int mostCommands;
    private final int mostBytes;
    private final RecordRules rules;
    private final Intake intake;
    private final SinkCounters counters;

    // All below guarded by this.
    private final Deque<Work> queue = new ArrayDeque<>();
    private State state = State.UNCLAIMED;
    private boolean headTaken;
    private boolean barrierTaken;
    private long bytes;
    private Optional<String> token = Optional.empty();
    private Optional<LedgerField> ledger = Optional.empty();
    private Optional<Long> rewind = Optional.empty();
    private Optional<ConnectException> failure = Optional.empty();
    private int doneOfFirst;
    private long zombieSince;
    private long askedNanos = System.nanoTime(); // whether records may come
    private long nextOffset;
    private long handedUpTo;
    private long refusedBytes;
    private long notBefore;
    private int pauses;
    private Optional<Long> atBarrierSince = Optional.empty();
    private Set<Long> passedOver = Set.of();
    private String writtenBy = "";

    SinkPartition(
            TopicPartition topicPartition, int database, RedisSinkConfig config, byte[] prefix, SinkCounters counters) {
        this.topicPartition = topicPartition;
        this.database = database;
        this.mostCommands = config.getInt(RedisSinkConfig.BATCH_NUM);
        this.mostBytes = config.getInt(RedisSinkConfig.BATCH_BYTES);
        this.rules = new RecordRules(topicPartition.partition(), prefix);
        this.counters = counters;
        this.intake = new Intake(counters, config.getLong(RedisSinkConfig.HOLE_TIMEOUT_MS));
    }

    // ---- the task's thread

    /**
     * Offers a record.
     *
     * @return whether the partition is done with it: taken, or rightly left out
     * @throws IllegalArgumentException when the record cannot be right, with the reason and after a semicolon the remedy
     */
    synchronized boolean offer(Incoming r, Room room) {
        if (state != State.OPEN || rewind.isPresent()) {
            return false;
        }
        if (passedOver.contains(r.header().epoch())) {
            counters.olderEpoch.increment();
            nextOffset = r.offset() + 1;
            return true;
        }
        refusedBytes = room.admits(this, r.bytes()) ? 0 : r.bytes();
        if (refusedBytes > 0) {
            return false;
        }
        List<Command> commands = r.header().isTick() ? List.of() : rules.commands(r);
        OptionalLong epoch = intake.epoch();
        long sequence = intake.sequence().orElse(-1);
        Position position = intake.position();
        long offset = nextOffset;
        if (r.writer().isPresent() && epoch.isPresent() && r.header().epoch() <= epoch.getAsLong()) {
            queue.add(WriterNote.of(r));
        }
        Intake.Verdict verdict = intake.judge(r.header(), r.barrier());
        reportWait();
        if (verdict == Intake.Verdict.APPLY || verdict == Intake.Verdict.BARRIER) {
            rules.check(r, commands, verdict);
        }
        nextOffset = r.offset() + 1;
        switch (verdict) {
            case APPLY -> {
                if (commands.size() < doneOfFirst) {
                    throw new IllegalArgumentException("The ledger says that " + doneOfFirst
                            + " commands of this record are applied, but it has " + commands.size()
                            + ";Have the source make a new full sync into a new topic.");
                }
                open(epoch, sequence, position, offset, commands.size()).add(r, commands, intake.position());
                doneOfFirst = 0;
            }
            case TICK -> open(epoch, sequence, position, offset, 0).addTick(r, intake.position());
            case BARRIER -> {
                queue.add(new BarrierRecord(r, commands));
                doneOfFirst = 0;
                barrierTaken = true;
            }
            case SKIP -> {
                return true;
            }
        }
        bytes += r.bytes();
        room.took(r.bytes());
        return true;
    }

    /** Everything before this offset was handed to the task, or is of no concern. */
    synchronized void handedUpTo(long offset) {
        handedUpTo = offset;
    }

    /** Connect has read everything before this offset, and has handed over what it does not leave out. */
    synchronized void readUpTo(long offset) {
        if (state == State.OPEN && rewind.isEmpty() && offset > handedUpTo) {
            intake.readBeyond(handedUpTo, offset);
            reportWait();
        }
    }

    private void reportWait() {
        intake.newlyWaitsFor().ifPresent(what -> LOG.warn("{}@{}: {}", topicPartition, nextOffset, what));
    }

    /** The batch at the end of the queue, while a sender has not taken it and it is not full; else a new one. */
    private Batch open(OptionalLong epoch, long sequence, Position position, long offset, int more) {
        Work last = queue.peekLast();
        if (last instanceof Batch b
                && !(headTaken && queue.size() == 1)
                && b.commands() + more <= mostCommands
                && b.size() < mostCommands
                && b.payload() < mostBytes) {
            return b;
        }
        Batch batch = new Batch(epoch.orElseThrow(), sequence, doneOfFirst, position, offset);
        queue.add(batch);
        return batch;
    }

    /** Where the consumer has to go back to, once; behind this call records are taken again. */
    synchronized Optional<Long> takeRewind() {
        Optional<Long> to = rewind;
        nextOffset = to.orElse(nextOffset);
        rewind = Optional.empty();
        return to;
    }

    /** Whether records may come: else the consumer is to pause. */
    synchronized boolean wantsRecords(Room room) {
        askedNanos = System.nanoTime();
        boolean wants = state == State.OPEN && !barrierTaken && room.invites(this, refusedBytes);
        if (!wants) {
            intake.excuse();
        }
        return wants;
    }

    /** Something is under way that the task has to look after soon. */
    synchronized boolean isBusy() {
        return state != State.OPEN || !queue.isEmpty() || rewind.isPresent();
    }

    synchronized boolean isWaitingForRecords() {
        return intake.waitsFor().isPresent();
    }

    synchronized Optional<ConnectException> failure() {
        if (failure.isEmpty()) {
            failure = intake.overdue().map(overdue -> overdue.at(topicPartition + "@" + nextOffset, writtenBy));
        }
        return failure;
    }

    synchronized void close() {
        state = State.CLOSED;
        clear();
    }

    /** Kafka offset of the next record, as the ledger has it. */
    synchronized Optional<Long> ledgerOffset() {
        return ledger.map(LedgerField::offset);
    }

    // ---- whoever looks

    SinkCounters counters() {
        return counters;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** It holds records, and what happens to them hangs on no other partition. */
    synchronized boolean isMoving() {
        return bytes > 0 && !(queue.peek() instanceof BarrierRecord);
    }

    /** How long it has been standing at a barrier, ns; 0 if it is not. */
    synchronized long atBarrierNanos() {
        return atBarrierSince.map(since -> System.nanoTime() - since).orElse(0L);
    }

    // ---- the sender's thread

    synchronized State state() {
        return state;
    }

    synchronized Optional<String> token() {
        return token;
    }

    synchronized Optional<LedgerField> ledger() {
        return ledger;
    }

    /** The next work; it stays at the head until {@link #finished} or {@link #replaceHead}. */
    synchronized Optional<Work> head() {
        if (state != State.OPEN || queue.isEmpty()) {
            return Optional.empty();
        }
        headTaken = true;
        if (queue.peek() instanceof BarrierRecord && atBarrierSince.isEmpty()) {
            atBarrierSince = Optional.of(System.nanoTime());
        }
        return Optional.of(queue.peek());
    }

    /** Whether the work at the head is all there is: what came after it did so just now. */
    synchronized boolean isDrained() {
        long now = System.nanoTime();
        return queue.stream().skip(1).noneMatch(w -> now - w.sinceNanos() > WAITS_NANOS);
    }

    synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    /** The work at the head is done. */
    synchronized void finished(Work work, Optional<LedgerField> now) {
        if (state == State.OPEN && queue.peek() == work) {
            queue.remove();
            bytes = queue.isEmpty() ? 0 : bytes - work.bytes();
            headTaken = false;
            atBarrierSince = Optional.empty();
            barrierTaken = queue.stream().anyMatch(w -> w instanceof BarrierRecord);
            ledger = now;
            pauses = 0;
        }
    }

    /** The work at the head was done in part. */
    synchronized void replaceHead(Work work, Work rest, Optional<LedgerField> now) {
        if (state == State.OPEN && queue.peek() == work) {
            queue.remove();
            queue.addFirst(rest);
            bytes += rest.bytes() - work.bytes();
            ledger = now;
        }
    }

    /** False during the wait behind an error that passes, and between two looks at a barrier. */
    synchronized boolean mayAct() {
        return System.nanoTime() - notBefore >= 0;
    }

    /** How long until {@link #mayAct}, in ns, if there is something to do then; at most so long. */
    synchronized long untilItMayAct(long now, long most) {
        return state == State.OPEN && !queue.isEmpty() && notBefore - now > 0 ? Math.min(notBefore - now, most) : most;
    }

    /** Waits a while behind an error that passes; whether that is worth a line in the log: the first, and now and then. */
    synchronized boolean pause() {
        notBefore = System.nanoTime() + Math.min(1_000, 20L << Math.min(pauses, 6)) * 1_000_000L;
        return pauses++ % 30 == 0;
    }

    /** The next look at a barrier. */
    synchronized void lookAgainIn(long nanos) {
        notBefore = System.nanoTime() + nanos;
    }

    /** Records of these epochs are left out: they are of sources that this sink does not take. */
    synchronized void passOver(Set<Long> epochs) {
        passedOver = epochs;
    }

    /** Which epoch is of whom, as a sentence, for a failure. */
    synchronized void writtenBy(String epochs) {
        writtenBy = epochs;
    }

    /** The ledger's place is known and ours: go on from there, whatever was read so far. */
    synchronized void standAt(String owner, LedgerField field, OptionalLong epoch) {
        if (state == State.CLOSED) {
            return;
        }
        clear();
        counters.rewinds.increment();
        state = State.OPEN;
        token = Optional.of(owner);
        ledger = Optional.of(field);
        doneOfFirst = field.done();
        intake.standAt(epoch, field.sequence(), field.position());
        rewind = Optional.of(field.offset());
    }

    /** What Redis holds is not known any more: claim, and begin from there. */
    synchronized void unclaim() {
        if (state == State.OPEN) {
            state = State.UNCLAIMED;
            clear();
        }
    }

    /** Somebody else claimed it after us; give up until closed. */
    synchronized void zombie() {
        if (state != State.CLOSED) {
            state = State.ZOMBIE;
            zombieSince = System.nanoTime();
            clear();
        }
    }

    /** A zombie that still has the partition after so long is none; but one that Connect has given up on stays one. */
    synchronized boolean reviveAfter(long nanos) {
        if (state == State.ZOMBIE && askedNanos - zombieSince > nanos) {
            state = State.UNCLAIMED;
            token = Optional.empty();
            return true;
        }
        return false;
    }

    synchronized void fail(ConnectException e) {
        if (failure.isEmpty() && state != State.CLOSED) {
            failure = Optional.of(e);
        }
    }

    synchronized boolean hasFailed() {
        return failure.isPresent();
    }

    private void clear() {
        queue.clear();
        refusedBytes = 0;
        headTaken = false;
        barrierTaken = false;
        atBarrierSince = Optional.empty();
        bytes = 0;
    }
}
