package io.pikaconnect.binlog;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.CommandTypes;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Wanted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Leaves out the changes of keys that are not wanted. What Redis then holds has to be what Pika holds of the wanted keys, so
 * a command over wanted and unwanted keys is reduced to its wanted ones where its effect on these is known without the
 * others, and ends the translation where it is not.
 */
final class Admission {

    private static final int LIMIT = 3;
    private static final int CONDITION = 3;

    private final Wanted wanted;

    Admission(Wanted wanted) {
        this.wanted = wanted;
    }

    /**
     * Those of a command's changes that are wanted.
     *
     * @throws UntranslatableException if what it does to a wanted key depends on one that is not
     */
    List<Change> admitted(List<Change> changes, LoggedCommand logged) throws UntranslatableException {
        if (wanted.isAll() || changes.isEmpty()) {
            return changes;
        }
        Optional<String> type = CommandTypes.of(logged.command().name());
        if (type.isPresent() && !wanted.selection().hasType(type.get())) {
            logged.countOnly(Wanted.FILTERED);
            return replacesWhatIsWanted(changes, logged)
                    ? admitted(List.of(delete(logged.key())), logged, logged.key())
                    : List.of();
        }
        Change first = changes.get(0);
        if (first instanceof Change.OnDatabase onDatabase) {
            return ofTheWholeDb(onDatabase, changes, logged);
        }
        return first instanceof Change.OnKeys onKeys ? ofSeveralKeys(onKeys, changes, logged) : each(changes, logged);
    }

    /** Whether a command that changes its first key, if any, changes none that is wanted. */
    boolean leavesOut(LoggedCommand logged) {
        return !wanted.isAll()
                && (wanted.leavesOut(logged.key()).isPresent()
                        || CommandTypes.of(logged.command().name())
                                .filter(type -> !wanted.selection().hasType(type))
                                .isPresent());
    }

    private List<Change> admitted(List<Change> changes, LoggedCommand logged, byte[] key) {
        return leavesOut(key, logged) ? List.of() : changes;
    }

    /** Counts a key that is left out. */
    private boolean leavesOut(byte[] key, LoggedCommand logged) {
        Optional<String> reason = wanted.leavesOut(key);
        if (reason.filter(Wanted.LARGE_KEY::equals).isPresent()) {
            logged.count(Wanted.LARGE_KEY);
        } else {
            reason.ifPresent(logged::countOnly);
        }
        return reason.isPresent();
    }

    /** Each on one key, perhaps millions, which are made one by one: only which of them are wanted is kept. */
    private List<Change> each(List<Change> changes, LoggedCommand logged) {
        int[] kept = new int[changes.size()];
        int count = 0;
        for (int i = 0; i < kept.length; i++) {
            if (!leavesOut(((Change.OnKey) changes.get(i)).key(), logged)) {
                kept[count++] = i;
            }
        }
        if (count == kept.length) {
            return changes;
        }
        int[] indexes = Arrays.copyOf(kept, count);
        return LazyList.of(count, i -> changes.get(indexes[i]));
    }

    /** Where all types have one key space, a string may have taken the place of a wanted key. */
    private static boolean replacesWhatIsWanted(List<Change> changes, LoggedCommand logged) {
        if (!logged.dialect().hasOneKeySpace() || !(changes.get(0) instanceof Change.OnKey onKey)) {
            return false;
        }
        Command first = onKey.commands().get(0);
        boolean conditional = first.size() > CONDITION
                && (first.text(CONDITION).equals("NX") || first.text(CONDITION).equals("VX"));
        return switch (first.name()) {
            case "set", Operation.SET -> !conditional;
            case "del" -> true;
            default -> false;
        };
    }

    private static Change delete(byte[] key) {
        return new Change.OnKey(key, List.of(Command.of("DEL", key)));
    }

    /** One command over several keys, then perhaps others on its first one. */
    private List<Change> ofSeveralKeys(Change.OnKeys change, List<Change> changes, LoggedCommand logged)
            throws UntranslatableException {
        Predicate<byte[]> isLeftOut = key -> wanted.leavesOut(key).isPresent();
        if (change.keys().stream().noneMatch(isLeftOut)) {
            return changes;
        }
        String name = logged.command().name();
        byte[] first = change.keys().get(0);
        boolean moves = name.equals("rpoplpush") || name.equals("smove");
        boolean changesAll = moves || name.equals("msetnx");
        if (changesAll ? change.keys().stream().allMatch(isLeftOut) : isLeftOut.test(first)) {
            leavesOut(first, logged);
            return List.of();
        }
        if (moves && !isLeftOut.test(first)) {
            leavesOut(change.keys().get(1), logged);
            Command removal = name.equals("smove")
                    ? Command.of("SREM", first, logged.arg(logged.size() - 1))
                    : Command.of("RPOP", first);
            return List.of(new Change.OnKey(first, List.of(removal)));
        }
        byte[] missing = change.keys().stream().filter(isLeftOut).findFirst().orElseThrow();
        throw stop(logged, "what it does depends on " + Escaped.text(missing) + ", which is left out");
    }

    private List<Change> ofTheWholeDb(Change.OnDatabase change, List<Change> changes, LoggedCommand logged)
            throws UntranslatableException {
        Command command = change.commands().get(0);
        boolean deletesByPattern = command.name().equals(Operation.PATTERNDEL);
        if (!deletesByPattern && !command.name().equals(Operation.FLUSHTYPE)) {
            return changes;
        }
        String type = command.text(deletesByPattern ? 2 : 1);
        boolean anyType = type.equals("*");
        if (!anyType && !wanted.selection().hasType(type)) {
            logged.countOnly(Wanted.FILTERED);
            return List.of();
        }
        boolean limited = deletesByPattern && !command.text(LIMIT).equals("0");
        boolean seesAll =
                wanted.isOfAllNames() && (!anyType || wanted.selection().types().isEmpty());
        if (limited && !seesAll) {
            throw stop(
                    logged,
                    "it deletes the first " + command.text(LIMIT)
                            + " keys that match, and which ones these are depends on keys that are left out");
        }
        return changes;
    }

    private UntranslatableException stop(LoggedCommand logged, String why) {
        boolean byLength = wanted.selection().isAll();
        return new UntranslatableException("cannot translate " + logged + ": " + why + ". "
                + (byLength
                        ? "Keys that are too long for a record are left out because of on.large.key=skip. If none was"
                                + " (the discards of large.key), set on.large.key=fail, and the task continues at this"
                                + " item; else raise record.max.bytes and reset the connector's offsets for a new full"
                                + " sync"
                        : "Let keys.include, keys.exclude and types.include take all keys of such commands, or none of"
                                + " them, and reset the connector's offsets for a new full sync"));
    }
}
