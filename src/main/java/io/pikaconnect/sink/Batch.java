package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records and ticks of one partition that one call of the script applies, already {@link MessagePackWriter} as it reads them.
 *
 * <p>The values are flat; neighbours of the same shape share its head, so that Redis has less to read:
 *
 * <pre>
 * S records time                    key value …            SET of each key
 * X records time                    key value deadline …   SET and PEXPIREAT of each key
 * C time meets name arguments       for each record: how many arguments the next one has, 0 after the last; its own
 * R commands time meets [key]       for each command: number of its words, the words
 * T time                            tick
 * </pre>
 *
 * <p>Times and deadlines are in ms, as text; a time is {@code -} in the snapshot. {@code meets} is 1 where the key's
 * deadline is to be compared with the time first; the key is then the first argument, in R the word after it.
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

    /** @param after the place after it */
    private record Entry(ChangeRecord record, List<Command> commands, Place after) {}

    private static final byte[] SHAPE_S = {'S'};
    private static final byte[] SHAPE_X = {'X'};
    private static final byte[] SHAPE_C = {'C'};
    private static final byte[] SHAPE_R = {'R'};
    private static final byte[] SHAPE_T = {'T'};
    private static final byte[] SNAPSHOT = Resp.bytes("-");

    private final long epoch;
    private final long sequence;
    private final int commandsDone;
    private final Optional<Policy.OnConflict> firstPolicy;
    private final List<Entry> entries = new ArrayList<>();
    private final MessagePackWriter packed = new MessagePackWriter();
    private final StringBuilder entryPlaces = new StringBuilder();
    private final Place begin;
    private final long since;
    private Place end;
    private boolean hasChange;
    private int commands;
    private int ticks;
    private long bytes;
    private long payload;
    private long lastTime = -1;
    private byte[] lastTimeText = SNAPSHOT;

    // The shape at the end, which the next record may join: where its count is, or that of the next record's arguments.
    private char shape = ' ';
    private int shapeCount;
    private int shapeRecords;
    private boolean shapeChecksDeadline;
    private byte[] shapeName = SNAPSHOT;
    private byte[] shapeTime = SNAPSHOT;

    /**
     * @param sequence of the ledger, in this epoch
     * @param commandsDone how many commands of the first record are applied already
     * @param position the ledger's
     * @param offset the ledger's
     * @param sinceNanos when its first record came
     */
    Batch(long epoch, long sequence, int commandsDone, Position position, long offset, long sinceNanos) {
        this(epoch, sequence, commandsDone, position, offset, sinceNanos, Optional.empty());
    }

    private Batch(
            long epoch,
            long sequence,
            int commandsDone,
            Position position,
            long offset,
            long sinceNanos,
            Optional<Policy.OnConflict> firstPolicy) {
        this.since = sinceNanos;
        this.epoch = epoch;
        this.sequence = sequence;
        this.commandsDone = commandsDone;
        this.begin = new Place(position, offset);
        this.end = begin;
        this.firstPolicy = firstPolicy;
    }

    void add(ChangeRecord record, List<Command> all, Position position) {
        List<Command> rest = hasChange ? all : all.subList(commandsDone, all.size());
        hasChange = true;
        boolean whole = rest.size() == all.size();
        boolean checksDeadline = whole
                && record.header().position().orElse(Position.BEGIN).phase() == Position.Phase.BINLOG
                && !CommandRules.replacesKey(rest.get(0));
        byte[] time = time(record);
        Command first = all.get(0);
        boolean general = !whole || firstPolicy.isPresent();
        if (!general && all.size() == 1 && CommandRules.isPlainSet(first)) {
            joinSets('S', time);
            packed.add(first.args().get(1));
            packed.add(first.args().get(2));
        } else if (!general
                && all.size() == 2
                && CommandRules.isPlainSet(first)
                && CommandRules.isPexpireat(all.get(1))) {
            joinSets('X', time);
            packed.add(first.args().get(1));
            packed.add(first.args().get(2));
            packed.add(all.get(1).args().get(2));
        } else if (!general && all.size() == 1 && first.size() > 1 && !CommandRules.isOperation(first)) {
            joinSameCommand(time, first, checksDeadline);
        } else {
            addMixed(record, rest, time, checksDeadline);
        }
        commands += rest.size();
        addEntry(record, all, position);
    }

    private void addMixed(ChangeRecord record, List<Command> rest, byte[] time, boolean checksDeadline) {
        shape = 'R';
        packed.add(SHAPE_R);
        packed.add(rest.size());
        packed.add(time);
        packed.add(checksDeadline ? 1 : 0);
        if (checksDeadline) {
            packed.add(record.key().orElseThrow());
        }
        for (Command command : rest) {
            packed.add(command.size());
            command.args().forEach(packed::add);
        }
    }

    /** One more of the shape S or X that the last one had, or the head of a new one. */
    private void joinSets(char wanted, byte[] time) {
        if (shape == wanted && shapeTime == time) {
            packed.replace(shapeCount, ++shapeRecords);
            return;
        }
        shape = wanted;
        shapeTime = time;
        shapeRecords = 1;
        packed.add(wanted == 'S' ? SHAPE_S : SHAPE_X);
        shapeCount = packed.add(1);
        packed.add(time);
    }

    private void joinSameCommand(byte[] time, Command command, boolean checksDeadline) {
        byte[] name = command.args().get(0);
        int arguments = command.size() - 1;
        if (shape == 'C'
                && shapeTime == time
                && shapeChecksDeadline == checksDeadline
                && Arrays.equals(shapeName, name)) {
            packed.replace(shapeCount, arguments);
        } else {
            shape = 'C';
            shapeTime = time;
            shapeChecksDeadline = checksDeadline;
            shapeName = name;
            packed.add(SHAPE_C);
            packed.add(time);
            packed.add(checksDeadline ? 1 : 0);
            packed.add(name);
            packed.add(arguments);
        }
        shapeCount = packed.add(0);
        for (int i = 1; i <= arguments; i++) {
            packed.add(command.args().get(i));
        }
    }

    void addTick(ChangeRecord tick, Position position) {
        shape = 'T';
        packed.add(SHAPE_T);
        packed.add(time(tick));
        ticks++;
        addEntry(tick, List.of(), position);
    }

    private void addEntry(ChangeRecord record, List<Command> all, Position position) {
        end = new Place(position, record.offset() + 1);
        entries.add(new Entry(record, all, end));
        bytes += record.bytes();
        payload += record.payload();
        entryPlaces.append(position).append(' ').append(end.offset).append('\n');
    }

    /**
     * What remains of it after an error.
     *
     * @param entry the entry that failed
     * @param command the command that failed, counted from the record's first
     * @param policy for that command when it is run again; empty: as configured
     */
    Batch remainderFrom(int entry, int command, Optional<Policy.OnConflict> policy) {
        long passed = entries.subList(0, entry).stream()
                .filter(e -> !e.commands.isEmpty())
                .count();
        Place before = entry == 0 ? begin : entries.get(entry - 1).after;
        Batch rest = new Batch(epoch, sequence + passed, command, before.position, before.offset, since, policy);
        for (Entry e : entries.subList(entry, entries.size())) {
            Position position = e.record.header().position().orElse(rest.end.position);
            if (e.commands.isEmpty()) {
                rest.addTick(e.record, position);
            } else {
                rest.add(e.record, e.commands, position);
            }
        }
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
        return entries.get(entry).commands.get(command);
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

    /** How many of its entries are ticks. */
    int ticks() {
        return ticks;
    }

    String endPlace() {
        return end.toString();
    }

    String entryPlaces() {
        return entryPlaces.toString();
    }

    /** The entries, as the script reads them. */
    byte[] packed() {
        return packed.toBytes();
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

    private byte[] time(ChangeRecord record) {
        if (record.header().position().orElse(Position.binlog(0, 0, 0)).phase() == Position.Phase.SNAPSHOT) {
            return SNAPSHOT;
        }
        if (record.header().timeMs() != lastTime) {
            lastTime = record.header().timeMs();
            lastTimeText = Resp.bytes(String.valueOf(lastTime));
        }
        return lastTimeText;
    }
}
