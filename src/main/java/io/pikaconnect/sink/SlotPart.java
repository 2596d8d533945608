package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import java.util.List;
import java.util.Optional;

/** What one slot gets of a batch, in the form that slots.lua reads. */
final class SlotPart {

    private static final byte[] SNAPSHOT = bytes("-");

    final int slot;
    private final long sequence;
    private final int done;
    private final Optional<Policy.OnConflict> policy;
    private final MessagePackWriter packed = new MessagePackWriter();
    private boolean isEmpty = true;

    SlotPart(int slot, SlotPlaces places) {
        this.slot = slot;
        this.sequence = places.sequence(slot);
        this.done = places.done(slot);
        this.policy = places.policy(slot);
    }

    /** @param index of the entry in the batch */
    void add(int index, Batch.Entry entry) {
        add(index, entry.record(), entry.commands(), entry.record().key());
    }

    /** The same of a record over several slots: its share, which compares the keys itself. */
    void add(int index, ChangeRecord record, List<Command> share) {
        add(index, record, share, Optional.empty());
    }

    private void add(int index, ChangeRecord record, List<Command> commands, Optional<byte[]> key) {
        List<Command> rest = commands.subList(isEmpty ? done : 0, commands.size());
        boolean meets = key.isPresent()
                && !(isEmpty && done > 0)
                && !record.isSnapshot()
                && !CommandRules.replacesKey(rest.get(0));
        packed.add(index);
        packed.add(bytes(String.valueOf(record.header().sequence().getAsLong())));
        packed.add(
                record.isSnapshot()
                        ? SNAPSHOT
                        : bytes(String.valueOf(record.header().timeMs())));
        packed.add(meets ? 1 : 0);
        if (meets) {
            packed.add(key.get());
        }
        packed.add(commands.size());
        for (Command command : rest) {
            packed.add(command.size());
            command.args().forEach(packed::add);
        }
        isEmpty = false;
    }

    void addTo(List<byte[]> args) {
        args.addAll(ScriptValues.texts(
                SlotTags.of(slot),
                sequence,
                done,
                policy.map(Policy.OnConflict::word).orElse(ScriptValues.NONE)));
        args.add(packed.toBytes());
    }
}
