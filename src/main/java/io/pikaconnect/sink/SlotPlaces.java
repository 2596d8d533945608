package io.pikaconnect.sink;

import io.pikaconnect.redis.SlotMap;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the slots of a partition are in an epoch, as far as the task knows; their ledgers decide. The sender's thread only.
 */
final class SlotPlaces {

    private static final long NONE = -1;

    private final long epoch;
    private final int partition;
    private final int partitions;
    private final long[] sequences = new long[SlotMap.SLOTS];
    private final int[] done = new int[SlotMap.SLOTS];

    /** For the command that is next in a slot, after it failed. */
    private final Map<Integer, Policy.OnConflict> policies = new HashMap<>();

    /** The control ledger is in this epoch, or a later one. */
    private long controlEpoch;

    private Optional<SlotMark> end = Optional.empty();
    private Optional<SlotMap> readUnder = Optional.empty();
    private long moves;
    private final BitSet passedOn = new BitSet();
    private String writer = ScriptValues.NONE;
    private boolean wasFresh;

    /** No slot is in the epoch yet. */
    SlotPlaces(long epoch, int partition, int partitions) {
        this.epoch = epoch;
        this.partition = partition;
        this.partitions = partitions;
        Arrays.fill(sequences, NONE);
    }

    long epoch() {
        return epoch;
    }

    /** How many the epoch has. */
    int partitions() {
        return partitions;
    }

    /** How often a slot was found at another place than before. */
    long moves() {
        return moves;
    }

    /** Other partitions have begun a later epoch. */
    void othersAreIn(long epochOfControl) {
        controlEpoch = Math.max(controlEpoch, epochOfControl);
    }

    /** Whether nothing of an epoch after this one is applied, since others have passed on to a later one. */
    boolean isVoid(long otherEpoch) {
        return otherEpoch > epoch && otherEpoch < controlEpoch;
    }

    /** That partition has begun a later epoch. */
    void passesOn(int other) {
        passedOn.set(other);
    }

    /** Whether that partition does nothing of this epoch any more. */
    boolean hasPassedOn(int other) {
        return passedOn.get(other);
    }

    IntStream slots() {
        return IntStream.iterate(partition, slot -> slot < SlotMap.SLOTS, slot -> slot + partitions);
    }

    boolean has(int slot) {
        return slot % partitions == partition;
    }

    /** Of the last record applied; -1 if the slot is not in the epoch. */
    long sequence(int slot) {
        return sequences[slot];
    }

    /** Commands done of the slot's next record. */
    int done(int slot) {
        return done[slot];
    }

    Optional<Policy.OnConflict> policy(int slot) {
        return Optional.ofNullable(policies.get(slot));
    }

    void setPolicy(int slot, Optional<Policy.OnConflict> policy) {
        policy.ifPresentOrElse(p -> policies.put(slot, p), () -> policies.remove(slot));
    }

    void isAt(int slot, SlotPlace place) {
        if (sequences[slot] != place.sequence() || done[slot] != place.done()) {
            policies.remove(slot);
            moves++;
        }
        sequences[slot] = place.sequence();
        done[slot] = place.done();
    }

    /** Everything before this is applied in every slot; empty while that is not known. */
    Optional<SlotMark> end() {
        return end;
    }

    /** Of the epoch, as the control ledger has it. */
    String writer() {
        return writer;
    }

    void setWriter(String text) {
        writer = text;
    }

    /** The partition is fresh; returns whether that is new. */
    boolean becomesFresh() {
        boolean isNew = !wasFresh;
        wasFresh = true;
        return isNew;
    }

    /** Which node had which slot when the ledgers were read, or compared; empty if they were not. */
    Optional<SlotMap> readUnder() {
        return readUnder;
    }

    void setReadUnder(SlotMap slots) {
        readUnder = Optional.of(slots);
    }

    /** Whether the ledger of a slot lacks something that the task knows to have been there. */
    boolean isBehind(int slot, Optional<SlotPlace> place) {
        return sequences[slot] != NONE
                && place.filter(p -> p.epoch() == epoch
                                && (p.sequence() > sequences[slot]
                                        || p.sequence() == sequences[slot] && p.done() >= done[slot]))
                        .isEmpty();
    }

    void setEnd(SlotMark mark) {
        end = Optional.of(mark);
    }
}
