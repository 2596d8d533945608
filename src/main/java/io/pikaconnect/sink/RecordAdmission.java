package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.CommandTypes;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Selection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Leaves out what is not selected, before anything else of the sink sees it; then keys get the names that they have in Redis. What Redis
 * holds has to be what Pika holds of the selected keys, so a command over several keys of which some are left out is reduced to the others
 * where its effect on these is known, and stops the task where it is not. The task's thread only.
 */
final class RecordAdmission {

    private static final String REMEDY =
            "Let keys.include, keys.exclude and types.include take all keys of such commands,"
                    + " or none of them, and empty the Redis db: it is filled again from the topic.";

    /** What takes or changes a key of any type. */
    private static final Set<String> ANY_TYPE = Set.of("del", "unlink", "pexpireat", "persist", Operation.STAGE_PIECE);

    private static final Set<String> AFTER_STRING = Set.of("pexpireat", "persist");
    private static final int LIMIT = 3;

    private final Selection selection;
    private final MappedNames names;
    private final SinkCounters counters;

    RecordAdmission(Selection selection, MappedNames names, SinkCounters counters) {
        this.selection = selection;
        this.names = names;
        this.counters = counters;
    }

    /** Empty if every key is applied under its own name. */
    static Optional<RecordAdmission> of(RedisSinkConfig config, SinkCounters counters) {
        Selection selection = KeySettings.selection(config);
        KeyMapping mapping = KeySettings.mapping(config);
        return selection.isAll() && mapping.isNone()
                ? Optional.empty()
                : Optional.of(new RecordAdmission(
                        selection, new MappedNames(mapping, ConnectionSettings.isCluster(config)), counters));
    }

    /**
     * What is to be applied of a record that has a key.
     *
     * @param partitions that the epoch has
     * @throws RecordRefused if that depends on a key that is left out, or two keys might get the same name
     */
    Admitted admitted(ChangeRecord r, List<Command> commands, int partitions) {
        if (isOfOtherType(r, commands)) {
            return ofOtherType(r, commands, partitions);
        }
        Command first = commands.get(0);
        checkKeysAreKnown(first);
        Optional<Command> wanted = wanted(first, r.key().orElseThrow());
        if (wanted.isEmpty()) {
            return leftOut(r);
        } else if (wanted.get() != first) {
            count();
        }
        return names.of(r, wanted.get() == first ? commands : List.of(wanted.get()), partitions);
    }

    /**
     * What is to be applied of a barrier's record in a partition.
     *
     * @param shares divides it, by the names that keys have in Pika
     */
    Admitted atBarrier(ChangeRecord r, List<Command> commands, Share.Rule shares, int partition, int partitions) {
        Command whole = commands.get(0);
        if (CommandRules.name(whole).concernsWholeDb()) {
            return ofTheWholeDb(r, commands);
        }
        boolean isOfOtherType = isOfOtherType(r, commands);
        if (isOfOtherType && CommandKeys.areStaged(whole)) {
            throw ofUnknownKeys(whole);
        }
        checkKeysAreKnown(whole);
        List<byte[]> keys = CommandKeys.of(whole);
        if (isOfOtherType) {
            return withoutPieces(r, whole, keys, partition, partitions);
        }
        Optional<Command> wanted = wanted(whole, keys.get(0));
        if (wanted.isPresent() && wanted.get() == whole) {
            return names.of(Admitted.atBarrier(r, commands, shares, partition, partitions), partitions);
        } else if (wanted.isEmpty() || KeySlot.partition(keys.get(0), partitions) != partition) {
            return leftOut(r);
        }
        count();
        return names.of(r.onKey(keys.get(0)), List.of(wanted.get()), partitions);
    }

    /** What is wanted of a command: all, nothing, or what remains for its first key. */
    private Optional<Command> wanted(Command command, byte[] recordsKey) {
        List<byte[]> keys = CommandKeys.of(command);
        if (keys.size() < 2) {
            return Optional.of(command).filter(c -> selection.hasName(recordsKey));
        }
        List<byte[]> missing =
                keys.stream().filter(key -> !selection.hasName(key)).toList();
        if (missing.isEmpty()) {
            return Optional.of(command);
        }
        String name = LeftOut.inner(command).name();
        boolean moves = name.equals("rpoplpush") || name.equals("smove");
        boolean changesAll = moves || name.equals("msetnx");
        boolean hasFirst = selection.hasName(keys.get(0));
        if (changesAll ? missing.size() == keys.size() : !hasFirst) {
            return Optional.empty();
        } else if (moves && hasFirst && LeftOut.inner(command) == command) {
            return Optional.of(
                    name.equals("smove")
                            ? Command.of("SREM", keys.get(0), command.args().get(3))
                            : Command.of("RPOP", keys.get(0)));
        }
        throw new RecordRefused(
                "What " + command + " does depends on " + Escaped.text(missing.get(0)) + ", which is left out", REMEDY);
    }

    /** Names do not matter if all are applied as they are. */
    private void checkKeysAreKnown(Command command) {
        if (!(selection.isOfAllNames() && names.areNone()) && CommandKeys.areStaged(command)) {
            throw ofUnknownKeys(command);
        }
    }

    private static RecordRefused ofUnknownKeys(Command command) {
        return new RecordRefused(
                "The keys of " + command + " are needed to select or rename them, but some were too large for one"
                        + " record and came in pieces",
                "Raise record.max.bytes at the source, so that such a command fits into a record; it takes effect with a"
                        + " new epoch, so reset the source's offsets for a new full sync. Or leave "
                        + String.join(", ", KeySettings.SETTINGS)
                        + " empty, and empty the Redis db: it is filled again from the topic.");
    }

    private Admitted ofTheWholeDb(ChangeRecord r, List<Command> commands) {
        Command command = commands.get(0);
        boolean deletesByPattern = CommandRules.name(command).is(Operation.PATTERNDEL);
        if (!deletesByPattern && !CommandRules.name(command).is(Operation.FLUSHTYPE)) {
            return new Admitted(r, commands, true);
        }
        String type = command.text(deletesByPattern ? 2 : 1);
        boolean anyType = type.equals("*");
        if (!anyType && !selection.hasType(type)) {
            return leftOut(r);
        } else if (!deletesByPattern) {
            return new Admitted(r, commands, true);
        }
        boolean seesAll =
                selection.isOfAllNames() && (!anyType || selection.types().isEmpty());
        List<Command> deletes = names.deletes(command);
        if (!command.text(LIMIT).equals("0") && (!seesAll || deletes.size() > 1)) {
            throw new RecordRefused(
                    command + " deletes the first " + command.text(LIMIT)
                            + " keys that match, and which ones these are "
                            + (seesAll
                                    ? "depends on the names that keys have in Pika, but key.prefix.replace changes their order"
                                    : "depends on keys that are left out"),
                    seesAll
                            ? "Have key.prefix.replace treat all keys that such patterns match alike, and empty the Redis db:"
                                    + " it is filled again from the topic."
                            : REMEDY);
        }
        return deletes.isEmpty() ? leftOut(r) : new Admitted(r, deletes, true);
    }

    private boolean isOfOtherType(ChangeRecord r, List<Command> commands) {
        return !selection.types().isEmpty()
                && type(r, commands).filter(type -> !selection.hasType(type)).isPresent();
    }

    /** The type that a record is about: its commands are one of Pika's, or the rest of one. */
    private static Optional<String> type(ChangeRecord r, List<Command> commands) {
        for (Command command : commands) {
            String name = LeftOut.inner(command).name();
            Optional<String> type = CommandTypes.of(name);
            if (type.isPresent()) {
                return type;
            } else if (!ANY_TYPE.contains(name)) {
                throw new RecordRefused(
                        "Of which type the key of " + command + " is, as types.include asks for, is unknown",
                        "Leave types.include empty, and empty the Redis db: it is filled again from the topic.");
            }
        }
        // Only strings get their deadline by the command that sets them, and it may be in a record of its own.
        boolean isRest = r.header()
                .position()
                .filter(at -> at.phase() == Position.Phase.BINLOG && at.part() > 0)
                .isPresent();
        return isRest && AFTER_STRING.contains(commands.get(0).name()) ? Optional.of("string") : Optional.empty();
    }

    private Admitted ofOtherType(ChangeRecord r, List<Command> commands, int partitions) {
        boolean hasName = selection.hasName(r.key().orElseThrow());
        List<Command> rest = commands.stream()
                .map(command -> hasName
                        ? LeftOut.of(
                                command,
                                !r.isSnapshot() && CommandKeys.of(command).size() == 1)
                        : LeftOut.NOTHING)
                .toList();
        if (LeftOut.isAll(rest)) {
            return leftOut(r);
        }
        count();
        return names.of(r, rest, partitions);
    }

    /** A barrier of a type that is left out: the partition that has the pieces of the command's arguments drops them. */
    private Admitted withoutPieces(ChangeRecord r, Command command, List<byte[]> keys, int partition, int partitions) {
        boolean isLowest = r.barrier().orElseThrow().partitions().first() == partition;
        return keys.stream()
                .filter(key -> isLowest && command != LeftOut.inner(command))
                .filter(key -> KeySlot.partition(key, partitions) == partition)
                .limit(1)
                .filter(selection::hasName)
                .findFirst()
                .map(key -> {
                    count();
                    return names.of(r.onKey(key), List.of(LeftOut.of(command, false)), partitions);
                })
                .orElseGet(() -> leftOut(r));
    }

    private Admitted leftOut(ChangeRecord r) {
        count();
        return new Admitted(r.withoutContent(), List.of(LeftOut.NOTHING), false);
    }

    private void count() {
        counters.increment(SinkCounter.FILTERED);
    }
}
