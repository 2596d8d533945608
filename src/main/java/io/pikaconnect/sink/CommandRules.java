package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What the sink has to know about a command before it goes to Redis. */
final class CommandRules {

    private static final Set<String> WHOLE_DB =
            Set.of("flushdb", "flushall", "swapdb", Operation.BEGIN, Operation.FLUSHTYPE, Operation.PATTERNDEL);

    /** Commands that set a deadline in another way would bypass the stream's clock. */
    private static final Set<String> OTHER_DEADLINES =
            Set.of("expire", "pexpire", "expireat", "setex", "psetex", "getex", "pksetexat");

    private static final Set<String> DEADLINE_OPTIONS = Set.of("ex", "px", "exat", "pxat");

    /** The first argument of these is not the record's key. */
    private static final Set<String> FREE_KEYS =
            Set.of("bitop", Operation.BITOP, Operation.STAGE_PIECE, Operation.RUN_STAGED);

    /** Every key of these is compared with the clock; the script knows which arguments are keys. */
    private static final Set<String> CROSS_KEY = Set.of(
            "rpoplpush",
            "smove",
            "bitop",
            "pfmerge",
            "sunionstore",
            "sinterstore",
            "sdiffstore",
            "zunionstore",
            "zinterstore",
            "msetnx");

    private CommandRules() {}

    /** Whether the script has an operation of this name. */
    static boolean isOperation(Command command) {
        byte[] name = command.args().get(0);
        return switch (name[0] | 0x20) {
            case 'p', 'r', 's', 'z', 'b', 'm' -> name.length > 4 && isOperation(command.name());
            default -> false;
        };
    }

    private static boolean isOperation(String name) {
        return name.equals("pexpireat") || name.startsWith("pika.") || CROSS_KEY.contains(name);
    }

    /** {@code SET key value}, without options. */
    static boolean isPlainSet(Command command) {
        byte[] name = command.args().get(0);
        return command.size() == 3 && name.length == 3 && is(name, 's', 'e', 't');
    }

    static boolean isPexpireat(Command command) {
        return command.size() == 3
                && command.args().get(0).length == 9
                && command.name().equals("pexpireat");
    }

    /** Whether it has the same effect whatever the key held and whatever its deadline, so that the clock does not matter. */
    static boolean replacesKey(Command command) {
        byte[] name = command.args().get(0);
        return name.length == 3
                && (command.size() == 3 && is(name, 's', 'e', 't') || command.size() == 2 && is(name, 'd', 'e', 'l'));
    }

    /**
     * Checks whether a record with this key may have this command.
     *
     * @throws IllegalArgumentException when not; the message has the reason
     */
    static void check(Command command, byte[] key) {
        byte[] typed = command.args().get(0);
        if (typed.length == 0) {
            throw new IllegalArgumentException("a command without a name");
        }
        if (command.size() == 3
                && is(typed, 's', 'e', 't')
                && Arrays.equals(command.args().get(1), key)) {
            return;
        }
        String name = command.name();
        if (WHOLE_DB.contains(name)) {
            throw new IllegalArgumentException(name + " concerns the whole db, but the record is no barrier");
        }
        boolean deadline = OTHER_DEADLINES.contains(name);
        for (int i = 3; name.equals("set") && i < command.size(); i++) {
            deadline |= DEADLINE_OPTIONS.contains(command.text(i).toLowerCase(Locale.ROOT));
        }
        if (deadline) {
            throw new IllegalArgumentException(name + " carries a deadline; only PEXPIREAT and pika.set may");
        }
        if (!FREE_KEYS.contains(name)
                && (command.size() < 2 || !Arrays.equals(command.args().get(1), key))) {
            throw new IllegalArgumentException(name + " is about another key than its record");
        }
    }

    private static boolean is(byte[] name, char a, char b, char c) {
        return (name[0] | 0x20) == a && (name[1] | 0x20) == b && (name[2] | 0x20) == c;
    }
}
