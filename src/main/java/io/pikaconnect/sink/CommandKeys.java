package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.List;
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

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private static int[] ofInner(Command outer, int from) {
        Command inner = new Command(outer.args().subList(from, outer.size()));
        return IntStream.of(places(inner)).map(place -> place + from).toArray();
    }
}
