package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Slices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Packs the entries of a {@link Batch} as the script reads them, by {@link MessagePackWriter}.
 *
 * <p>The values are flat; neighbours of the same shape and time share its head, so that Redis has less to read:
 *
 * <pre>
 * S records time             key value …        SET of each key, three at least
 * C time words               for each record: words of the next one, 0 after the last; its command, in lower case.
 *                            Where the words are negative a deadline stands before the command, and is set after it
 * D records                  key deadline payload …   of the snapshot, as {@link RestorePayload} has it; {@code -}: no deadline
 * R commands time meets [key]  for each command: number of its words, the words
 * T records sequences time   ticks, which have no sequences, or records of which nothing is to be applied
 * </pre>
 *
 * <p>Times and deadlines are in ms, as text; a time is {@code -} in the snapshot. The script compares a key's deadline with
 * the time before a command of C; of R only where {@code meets} is 1, and the key is the word after it.
 */
final class BatchPacker {

    private static final byte[] SHAPE_S = {'S'};
    private static final byte[] SHAPE_C = {'C'};
    private static final byte[] SHAPE_D = {'D'};
    private static final byte[] SHAPE_R = {'R'};
    private static final byte[] SHAPE_T = {'T'};
    private static final byte[] NONE = Resp.bytes(ScriptValues.NONE);

    /** As time. */
    private static final byte[] SNAPSHOT = NONE;

    /** For fewer SETs the head of a shape costs Redis more than one MSET saves. */
    private static final int LEAST_SETS = 3;

    private final Optional<RestorePayload> payload;
    private final MessagePackWriter packed = new MessagePackWriter();
    private final List<Batch.Entry> sets = new ArrayList<>(LEAST_SETS);
    private byte[] setsTime = SNAPSHOT;
    private long lastTime = -1;
    private byte[] lastTimeText = SNAPSHOT;

    // The shape at the end, which the next record may join.
    private char shape = ' ';
    private byte[] shapeTime = SNAPSHOT;

    /** Where S, D and T have the number of their records, C the words of the next one. */
    private int shapeCount;

    /** Where T has the number of their sequences. */
    private int sequencesCount;

    private int shapeRecords;

    /** @param restores the forms that records of the snapshot may have in the shape D */
    BatchPacker(Set<RestorePayload.Form> restores) {
        this.payload = restores.isEmpty() ? Optional.empty() : Optional.of(new RestorePayload(restores));
    }

    /** Adds an entry of whose record nothing is applied yet. */
    void add(Batch.Entry entry) {
        byte[] time = time(entry);
        if (isPlainSet(entry)) {
            addSet(entry, time);
            return;
        }
        addWaitingSets();
        List<Command> commands = entry.commands();
        if (commands.isEmpty()) {
            addIdle(' ', 0, time);
        } else if (payload.isPresent() && entry.record().isSnapshot() && addRestored(commands, payload.get())) {
            return;
        } else if (CommandRules.isPlain(commands) && commands.size() == 1) {
            join(time, commands.get(0).size());
            addLowerCase(commands.get(0));
        } else if (CommandRules.isPlain(commands)) {
            join(time, -commands.get(0).size());
            add(commands.get(1), 2);
            addLowerCase(commands.get(0));
        } else if (LeftOut.isAll(commands)) {
            addLeftOut(time);
        } else {
            addMixed(entry, 0);
        }
    }

    /** All that was added; nothing may be added after this. */
    byte[] toBytes() {
        addWaitingSets();
        return packed.toBytes();
    }

    private static boolean isPlainSet(Batch.Entry entry) {
        return entry.commands().size() == 1
                && CommandRules.isPlainSet(entry.commands().get(0));
    }

    /** The first ones wait until it is known whether there are enough for the shape S. */
    private void addSet(Batch.Entry entry, byte[] time) {
        if (shape == 'S' && shapeTime == time) {
            packed.replace(shapeCount, ++shapeRecords);
            addKeyAndValue(entry);
            return;
        }
        if (setsTime != time) {
            addWaitingSets();
            setsTime = time;
        }
        sets.add(entry);
        if (sets.size() == LEAST_SETS) {
            shape = 'S';
            shapeTime = time;
            shapeRecords = LEAST_SETS;
            packed.add(SHAPE_S);
            shapeCount = packed.add(shapeRecords);
            packed.add(time);
            sets.forEach(this::addKeyAndValue);
            sets.clear();
        }
    }

    private void addKeyAndValue(Batch.Entry entry) {
        Command set = entry.commands().get(0);
        add(set, 1);
        add(set, 2);
    }

    private void addWaitingSets() {
        for (Batch.Entry entry : sets) {
            join(setsTime, 3);
            addLowerCase(entry.commands().get(0));
        }
        sets.clear();
    }

    /** The head of a record of shape C: in the shape that is open, or in a new one. */
    private void join(byte[] time, int words) {
        if (shape == 'C' && shapeTime == time) {
            packed.replace(shapeCount, words);
        } else {
            shape = 'C';
            shapeTime = time;
            packed.add(SHAPE_C);
            packed.add(time);
            packed.add(words);
        }
        shapeCount = packed.add(0);
    }

    private void addLowerCase(Command command) {
        packed.add(CommandRules.name(command).bytes());
        for (int i = 1; i < command.size(); i++) {
            add(command, i);
        }
    }

    private void add(Command command, int argument) {
        if (command.args() instanceof Slices args) {
            packed.add(args.bytes(), args.begin(argument), args.length(argument));
        } else {
            packed.add(command.args().get(argument));
        }
    }

    private void addLeftOut(byte[] time) {
        if (shape == 'T' && shapeTime == time) {
            packed.replace(shapeCount, ++shapeRecords);
            packed.replace(sequencesCount, shapeRecords);
        } else {
            addIdle('T', 1, time);
        }
    }

    /** @param kind 'T' if the next record may join */
    private void addIdle(char kind, int sequences, byte[] time) {
        shape = kind;
        shapeTime = time;
        shapeRecords = 1;
        packed.add(SHAPE_T);
        shapeCount = packed.add(shapeRecords);
        sequencesCount = packed.add(sequences);
        packed.add(time);
    }

    /** Whether there is a payload for the record's commands, which then is added. */
    private boolean addRestored(List<Command> commands, RestorePayload restored) {
        boolean hasDeadline = commands.size() == 2 && CommandRules.isDeadlineAfter(commands.get(0), commands.get(1));
        if (commands.size() > 1 && !hasDeadline || !restored.encode(commands.get(0))) {
            return false;
        }
        if (shape == 'D') {
            packed.replace(shapeCount, ++shapeRecords);
        } else {
            shape = 'D';
            shapeRecords = 1;
            packed.add(SHAPE_D);
            shapeCount = packed.add(shapeRecords);
        }
        add(commands.get(0), 1);
        if (hasDeadline) {
            add(commands.get(1), 2);
        } else {
            packed.add(NONE);
        }
        packed.add(restored.bytes(), 0, restored.size());
        return true;
    }

    /** Adds a record by itself, without the commands that are applied already. */
    void addMixed(Batch.Entry entry, int commandsDone) {
        shape = 'R';
        List<Command> rest =
                entry.commands().subList(commandsDone, entry.commands().size());
        boolean meets = commandsDone == 0
                && entry.record().key().isPresent()
                && !entry.record().isSnapshot()
                && !CommandRules.replacesKey(rest.get(0));
        packed.add(SHAPE_R);
        packed.add(rest.size());
        packed.add(time(entry));
        packed.add(meets ? 1 : 0);
        if (meets) {
            packed.add(entry.record().key().orElseThrow());
        }
        for (Command command : rest) {
            packed.add(command.size());
            for (int i = 0; i < command.size(); i++) {
                add(command, i);
            }
        }
    }

    /** The same array for the same time, as long as no other one comes. */
    private byte[] time(Batch.Entry entry) {
        if (entry.record().isSnapshot()) {
            return SNAPSHOT;
        }
        long time = entry.record().header().timeMs();
        if (time != lastTime) {
            lastTime = time;
            lastTimeText = Resp.bytes(String.valueOf(time));
        }
        return lastTimeText;
    }
}
