package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records and ticks of one partition that one call of the script applies, already in the form of its arguments.
 *
 * <p>For each entry, flat, as text:
 *
 * <pre>
 * commands   how many; 0 for a tick; negative where the key's deadline has to be looked at first
 * time       source time in ms; - in the snapshot
 * key        only where commands is negative
 *            then for each command: its number of arguments, negative where the script has an operation for it;
 *            the arguments
 * </pre>
 *
 * <p>Filled by the task's thread, then only read by a sender's.
 */
final class Batch implements Work {

    private record Entry(Incoming record, List<Command> commands) {}

    private static final byte[][] SMALL = small();
    private static final byte[] SNAPSHOT = Resp.bytes("-");

    private final long epoch;
    private final long sequence;
    private final int done;
    private final String firstPolicy;
    private final List<Entry> entries = new ArrayList<>();
    private final List<byte[]> args = new ArrayList<>();
    private final StringBuilder places = new StringBuilder();
    private final String begin;
    private String place;
    private boolean hasChange;
    private int commands;
    private long bytes;
    private long lastTime = -1;
    private byte[] lastTimeText = SNAPSHOT;

    /**
     * @param sequence where the ledger stands, in this epoch
     * @param done how many commands of the first record are applied already
     * @param place position and offset of the ledger: {@code b/3/210276/0 1042}
     */
    Batch(long epoch, long sequence, int done, String place) {
        this(epoch, sequence, done, place, "-");
    }

    private Batch(long epoch, long sequence, int done, String place, String firstPolicy) {
        this.epoch = epoch;
        this.sequence = sequence;
        this.done = done;
        this.begin = place;
        this.place = place;
        this.firstPolicy = firstPolicy;
    }

    static String place(Position position, long offset) {
        return position + " " + offset;
    }

    void add(Incoming record, List<Command> all, Position position) {
        List<Command> rest = hasChange ? all : all.subList(done, all.size());
        hasChange = true;
        boolean meetsClock = record.header().position().orElse(Position.BEGIN).phase() == Position.Phase.BINLOG
                && rest.size() == all.size()
                && !CommandRules.replacesKey(rest.get(0));
        args.add(number(meetsClock ? -rest.size() : rest.size()));
        args.add(time(record));
        if (meetsClock) {
            args.add(record.key().orElseThrow());
        }
        for (Command command : rest) {
            boolean operation = CommandRules.isOperation(command);
            args.add(number(operation ? -command.size() : command.size()));
            args.addAll(command.args());
        }
        commands += rest.size();
        close(record, all, position);
    }

    void addTick(Incoming tick, Position position) {
        args.add(number(0));
        args.add(time(tick));
        close(tick, List.of(), position);
    }

    private void close(Incoming record, List<Command> all, Position position) {
        entries.add(new Entry(record, all));
        bytes += record.bytes();
        place = place(position, record.offset() + 1);
        places.append(place).append('\n');
    }

    /**
     * What is left of it behind an error.
     *
     * @param entry the entry that failed
     * @param command the command that failed, counted from the record's first
     * @param policy what is done if that very command fails again, {@code -} for what the config says
     */
    Batch from(int entry, int command, String policy) {
        long passed = entries.subList(0, entry).stream()
                .filter(e -> !e.commands.isEmpty())
                .count();
        String before = entry == 0 ? begin : places.toString().split("\n")[entry - 1];
        Batch rest = new Batch(epoch, sequence + passed, command, before, policy);
        for (Entry e : entries.subList(entry, entries.size())) {
            Position position = e.record
                    .header()
                    .position()
                    .orElseGet(() -> Position.parse(rest.place.split(" ")[0]));
            if (e.commands.isEmpty()) {
                rest.addTick(e.record, position);
            } else {
                rest.add(e.record, e.commands, position);
            }
        }
        return rest;
    }

    /** The policy of the very first command still holds, if the error was met there. */
    String policyAt(int entry, int command) {
        return entry == 0 && command == done ? firstPolicy : "-";
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

    int done() {
        return done;
    }

    String firstPolicy() {
        return firstPolicy;
    }

    int commands() {
        return commands;
    }

    String place() {
        return place;
    }

    String places() {
        return places.toString();
    }

    List<byte[]> args() {
        return args;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    private byte[] time(Incoming record) {
        if (record.header().position().orElse(Position.binlog(0, 0, 0)).phase() == Position.Phase.SNAPSHOT) {
            return SNAPSHOT;
        }
        if (record.header().timeMs() != lastTime) {
            lastTime = record.header().timeMs();
            lastTimeText = Resp.bytes(String.valueOf(lastTime));
        }
        return lastTimeText;
    }

    private static byte[] number(int n) {
        return n >= -16 && n < 16 ? SMALL[n + 16] : Resp.bytes(String.valueOf(n));
    }

    private static byte[][] small() {
        byte[][] all = new byte[32][];
        for (int i = 0; i < all.length; i++) {
            all[i] = Resp.bytes(String.valueOf(i - 16));
        }
        return all;
    }
}
