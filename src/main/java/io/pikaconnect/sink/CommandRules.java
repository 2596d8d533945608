package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Slices;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a command must be like before it goes to Redis, and how the script may run it. */
final class CommandRules {

    private static final Set<String> DEADLINE_OPTIONS = Set.of("ex", "px", "exat", "pxat");

    private CommandRules() {}

    /** {@code SET key value}, without options. */
    static boolean isPlainSet(Command command) {
        return command.size() == 3 && name(command).is("set");
    }

    /** {@code PEXPIREAT key ms} after a command that leaves a value for it. */
    static boolean isDeadlineAfter(Command first, Command second) {
        return first.size() > 1
                && second.size() == 3
                && name(first).mayBeforeDeadline()
                && name(second).is("pexpireat");
    }

    /** Whether they are one command that Redis has itself, on one key, and perhaps a deadline after it. */
    static boolean isPlain(List<Command> commands) {
        Command first = commands.get(0);
        return commands.size() == 1
                ? first.size() > 1 && !name(first).isOperation()
                : commands.size() == 2 && isDeadlineAfter(first, commands.get(1));
    }

    /** Whether it has the same effect whatever the key held and whatever its deadline, so that the clock does not matter. */
    static boolean replacesKey(Command command) {
        return command.size() == 3 && name(command).is("set")
                || command.size() == 2 && name(command).is("del");
    }

    static CommandName name(Command command) {
        return command.args() instanceof Slices args
                ? CommandName.of(args.bytes(), args.begin(0), args.end(0))
                : CommandName.of(command.args().get(0));
    }

    private static boolean isAbout(Command command, byte[] key) {
        return command.args() instanceof Slices args
                ? args.size() > 1 && Arrays.equals(args.bytes(), args.begin(1), args.end(1), key, 0, key.length)
                : command.size() > 1 && Arrays.equals(command.args().get(1), key);
    }

    /**
     * Checks whether a record with this key may have this command.
     *
     * @throws IllegalArgumentException when not; the message has the reason
     */
    static void check(Command command, byte[] key) {
        CommandName name = name(command);
        if (name.bytes().length == 0) {
            throw new IllegalArgumentException("a command without a name");
        }
        if (name.concernsWholeDb()) {
            throw new IllegalArgumentException(name + " concerns the whole db, but the record is no barrier");
        }
        if (name.hasOtherDeadline() || command.size() > 3 && name.is("set") && hasDeadlineOption(command)) {
            throw new IllegalArgumentException(name + " carries a deadline; only PEXPIREAT and pika.set may");
        }
        if (!name.hasFreeKeys() && !isAbout(command, key)) {
            throw new IllegalArgumentException(name + " is about another key than its record");
        }
    }

    private static boolean hasDeadlineOption(Command set) {
        for (int i = 3; i < set.size(); i++) {
            if (DEADLINE_OPTIONS.contains(set.text(i).toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
