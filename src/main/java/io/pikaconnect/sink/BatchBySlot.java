package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is left to be done of a batch, by slot. */
final class BatchBySlot {

    /** A gift that was not there, and the partition whose slot has to give it. */
    record Missing(Gifts.Gift gift, int partition, ChangeRecord record) {}

    private static final int[] NONE = {};

    private final List<Batch.Entry> entries;
    private final SlotPlaces known;

    /** Of the entries that are about several slots, by index, in their order. */
    private final Map<Integer, SlotShares> shares = new LinkedHashMap<>();

    /** Of the other entries the slot. */
    private final int[] slots;

    private final Map<Integer, SlotPart> parts = new LinkedHashMap<>();
    private Optional<Integer> undivided = Optional.empty();
    private Optional<Missing> missing = Optional.empty();
    private boolean isWhole = true;

    /** @param known where the slots are; followed */
    BatchBySlot(Batch batch, SlotPlaces known) {
        this.entries = batch.entries();
        this.known = known;
        this.slots = new int[entries.size()];
        for (int i = 0; i < slots.length; i++) {
            Batch.Entry entry = entries.get(i);
            if (!entry.hasNoKeys() && isOverSeveralSlots(entry, i)) {
                int index = i;
                SlotShares.of(entry.record(), entry.commands(), known.partitions())
                        .ifPresentOrElse(
                                share -> shares.put(index, share),
                                () -> undivided = undivided.or(() -> Optional.of(index)));
            }
        }
    }

    private boolean isOverSeveralSlots(Batch.Entry entry, int index) {
        if (entry.record().barrier().isPresent()) {
            return true;
        }
        slots[index] = KeySlot.slot(entry.record().key().orElseThrow());
        for (Command command : entry.commands()) {
            if (!CommandRules.name(command).mayHaveOtherKeys()) {
                continue;
            }
            for (byte[] key : CommandKeys.of(command)) {
                if (KeySlot.slot(key) != slots[index]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The first entry over several slots that cannot be divided, and has not been done. */
    Optional<Batch.Entry> undivided() {
        return undivided.map(entries::get);
    }

    boolean hasShares() {
        return !shares.isEmpty();
    }

    /** How many of its entries are barriers at which nobody has to wait for all others. */
    long barriers() {
        return shares.keySet().stream()
                .filter(index -> entries.get(index).record().barrier().isPresent())
                .count();
    }

    /** What slots of this partition need of others for what they have not done, in order: a reply may have room for the first ones only. */
    Set<Gifts.Gift> needed() {
        Set<Gifts.Gift> needed = new LinkedHashSet<>();
        shares.forEach((index, share) -> {
            for (int slot : left(index)) {
                share.giversTo(slot, known.done(slot))
                        .forEach(giver -> needed.add(new Gifts.Gift(giver, share.field())));
            }
        });
        return needed;
    }

    /** The slots of this partition that have not done that entry. */
    private int[] left(int index) {
        long sequence = sequence(index);
        SlotShares share = shares.isEmpty() ? null : shares.get(index);
        if (share == null) {
            return sequence > known.sequence(slots[index]) ? new int[] {slots[index]} : NONE;
        }
        return share.slots().stream()
                .mapToInt(slot -> slot)
                .filter(slot -> known.has(slot) && sequence > known.sequence(slot))
                .toArray();
    }

    private long sequence(int index) {
        return entries.get(index).record().header().sequence().orElseThrow();
    }

    /**
     * Puts together what the slots can do now.
     *
     * @param mostCommands after which it stops
     */
    void divide(Gifts gifts, int mostCommands) {
        Set<Integer> waiting = new HashSet<>();
        int commands = 0;
        for (int i = 0; i < entries.size() && isWhole; i++) {
            Batch.Entry entry = entries.get(i);
            if (entry.hasNoKeys()) {
                continue;
            }
            for (int slot : left(i)) {
                commands += entry.commands().size();
                isWhole &= parts.isEmpty() || commands <= mostCommands;
                if (isWhole && (waiting.isEmpty() || !waiting.contains(slot))) {
                    add(i, slot, gifts, waiting);
                }
            }
        }
    }

    private void add(int index, int slot, Gifts gifts, Set<Integer> waiting) {
        Batch.Entry entry = entries.get(index);
        SlotShares share = shares.isEmpty() ? null : shares.get(index);
        if (share == null) {
            part(slot).add(index, entry);
            return;
        }
        int done = parts.containsKey(slot) ? 0 : known.done(slot);
        List<Command> its =
                share.of(slot, known.partitions(), done, giver -> gifts.get(new Gifts.Gift(giver, share.field())));
        if (its.get(its.size() - 1) == SlotShares.WAIT) {
            waiting.add(slot);
            missing = missing.or(() -> share.giversTo(slot, done).stream()
                    .map(giver -> new Gifts.Gift(giver, share.field()))
                    .filter(gift -> gifts.get(gift).isEmpty())
                    .findFirst()
                    .map(gift -> new Missing(gift, gift.slot() % known.partitions(), entry.record())));
        }
        if (its.get(done) != SlotShares.WAIT) {
            part(slot).add(index, entry.record(), its);
        }
    }

    private SlotPart part(int slot) {
        return parts.computeIfAbsent(slot, s -> new SlotPart(s, known));
    }

    List<SlotPart> parts() {
        return List.copyOf(parts.values());
    }

    /** Whether the parts are all that is left, but for what has to wait. */
    boolean isWhole() {
        return isWhole;
    }

    /** The first gift that was not there. */
    Optional<Missing> missing() {
        return missing;
    }

    /** The share of which that entry is, if it is about several slots. */
    Optional<SlotShares> share(int index) {
        return Optional.ofNullable(shares.get(index));
    }

    /** The first entry that is not done in all slots of the partition, by what is known now. */
    int firstLeft() {
        for (int i = 0; i < entries.size(); i++) {
            if (!entries.get(i).hasNoKeys() && left(i).length > 0) {
                return i;
            }
        }
        return entries.size();
    }
}
