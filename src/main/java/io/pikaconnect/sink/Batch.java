package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records and ticks of one partition that one call of the script applies.
 *
 * <p>Filled by the task's thread, then only read by a sender's.
 */
final class Batch implements Work {

    /** A place in the topic: position of the last record, Kafka offset of the next one. */
    private record Place(Position position, long offset) {

        @Override
        public String toString() {
            return position + " " + offset;
        }
    }

    /**
     * @param commands none for a tick
     * @param position after it
     */
    record Entry(ChangeRecord record, List<Command> commands, Position position) {

        boolean isTick() {
            return commands.isEmpty();
        }

        /** Whether no key has anything to do with it. */
        boolean hasNoKeys() {
            return isTick() || LeftOut.isAll(commands);
        }

        private Place place() {
            return new Place(position, record.offset() + 1);
        }
    }

    private static final int PLACE_LENGTH = 1 + 3 * Long.BYTES + Integer.BYTES;

    private final long epoch;
    private final long sequence;
    private final int commandsDone;
    private final Optional<Policy.OnConflict> firstPolicy;
    private final List<Entry> entries;
    private final Optional<Set<RestorePayload.Form>> restores;
    private final Optional<BatchPacker> packer;
    private final Place begin;
    private final long since;
    private int commands;
    private int ticks;
    private int shares;
    private volatile Optional<ShareWait> shareWait = Optional.empty();
    private long bytes;
    private long payload;

    /**
     * @param sequence of the ledger, in this epoch
     * @param commandsDone how many commands of the first record are applied already
     * @param position the ledger's
     * @param offset the ledger's
     * @param sinceNanos when its first record came
     * @param restores the forms in which Redis takes values by RESTORE; empty in a cluster, for which each slot's part is packed
     */
    Batch(
            long epoch,
            long sequence,
            int commandsDone,
            Position position,
            long offset,
            long sinceNanos,
            Optional<Set<RestorePayload.Form>> restores) {
        this(epoch, sequence, commandsDone, new Place(position, offset), sinceNanos, Optional.empty(), restores);
    }

    private Batch(
            long epoch,
            long sequence,
            int commandsDone,
            Place begin,
            long sinceNanos,
            Optional<Policy.OnConflict> firstPolicy,
            Optional<Set<RestorePayload.Form>> restores) {
        this.since = sinceNanos;
        this.epoch = epoch;
        this.sequence = sequence;
        this.commandsDone = commandsDone;
        this.begin = begin;
        this.firstPolicy = firstPolicy;
        this.entries = new ArrayList<>();
        this.restores = restores;
        this.packer = restores.map(BatchPacker::new);
    }

    /** @param position of the last record up to this one, which it is itself unless it is a tick */
    void add(ChangeRecord record, List<Command> all, Position position) {
        add(new Entry(record, all, position));
    }

    void addTick(ChangeRecord tick, Position position) {
        add(new Entry(tick, List.of(), position));
    }

    private void add(Entry entry) {
        boolean isFirstChange = entries.size() == ticks && !entry.isTick();
        entries.add(entry);
        if (isFirstChange && (commandsDone > 0 || firstPolicy.isPresent())) {
            packer.ifPresent(its -> its.addMixed(entry, commandsDone));
            commands -= commandsDone;
        } else {
            packer.ifPresent(its -> its.add(entry));
        }
        ticks += entry.isTick() ? 1 : 0;
        commands += entry.commands.size();
        shares += Share.count(entry.commands);
        bytes += entry.record.bytes();
        payload += entry.record.payload();
    }

    /**
     * What remains of it after an error.
     *
     * @param entry the entry that failed
     * @param command the command that failed, counted from the record's first
     * @param policy for that command when it is run again; empty: as configured
     */
    Batch remainderFrom(int entry, int command, Optional<Policy.OnConflict> policy) {
        return part(entry, entries.size(), command, policy);
    }

    /** What remains of it from that entry on, in batches of at most so many entries. */
    List<Batch> partsFrom(int entry, int most) {
        List<Batch> parts = new ArrayList<>();
        for (int from = entry; from < entries.size(); from += most) {
            int done = from == 0 ? commandsDone : 0;
            parts.add(part(from, Math.min(entries.size(), from + most), done, firstPolicyAt(from, done)));
        }
        return parts;
    }

    private Batch part(int entry, int end, int command, Optional<Policy.OnConflict> policy) {
        long passed =
                entries.subList(0, entry).stream().filter(e -> !e.isTick()).count();
        Place before = entry == 0 ? begin : entries.get(entry - 1).place();
        Batch rest = new Batch(epoch, sequence + passed, command, before, since, policy, restores);
        entries.subList(entry, end).forEach(rest::add);
        return rest;
    }

    /** The policy of the first command, which still holds if that is the one that failed. */
    Optional<Policy.OnConflict> firstPolicyAt(int entry, int command) {
        return entry == 0 && command == commandsDone ? firstPolicy : Optional.empty();
    }

    SinkRecord record(int entry) {
        return entries.get(entry).record.record();
    }

    Command command(int entry, int command) {
        return Share.shown(entries.get(entry).commands.get(command));
    }

    List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    int size() {
        return entries.size();
    }

    long epoch() {
        return epoch;
    }

    long sequence() {
        return sequence;
    }

    int commandsDone() {
        return commandsDone;
    }

    Optional<Policy.OnConflict> firstPolicy() {
        return firstPolicy;
    }

    int commands() {
        return commands;
    }

    /** The share of a command over several keys that is its entry of that number. */
    Command share(int entry) {
        return entries.get(entry).commands.get(0);
    }

    /** What its first entry waits for; empty if that is not known to wait. */
    Optional<ShareWait> shareWait() {
        return shareWait;
    }

    /** Whether what its first entry waited for has happened. */
    boolean isWoken() {
        return shareWait.filter(ShareWait::isWoken).isPresent();
    }

    void setShareWait(Optional<ShareWait> wait) {
        shareWait = wait;
    }

    /** How many of its entries are shares of commands over several keys. */
    int shares() {
        return shares;
    }

    /** How many of its entries are ticks. */
    int ticks() {
        return ticks;
    }

    String endPlace() {
        return (entries.isEmpty() ? begin : entries.get(entries.size() - 1).place()).toString();
    }

    /** The sequence of its last record. */
    long endSequence() {
        return sequence + entries.size() - ticks;
    }

    Position endPosition() {
        return entries.isEmpty() ? begin.position : entries.get(entries.size() - 1).position;
    }

    /** Kafka offset of the next record. */
    long endOffset() {
        return entries.isEmpty()
                ? begin.offset
                : entries.get(entries.size() - 1).record.offset() + 1;
    }

    /**
     * The place before an entry, in the form that slots of a cluster have it.
     *
     * @param entry its index; the batch's size for the end
     * @param clockMs newest source time up to there
     */
    SlotMark markBefore(int entry, long clockMs) {
        Place place = entry == 0 ? begin : entries.get(entry - 1).place();
        long passed =
                entries.subList(0, entry).stream().filter(e -> !e.isTick()).count();
        return new SlotMark(place.offset, sequence + passed, place.position, clockMs);
    }

    /**
     * The place after each entry, big-endian:
     *
     * <pre>
     * letter of the phase, i64 a, i64 b, i32 part, i64 offset
     * 73 0000000000000002 0000000000000417 00000000 000000000000000c                s/2/1047/0 12
     * </pre>
     */
    byte[] entryPlaces() {
        ByteBuffer places = ByteBuffer.allocate(PLACE_LENGTH * entries.size());
        for (Entry entry : entries) {
            Position at = entry.position;
            places.put(at.phase().letter())
                    .putLong(at.a())
                    .putLong(at.b())
                    .putInt(at.part())
                    .putLong(entry.record.offset() + 1);
        }
        return places.array();
    }

    /** The entries, as the script for one Redis reads them. */
    byte[] packed() {
        return packer.orElseThrow().toBytes();
    }

    /** Bytes of keys and values. */
    long payload() {
        return payload;
    }

    @Override
    public long sinceNanos() {
        return since;
    }

    @Override
    public long bytes() {
        return bytes;
    }
}
