package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Shares of a command that reads keys of several partitions, the {@code …STORE}s, BITOP, PFMERGE, MSETNX. The partition of the
 * first key, the destination, borrows what it needs from the others and runs the command; see loans.lua.
 *
 * <pre>
 * pika.lend   epoch position from to     name key…
 * pika.borrow epoch position to lenders  command…
 * </pre>
 *
 * <p>{@code from} and {@code to} are partitions, {@code lenders} a list of them, {@code p0+p3}; the keys after {@code name} are
 * those of the lending partition.
 */
final class Loan {

    static final String LEND = "pika.lend";
    static final String BORROW = "pika.borrow";

    private Loan() {}

    /** See {@link Share#of}. */
    static Optional<List<Command>> of(ChangeRecord record, List<Command> commands, int partition, int partitions) {
        Command command = commands.get(0);
        List<byte[]> keys = keys(command);
        if (keys.isEmpty() || !hasOnlyDeadlineRemoved(commands, keys.get(0))) {
            return Optional.empty();
        }
        if (!Barrier.onKeys(keys, partitions).equals(record.barrier().orElseThrow())) {
            return Optional.empty();
        }
        int to = KeySlot.partition(keys.get(0), partitions);
        if (partition != to) {
            List<byte[]> lend = Share.begin(LEND, record, partition, to);
            lend.add(command.args().get(0));
            keys.stream()
                    .filter(key -> KeySlot.partition(key, partitions) == partition)
                    .forEach(lend::add);
            return Optional.of(List.of(new Command(lend)));
        }
        SortedSet<Integer> lenders =
                new TreeSet<>(record.barrier().orElseThrow().partitions());
        lenders.remove(to);
        List<byte[]> borrow = Share.begin(BORROW, record, to, new Barrier(lenders));
        borrow.addAll(command.args());
        return Optional.of(Stream.concat(Stream.of(new Command(borrow)), commands.subList(1, commands.size()).stream())
                .toList());
    }

    /** A command by itself, or PFMERGE and PERSIST of its destination. */
    private static boolean hasOnlyDeadlineRemoved(List<Command> commands, byte[] destination) {
        return commands.size() == 1
                || commands.size() == 2
                        && commands.get(1).size() == 2
                        && commands.get(1).name().equals("persist")
                        && Arrays.equals(commands.get(1).args().get(1), destination);
    }

    /** The command's keys, the destination first; none if it is not one of these commands. */
    private static List<byte[]> keys(Command command) {
        int size = command.size();
        return switch (command.name()) {
            case "sunionstore", "sinterstore", "sdiffstore", "pfmerge" -> keys(command, IntStream.range(1, size));
            case "msetnx" -> keys(command, IntStream.iterate(1, i -> i < size, i -> i + 2));
            case "bitop", Operation.BITOP -> keys(command, IntStream.range(2, size));
            case "zunionstore", "zinterstore" -> sortedSets(command);
            default -> List.of();
        };
    }

    private static List<byte[]> sortedSets(Command store) {
        if (store.size() < 4
                || !store.text(2).matches("\\d{1,9}")
                || 3 + Integer.parseInt(store.text(2)) > store.size()) {
            return List.of();
        }
        int end = 3 + Integer.parseInt(store.text(2));
        return keys(store, IntStream.concat(IntStream.of(1), IntStream.range(3, end)));
    }

    private static List<byte[]> keys(Command command, IntStream places) {
        return places.mapToObj(command.args()::get).collect(Collectors.toList());
    }
}
