package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The keys of a command in a record; the same ones as in several-keys.lua. */
final class CommandKeys {

    private CommandKeys() {}

    /** All that it reads or writes; none if they are the sink's own. */
    static List<byte[]> of(Command command) {
        List<byte[]> args = command.args();
        int size = args.size();
        return switch (command.name()) {
            case "rpoplpush", "smove" -> args.subList(1, Math.min(3, size));
            case "pfmerge", "sunionstore", "sinterstore", "sdiffstore" -> args.subList(1, size);
            case "msetnx" ->
                IntStream.range(1, size)
                        .filter(i -> i % 2 == 1)
                        .mapToObj(args::get)
                        .toList();
            case "bitop", Operation.BITOP -> args.subList(Math.min(2, size), size);
            case "zunionstore", "zinterstore" ->
                Stream.concat(
                                Stream.of(args.get(1)),
                                args.subList(3, Math.min(size, 3 + Integer.parseInt(command.text(2)))).stream())
                        .toList();
            case Operation.STAGE_PIECE -> List.of();
            case Operation.RUN_STAGED -> of(new Command(args.subList(2, size)));
            default -> size > 1 ? args.subList(1, 2) : List.of();
        };
    }
}
