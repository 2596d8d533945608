package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.List;
import java.util.Locale;

/**
 * What remains of commands that the sink's settings leave out, as an operation of stages.lua:
 *
 * <pre>
 * pika.leftout                nothing
 * pika.leftout stages         the pieces of its arguments go; stages as in {@link Operation#RUN_STAGED}, {@code -} for none
 * pika.leftout stages key     so does the key, if all types share one key space: the command has replaced whatever was there
 * </pre>
 */
final class LeftOut {

    static final String OPERATION = "pika.leftout";

    /** Nothing remains; always this object. */
    static final Command NOTHING = Command.of(OPERATION);

    private LeftOut() {}

    /** Whether nothing remains of a record with these commands. */
    static boolean isAll(List<Command> commands) {
        for (Command command : commands) {
            if (command != NOTHING) {
                return false;
            }
        }
        return !commands.isEmpty();
    }

    /**
     * What remains of a command on one key.
     *
     * @param replaces whether it might have taken the place of a key of another type
     */
    static Command of(Command command, boolean replaces) {
        boolean isStaged = command.name().equals(Operation.RUN_STAGED);
        byte[] stages = isStaged ? command.args().get(1) : bytes(ScriptValues.NONE);
        Command inner = inner(command);
        if (replaces && replacesKey(inner)) {
            return Command.of(OPERATION, stages, inner.args().get(1));
        }
        return isStaged ? Command.of(OPERATION, stages) : NOTHING;
    }

    /** The command itself, if its arguments came in pieces. */
    static Command inner(Command command) {
        return command.name().equals(Operation.RUN_STAGED)
                ? new Command(command.args().subList(2, command.size()))
                : command;
    }

    /** Whether a key of any type gives way to it. */
    private static boolean replacesKey(Command command) {
        return switch (command.name()) {
            case "set", Operation.SET ->
                command.size() < 4
                        || !List.of("NX", "VX").contains(command.text(3).toUpperCase(Locale.ROOT));
            case "del" -> true;
            default -> false;
        };
    }
}
