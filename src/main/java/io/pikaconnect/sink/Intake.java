package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what is to be done with a record of one partition, by comparing it with the place where the partition stands.
 *
 * <p>The place is the ledger's after {@link #standAt}, and then that of the last record taken.
 */
final class Intake {

    enum Verdict {
        APPLY,
        BARRIER,
        TICK,
        SKIP
    }

    private final SinkCounters counters;
    private final long timeoutNanos;
    private OptionalLong epoch = OptionalLong.empty();
    private OptionalLong sequence = OptionalLong.empty();
    private Position position = Position.BEGIN;

    // Since when, and what, if nothing else has come behind it.
    private Optional<Long> holeSince = Optional.empty();
    private Optional<Long> olderSince = Optional.empty();
    private String holeAt = "";
    private final OlderRecords older;

    Intake(SinkCounters counters, long timeoutMs) {
        this.counters = counters;
        this.timeoutNanos = timeoutMs * 1_000_000;
        this.older = new OlderRecords(timeoutNanos);
    }

    /** From now on the place is this one. A hole stays open, since it is one of the topic. */
    void standAt(OptionalLong ledgerEpoch, OptionalLong ledgerSequence, Optional<Position> ledgerPosition) {
        epoch = ledgerEpoch;
        sequence = ledgerSequence;
        position = ledgerPosition.orElse(Position.BEGIN);
    }

    /** @throws IllegalArgumentException with cause and remedy, when the task has to stop */
    Verdict judge(ChangeHeader h, Optional<Barrier> barrier) {
        if (epoch.isPresent() && h.epoch() < epoch.getAsLong()) {
            older.came(h.epoch(), System.nanoTime());
        }
        boolean ofEpoch = epoch.isPresent() && h.epoch() == epoch.getAsLong();
        if (h.isTick()) {
            if (ofEpoch && sequence.isPresent() && h.sequence().equals(sequence)) {
                olderSince = Optional.empty();
                return Verdict.TICK;
            }
            counters.ticksSkipped.increment();
            return Verdict.SKIP;
        }
        long number = h.sequence().orElseThrow();
        Position at = h.position().orElseThrow();
        if (epoch.isPresent() && h.epoch() < epoch.getAsLong()) {
            counters.olderEpoch.increment();
            olderSince = olderSince.or(() -> Optional.of(System.nanoTime()));
            return Verdict.SKIP;
        }
        olderSince = Optional.empty();
        if (ofEpoch && sequence.isPresent()) {
            return ofThisEpoch(number, at, barrier.isPresent());
        }
        if (!ofEpoch && barrier.isPresent() && number == 0) {
            take(h.epoch(), number, at);
            return Verdict.BARRIER;
        }
        throw new IllegalArgumentException((ofEpoch || epoch.isEmpty()
                        ? "The partition has no place in the ledger, and this record is not the barrier that"
                                + " begins an epoch"
                        : "This record is of a newer epoch than the ledger's " + epoch.getAsLong()
                                + ", but not the barrier that begins it")
                + ": the topic's head was cut off, or the topic was made anew;"
                + "Restore the topic, or have the source make a new full sync.");
    }

    private Verdict ofThisEpoch(long number, Position at, boolean isBarrier) {
        long last = sequence.getAsLong();
        if (number <= last) {
            counters.duplicates.increment();
            return Verdict.SKIP;
        }
        if (number > last + 1) {
            counters.behindHole.increment();
            if (holeSince.isEmpty()) {
                holeSince = Optional.of(System.nanoTime());
                holeAt = "sequence " + (last + 1) + " to " + (number - 1) + " of epoch " + epoch.getAsLong();
            }
            return Verdict.SKIP;
        }
        if (at.compareTo(position) <= 0) {
            throw new IllegalArgumentException("Its sequence is the next one, but its position does not lie behind "
                    + position + ": two sets of rules wrote this topic;"
                    + "Have the source make a new full sync into a new topic.");
        }
        take(epoch.getAsLong(), number, at);
        return isBarrier ? Verdict.BARRIER : Verdict.APPLY;
    }

    private void take(long takenEpoch, long number, Position at) {
        epoch = OptionalLong.of(takenEpoch);
        sequence = OptionalLong.of(number);
        position = at;
        holeSince = Optional.empty();
    }

    /** What has been wrong with the topic for too long, if anything has. */
    Optional<String> overdue() {
        long now = System.nanoTime();
        if (holeSince.filter(t -> now - t >= timeoutNanos).isPresent()) {
            return Optional.of("Records are missing in the topic: " + holeAt + ", and did not come within "
                    + timeoutNanos / 1_000_000 + " ms");
        }
        if (olderSince.filter(t -> now - t >= timeoutNanos).isPresent()) {
            return Optional.of("For " + timeoutNanos / 1_000_000
                    + " ms only records of an older epoch than the ledger's " + epoch.getAsLong() + " have come");
        }
        if (older.keepComing()) {
            return Optional.of("For " + timeoutNanos / 1_000_000 + " ms records of the older epoch " + older.epoch()
                    + " have kept coming beside those of epoch " + epoch.getAsLong()
                    + ": two sources write this topic;Find out which connector is the second one, delete it or give it another"
                    + " topic.prefix, and restart this task.");
        }
        return Optional.empty();
    }

    /** Nothing could be read meanwhile, so nothing was late. */
    void excuse() {
        holeSince = holeSince.map(t -> System.nanoTime());
        olderSince = olderSince.map(t -> System.nanoTime());
        older.excuse();
    }

    boolean isWaiting() {
        return holeSince.isPresent() || olderSince.isPresent();
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
