package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a partition does with the records that it is offered: checks their form and sequence, and queues what is to be
 * applied. Guarded by the monitor of its {@link SinkPartition}, except {@link #parse} and {@link #isWaiting}, which any
 * thread may call.
 */
final class PartitionIntake {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionIntake.class);

    private final TopicPartition topicPartition;
    private final RecordRules rules;
    private final Optional<RecordAdmission> admission;
    private final SequenceChecker checker;
    private final WorkQueue queue;
    private final Share.Rule shares;
    private final boolean isOfCluster;
    private final SinkCounters counters;
    private final TaskClock clock;
    private int firstCommandsDone;
    private long nextOffset;
    private long handedUpTo;
    private long refusedBytes;
    private Set<Long> skippedEpochs = Set.of();
    private long firstEpoch;
    private OptionalLong partitionsOf = OptionalLong.empty();
    private int partitions;
    private Set<RestorePayload.Form> restores = Set.of();

    PartitionIntake(
            TopicPartition topicPartition,
            RecordRules rules,
            Optional<RecordAdmission> admission,
            SequenceChecker checker,
            WorkQueue queue,
            Share.Rule shares,
            boolean isOfCluster,
            SinkCounters counters,
            TaskClock clock) {
        this.topicPartition = topicPartition;
        this.rules = rules;
        this.admission = admission;
        this.checker = checker;
        this.queue = queue;
        this.shares = shares;
        this.isOfCluster = isOfCluster;
        this.counters = counters;
        this.clock = clock;
    }

    /**
     * Whether the partition is done with a record without reading it; empty if it has to be read.
     *
     * @param fits whether the task's buffer has room for it
     */
    Optional<Boolean> decideUnread(ChangeRecord r, boolean fits) {
        long epoch = r.header().epoch();
        if (epoch < firstEpoch || !skippedEpochs.isEmpty() && skippedEpochs.contains(epoch)) {
            counters.increment(SinkCounter.OLDER_EPOCH);
            nextOffset = r.offset() + 1;
            return Optional.of(true);
        }
        refusedBytes = fits ? 0 : r.bytes();
        return fits ? Optional.empty() : Optional.of(false);
    }

    /**
     * The record's commands. Takes long for a large one, so the monitor is not held.
     *
     * @throws RecordRefused when its form is wrong
     */
    List<Command> parse(ChangeRecord r) {
        return r.header().isTick() ? List.of() : rules.commands(r);
    }

    /**
     * Queues a record, unless it is to be skipped.
     *
     * @return whether it was queued
     * @throws RecordRefused when it cannot be right
     */
    boolean take(ChangeRecord r, List<Command> commands) {
        OptionalLong epoch = checker.epoch();
        long sequence = checker.sequence().orElse(-1);
        Position position = checker.position();
        long offset = nextOffset;
        if (r.writer().isPresent() && epoch.isPresent() && r.header().epoch() <= epoch.getAsLong()) {
            queue.add(new WriterCheck(r, clock.nanos()));
        }
        SequenceChecker.Verdict verdict = checker.classify(r.header(), r.barrier());
        reportWait();
        if (verdict == SequenceChecker.Verdict.APPLY || verdict == SequenceChecker.Verdict.BARRIER) {
            rules.check(r, commands, verdict);
        }
        nextOffset = r.offset() + 1;
        switch (verdict) {
            case APPLY -> {
                if (commands.size() < firstCommandsDone) {
                    throw new RecordRefused(
                            "According to the ledger " + firstCommandsDone
                                    + " commands of this record are applied, but it has " + commands.size(),
                            "Have the source make a new full sync into a new topic.");
                }
                if (admission.isPresent()) {
                    add(admission.get().admitted(r, commands, partitions), epoch, sequence, position, offset);
                } else {
                    rules.checkKey(r.key().orElseThrow());
                    batchFor(epoch, sequence, position, offset, commands.size()).add(r, commands, checker.position());
                }
                firstCommandsDone = 0;
            }
            case TICK -> batchFor(epoch, sequence, position, offset, 0).addTick(r, checker.position());
            case BARRIER -> {
                Admitted admitted = atBarrier(r, commands);
                if (admitted.partitionsMeet()) {
                    queue.add(new BarrierRecord(admitted.record(), admitted.commands(), clock.nanos()));
                } else {
                    add(admitted, epoch, sequence, position, offset);
                }
                if (r.startsEpoch()) {
                    inEpoch(
                            OptionalLong.of(r.header().epoch()),
                            r.barrier().orElseThrow().partitions().size());
                }
                firstCommandsDone = 0;
            }
            case SKIP -> {
                return false;
            }
        }
        queue.grow(r.bytes());
        return true;
    }

    private Admitted atBarrier(ChangeRecord r, List<Command> commands) {
        int partition = topicPartition.partition();
        return admission.isPresent()
                ? admission.get().atBarrier(r, commands, shares, partition, partitions)
                : Admitted.atBarrier(r, commands, shares, partition, partitions);
    }

    private void add(Admitted admitted, OptionalLong epoch, long sequence, Position position, long offset) {
        admitted.record().key().ifPresent(rules::checkKey);
        batchFor(epoch, sequence, position, offset, admitted.commands().size())
                .add(admitted.record(), admitted.commands(), checker.position());
    }

    /** The batch at the end of the queue, while it takes more; else a new one. */
    private Batch batchFor(OptionalLong epoch, long sequence, Position position, long offset, int more) {
        Optional<Batch> last = queue.openBatch(more);
        if (last.isPresent()) {
            return last.get();
        }
        Batch batch = new Batch(
                epoch.orElseThrow(),
                sequence,
                firstCommandsDone,
                position,
                offset,
                clock.nanos(),
                isOfCluster ? Optional.empty() : Optional.of(restores));
        queue.add(batch);
        return batch;
    }

    /** Everything before this offset was handed to the task, or does not matter. */
    void handedUpTo(long offset) {
        handedUpTo = offset;
    }

    /** Connect has read everything before this offset, and has handed over what it does not leave out. */
    void readUpTo(long offset) {
        if (offset > handedUpTo) {
            checker.readBeyond(handedUpTo, offset);
            reportWait();
        }
    }

    private void reportWait() {
        checker.newlyWaitsFor().ifPresent(what -> LOG.warn("{}@{}: {}", topicPartition, nextOffset, what));
    }

    /** So many partitions has that epoch, 0 if unknown; without an epoch there are none. */
    void inEpoch(OptionalLong epoch, int count) {
        partitionsOf = epoch;
        partitions = count;
    }

    /** Whether it knows how many partitions that epoch has. */
    boolean knowsPartitionsOf(OptionalLong epoch) {
        return partitionsOf.equals(epoch);
    }

    /** From now on Redis takes values in these forms by RESTORE. */
    void restores(Set<RestorePayload.Form> forms) {
        restores = forms;
    }

    /** Records of these epochs, and of those before the first one, are skipped from now on. */
    void skipEpochs(Set<Long> epochs, long first) {
        skippedEpochs = epochs;
        firstEpoch = first;
    }

    /** The ledger's place: the next record is expected there. */
    void resumeAt(Outcome.Resume place) {
        firstCommandsDone = place.field().commandsDone();
        checker.resumeAt(place.epoch(), place.field().sequence(), place.field().position());
    }

    /** The consumer is set back to this offset. */
    void rewoundTo(long offset) {
        nextOffset = offset;
    }

    /** Size of the record that did not fit into the buffer; 0 if the last one did. */
    long refusedBytes() {
        return refusedBytes;
    }

    void forgetRefused() {
        refusedBytes = 0;
    }

    /** While paused nothing can arrive, so no timeout counts. */
    void restartTimeouts() {
        checker.restartTimeouts();
    }

    /** What is wrong with the records so far, if something is; see {@link TopicProblem}. */
    Optional<ConnectException> problem(String epochWriters) {
        return checker.problem().map(problem -> problem.at(topicPartition + "@" + nextOffset, epochWriters));
    }

    /** Whether records are missing; without waiting. */
    boolean isWaiting() {
        return checker.isWaiting();
    }
}
