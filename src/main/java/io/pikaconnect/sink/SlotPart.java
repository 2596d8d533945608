package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Slices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one slot gets of a batch, as slots.lua reads it: the values are flat, by {@link MessagePackWriter}.
 *
 * <pre>
 * slot    tag; epoch, sequence and commands done where its ledger must be, as text with a space after each; that sequence and
 *         commands done once more; policy for the very first command or {@code -}; records; their length in bytes; the records
 * record  entry; sequence; source time in ms, -1 in the snapshot; words; then, if words is
 *         more than 0   so many words: a command, its name in lower case
 *         less than 0   a deadline, and so many words: a command after which it is set
 *         2^31 - 1      key; deadline or {@code -}; payload, as {@link RestorePayload} has it
 *         0             1 if a key follows that is compared with the time first, else 0; [key]; commands, with those that are done
 *                       already; for each that is not: number of its words, the words
 * </pre>
 */
final class SlotPart {

    private static final long SNAPSHOT = -1;
    private static final byte[] NONE = bytes(ScriptValues.NONE);
    private static final int RESTORED = Integer.MAX_VALUE;

    /** @param isShare of a record over several slots, which compares the keys itself */
    private record Item(int index, ChangeRecord record, List<Command> commands, boolean isShare) {}

    final int slot;
    private final long epoch;
    private final long sequence;
    private final int done;
    private final Optional<Policy.OnConflict> policy;
    private final List<Item> items = new ArrayList<>(1);

    SlotPart(int slot, SlotPlaces places) {
        this.slot = slot;
        this.epoch = places.epoch();
        this.sequence = places.sequence(slot);
        this.done = places.done(slot);
        this.policy = places.policy(slot);
    }

    /** @param index of the entry in the batch */
    void add(int index, Batch.Entry entry) {
        items.add(new Item(index, entry.record(), entry.commands(), false));
    }

    /** The same of a record over several slots: its share. */
    void add(int index, ChangeRecord record, List<Command> share) {
        items.add(new Item(index, record, share, true));
    }

    int records() {
        return items.size();
    }

    /** Where the slot is when all of it is applied. */
    SlotPlace end() {
        ChangeRecord last = items.get(items.size() - 1).record;
        return new SlotPlace(epoch, sequence(last), 0, Math.max(0, time(last)));
    }

    /** Whether a value of it may be restored. */
    boolean hasSnapshot() {
        return items.get(0).record.isSnapshot();
    }

    /** @param payload of values that the node takes by RESTORE */
    void addTo(MessagePackWriter packed, Optional<RestorePayload> payload) {
        packed.add(SlotTags.bytes(slot));
        packed.add(bytes(epoch + " " + sequence + " " + done + " "));
        packed.add(sequence);
        packed.add(done);
        packed.add(policy.map(p -> bytes(p.word())).orElse(NONE));
        packed.add(items.size());
        int length = packed.add(0);
        int begin = packed.size();
        boolean isFirst = true;
        for (Item item : items) {
            add(packed, item, isFirst, payload);
            isFirst = false;
        }
        packed.replace(length, packed.size() - begin);
    }

    private void add(MessagePackWriter packed, Item item, boolean isFirst, Optional<RestorePayload> payload) {
        packed.add(item.index);
        packed.add(sequence(item.record));
        packed.add(time(item.record));
        List<Command> commands = item.commands;
        boolean isBegun = isFirst && (done > 0 || policy.isPresent());
        if (item.isShare || isBegun || !CommandRules.isPlain(commands)) {
            packed.add(0);
            addCommands(packed, item, isFirst ? done : 0);
            return;
        }
        Command first = commands.get(0);
        if (item.record.isSnapshot() && payload.filter(its -> its.encode(first)).isPresent()) {
            packed.add(RESTORED);
            add(packed, first, 1);
            if (commands.size() == 1) {
                packed.add(NONE);
            } else {
                add(packed, commands.get(1), 2);
            }
            packed.add(payload.get().bytes(), 0, payload.get().size());
            return;
        }
        if (commands.size() == 1) {
            packed.add(first.size());
        } else {
            packed.add(-first.size());
            add(packed, commands.get(1), 2);
        }
        packed.add(CommandRules.name(first).bytes());
        for (int i = 1; i < first.size(); i++) {
            add(packed, first, i);
        }
    }

    private static void addCommands(MessagePackWriter packed, Item item, int commandsDone) {
        List<Command> rest = item.commands.subList(commandsDone, item.commands.size());
        boolean meets = !item.isShare
                && item.record.key().isPresent()
                && commandsDone == 0
                && !item.record.isSnapshot()
                && !CommandRules.replacesKey(rest.get(0));
        packed.add(meets ? 1 : 0);
        if (meets) {
            packed.add(item.record.key().get());
        }
        packed.add(item.commands.size());
        for (Command command : rest) {
            packed.add(command.size());
            for (int i = 0; i < command.size(); i++) {
                add(packed, command, i);
            }
        }
    }

    private static void add(MessagePackWriter packed, Command command, int argument) {
        if (command.args() instanceof Slices args) {
            packed.add(args.bytes(), args.begin(argument), args.length(argument));
        } else {
            packed.add(command.args().get(argument));
        }
    }

    private static long sequence(ChangeRecord record) {
        return record.header().sequence().getAsLong();
    }

    private static long time(ChangeRecord record) {
        return record.isSnapshot() ? SNAPSHOT : record.header().timeMs();
    }
}
