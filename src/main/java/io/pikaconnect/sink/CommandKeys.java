package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The keys of a command in a record, or of a share of one; the same ones as in several-keys.lua. */
final class CommandKeys {

    private static final int[] NONE = {};
    private static final int[] FIRST = {1};

    private CommandKeys() {}

    /** All that it reads or writes; none if they are the sink's own. */
    static List<byte[]> of(Command command) {
        List<byte[]> args = command.args();
        int[] places = places(command);
        return places == FIRST
                ? args.subList(1, 2)
                : IntStream.of(places).mapToObj(args::get).toList();
    }

    /** Which of its words they are; the name is 0. Not to be changed. */
    static int[] places(Command command) {
        int size = command.size();
        return switch (command.name()) {
            case "rpoplpush", "smove" -> range(1, Math.min(3, size));
            case "pfmerge", "sunionstore", "sinterstore", "sdiffstore" -> range(1, size);
            case "msetnx" -> IntStream.iterate(1, i -> i < size, i -> i + 2).toArray();
            case "bitop", Operation.BITOP -> range(Math.min(2, size), size);
            case "zunionstore", "zinterstore" ->
                IntStream.concat(
                                IntStream.of(1),
                                IntStream.range(3, Math.min(size, 3 + Integer.parseInt(command.text(2)))))
                        .toArray();
            case Operation.STAGE_PIECE -> NONE;
            case Operation.RUN_STAGED -> ofInner(command, 2);
            case LeftOut.OPERATION -> range(Math.min(2, size), size);
            case MoveHalf.GIVE, MoveHalf.TAKE, Loan.BORROW -> ofInner(command, Share.COMMAND);
            case Loan.LEND -> range(Share.COMMAND + 1, size);
            default -> size > 1 ? FIRST : NONE;
        };
    }

    /** Whether some of its keys came in pieces, so that only Redis has them. */
    static boolean areStaged(Command command) {
        if (!command.name().equals(Operation.RUN_STAGED)) {
            return false;
        }
        Set<String> slots = new HashSet<>(Arrays.asList(command.text(1).split(",")));
        return hasStagedCount(LeftOut.inner(command).name(), slots)
                || IntStream.of(places(command)).anyMatch(place -> slots.contains(String.valueOf(place - 2)));
    }

    /** Whether not even the number of its keys is in the record. */
    private static boolean hasStagedCount(String name, Set<String> slots) {
        return (name.equals("zunionstore") || name.equals("zinterstore")) && slots.contains("2");
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private static int[] ofInner(Command outer, int from) {
        Command inner = new Command(outer.args().subList(from, outer.size()));
        return IntStream.of(places(inner)).map(place -> place + from).toArray();
    }
}
