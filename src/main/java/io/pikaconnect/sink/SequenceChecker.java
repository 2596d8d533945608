package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what is to be done with a record of one partition, by comparing it with the partition's place.
 *
 * <p>The place is the ledger's after {@link #resumeAt}, and then that of the last record that was accepted.
 */
final class SequenceChecker {

    enum Verdict {
        APPLY,
        BARRIER,
        TICK,
        SKIP
    }

    private final SinkCounters counters;
    private final TaskClock clock;
    private final long timeoutNanos;
    private final OlderEpochRecords olderEpochs;
    private OptionalLong epoch = OptionalLong.empty();
    private OptionalLong sequence = OptionalLong.empty();
    private Position position = Position.BEGIN;

    // When the problem was noticed, and which it is, if nothing else has come since.
    private Optional<Long> holeSince = Optional.empty();
    private Optional<Long> olderSince = Optional.empty();
    private Optional<Long> droppedSince = Optional.empty();
    private volatile boolean reported;
    private String holeAt = "";
    private String droppedAt = "";
    private long seenBeyond;

    SequenceChecker(SinkCounters counters, long timeoutMs, TaskClock clock) {
        this.counters = counters;
        this.clock = clock;
        this.timeoutNanos = timeoutMs * 1_000_000;
        this.olderEpochs = new OlderEpochRecords(timeoutNanos);
    }

    /** Sets the place. A hole stays open, because it is one of the topic. */
    void resumeAt(OptionalLong ledgerEpoch, OptionalLong ledgerSequence, Optional<Position> ledgerPosition) {
        epoch = ledgerEpoch;
        sequence = ledgerSequence;
        position = ledgerPosition.orElse(Position.BEGIN);
    }

    /** @throws RecordRefused when the task has to stop */
    Verdict classify(ChangeHeader h, Optional<Barrier> barrier) {
        if (epoch.isPresent() && h.epoch() < epoch.getAsLong()) {
            olderEpochs.received(h.epoch(), clock.nanos());
        }
        boolean ofEpoch = epoch.isPresent() && h.epoch() == epoch.getAsLong();
        droppedSince = Optional.empty();
        if (h.isTick()) {
            return tick(h, ofEpoch);
        }
        long number = h.sequence().orElseThrow();
        Position at = h.position().orElseThrow();
        if (epoch.isPresent() && h.epoch() < epoch.getAsLong()) {
            counters.increment(SinkCounter.OLDER_EPOCH);
            olderSince = olderSince.or(() -> Optional.of(clock.nanos()));
            return Verdict.SKIP;
        }
        olderSince = Optional.empty();
        if (ofEpoch && sequence.isPresent()) {
            return ofThisEpoch(number, at, barrier.isPresent());
        }
        if (!ofEpoch && barrier.isPresent() && number == 0) {
            accept(h.epoch(), number, at);
            return Verdict.BARRIER;
        }
        throw new RecordRefused(
                (ofEpoch || epoch.isEmpty()
                                ? "The partition has no place in the ledger, and this record is not the barrier that"
                                        + " begins an epoch"
                                : "This record is of a newer epoch than the ledger's " + epoch.getAsLong()
                                        + ", but not the barrier that begins it")
                        + ": the topic's head was cut off, or the topic was created again",
                "Restore the topic, or have the source make a new full sync.");
    }

    /** A tick repeats the sequence of the last record before it: if that is higher than the last accepted one, records are missing. */
    private Verdict tick(ChangeHeader h, boolean ofEpoch) {
        long number = h.sequence().orElse(-1);
        if (ofEpoch && sequence.isPresent()) {
            long last = sequence.getAsLong();
            if (number == last) {
                olderSince = Optional.empty();
                return Verdict.TICK;
            }
            if (number > last) {
                counters.increment(SinkCounter.AFTER_HOLE);
                noteHole(numbers(last + 1, number));
                return Verdict.SKIP;
            }
        } else if (number >= 0 && (epoch.isEmpty() || h.epoch() > epoch.getAsLong())) {
            counters.increment(SinkCounter.AFTER_HOLE);
            noteHole("the barrier that begins epoch " + h.epoch() + ", of which a tick was received");
            return Verdict.SKIP;
        }
        counters.increment(SinkCounter.TICKS_SKIPPED);
        return Verdict.SKIP;
    }

    private void noteHole(String missing) {
        if (holeSince.isEmpty()) {
            holeSince = Optional.of(clock.nanos());
            holeAt = missing;
        }
    }

    private String numbers(long first, long last) {
        return "sequence " + first + " to " + last + " of epoch " + epoch.getAsLong() + ", after position " + position;
    }

    private Verdict ofThisEpoch(long number, Position at, boolean isBarrier) {
        long last = sequence.getAsLong();
        if (number <= last) {
            counters.increment(SinkCounter.DUPLICATES);
            return Verdict.SKIP;
        }
        if (number > last + 1) {
            counters.increment(SinkCounter.AFTER_HOLE);
            noteHole(numbers(last + 1, number - 1));
            return Verdict.SKIP;
        }
        if (at.compareTo(position) <= 0) {
            throw new RecordRefused(
                    "Its sequence is the next one, but its position is not after " + position
                            + ": two versions of the source's rules wrote this topic",
                    "Have the source make a new full sync into a new topic.");
        }
        accept(epoch.getAsLong(), number, at);
        return isBarrier ? Verdict.BARRIER : Verdict.APPLY;
    }

    private void accept(long takenEpoch, long number, Position at) {
        epoch = OptionalLong.of(takenEpoch);
        sequence = OptionalLong.of(number);
        position = at;
        holeSince = Optional.empty();
    }

    /**
     * Connect has read up to the second offset but handed over only what is before the first. If the difference grows without a
     * record in between, records are being dropped; if it does not, it may be the marker that ends a transaction.
     */
    void readBeyond(long handedUpTo, long readUpTo) {
        boolean more = seenBeyond > handedUpTo && readUpTo > seenBeyond;
        seenBeyond = readUpTo;
        if (more && droppedSince.isEmpty()) {
            droppedSince = Optional.of(clock.nanos());
            droppedAt = "offsets " + handedUpTo + " to " + (readUpTo - 1);
        }
    }

    /** What has been wrong with the topic for longer than the timeout, if anything has. */
    Optional<TopicProblem> problem() {
        long ms = timeoutNanos / 1_000_000;
        if (isOverdue(holeSince)) {
            return Optional.of(new TopicProblem(
                    "Records are missing in the topic: " + holeAt + ", and did not come within " + ms + " ms",
                    "Check that the source is running and writes to this topic, and that no transformation drops"
                            + " records: what is missing can only come from the source, or with a new full sync."));
        }
        if (isOverdue(droppedSince)) {
            return Optional.of(new TopicProblem(
                    "Connect read records of the topic but did not hand them to the sink, and for " + ms
                            + " ms nothing else has come: " + droppedAt,
                    "Remove the transformation that drops records (ticks have neither key nor value, and are"
                            + " needed); with errors.tolerance=all the worker's log reports them."));
        }
        if (isOverdue(olderSince)) {
            return Optional.of(new TopicProblem(
                    "For " + ms + " ms only records of an older epoch than the ledger's " + epoch.getAsLong()
                            + " have come",
                    "Check that the source is running and writes to this topic."));
        }
        if (olderEpochs.keepComing()) {
            return Optional.of(new TopicProblem(
                    "For " + ms + " ms records of the older epoch " + olderEpochs.epoch()
                            + " have kept coming among those of epoch " + epoch.getAsLong()
                            + ": two sources write this topic",
                    "Find out which connector is the second one, delete it or give it another topic.prefix, and restart"
                            + " this task."));
        }
        return Optional.empty();
    }

    private boolean isOverdue(Optional<Long> since) {
        long now = clock.nanos();
        return since.filter(t -> now - t >= timeoutNanos).isPresent();
    }

    /** What the partition waits for, if anything. */
    private Optional<String> waitsFor() {
        if (holeSince.isPresent()) {
            return Optional.of("records are missing in the topic: " + holeAt);
        }
        if (droppedSince.isPresent()) {
            return Optional.of("Connect read records but did not hand them to the sink: " + droppedAt);
        }
        return olderSince.map(t -> "only records of an older epoch than the ledger's " + epoch.getAsLong() + " come");
    }

    /** Whether the partition waits for anything, as of the last call of {@link #newlyWaitsFor}; any thread may ask. */
    boolean isWaiting() {
        return reported;
    }

    /** What the partition began to wait for since the last call; empty if nothing. */
    Optional<String> newlyWaitsFor() {
        Optional<String> what = waitsFor();
        boolean isNew = what.isPresent() && !reported;
        reported = what.isPresent();
        return isNew ? what : Optional.empty();
    }

    /** Restarts the timeouts: while paused nothing could arrive. */
    void restartTimeouts() {
        holeSince = holeSince.map(t -> clock.nanos());
        olderSince = olderSince.map(t -> clock.nanos());
        droppedSince = droppedSince.map(t -> clock.nanos());
        olderEpochs.restartTimeouts();
    }

    OptionalLong epoch() {
        return epoch;
    }

    OptionalLong sequence() {
        return sequence;
    }

    Position position() {
        return position;
    }
}
