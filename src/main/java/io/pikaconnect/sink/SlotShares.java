package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What each slot of a cluster does of a command over keys of several slots: operations of slot-shares.lua. What one slot gives
 * and another one takes is handed on by the task, see {@link Gifts}.
 *
 * <pre>
 * RPOPLPUSH, SMOVE      pika.slot.give field takers  RPOP source | SREM source member
 *                       pika.slot.take given         LPUSH destination | SADD destination member
 * …STORE, BITOP,        pika.slot.lend field takers  name key…
 * PFMERGE               pika.slot.borrow count given…  command…
 * MSETNX                pika.slot.vote field takers staged  key…
 *                       pika.slot.decide field count given… places  MSETNX key value …
 * </pre>
 *
 * <p>{@code field} names the command, {@code epoch:position}; {@code takers} are the partitions of the slots that take; {@code
 * staged} has the places of values that came in pieces, in the slot that got the pieces, and {@code places} those of the values
 * that follow.
 */
final class SlotShares {

    /** In place of a share that needs what is not given yet. */
    static final Command WAIT = Command.of("pika.slot.wait");

    private enum Kind {
        MOVE,
        STORE,
        MSETNX
    }

    private final String field;
    private final Kind kind;
    private final Command command;
    private final Optional<Command> persist;
    private final SortedSet<Integer> slots = new TreeSet<>();

    /** The slot of the destination. */
    private final int to;

    /** The places of values that came in pieces, or {@code -}, and the slot of the pieces. */
    private final String staged;

    private final int stagedIn;

    private SlotShares(ChangeRecord record, Kind kind, List<Command> commands, int partitions) {
        Command first = commands.get(0);
        boolean isStaged = isStaged(first);
        List<byte[]> keys = CommandKeys.of(first);
        this.field = record.header().epoch() + ":" + record.header().position().orElseThrow();
        this.kind = kind;
        this.command = isStaged ? staged(first) : first;
        this.staged = isStaged ? first.text(1) : ScriptValues.NONE;
        this.persist = commands.stream().skip(1).findFirst();
        keys.forEach(key -> slots.add(KeySlot.slot(key)));
        this.to = KeySlot.slot(keys.get(kind == Kind.MOVE ? 1 : 0));
        this.stagedIn = KeySlot.slot(record.key().orElseGet(() -> firstOfLowest(keys, partitions)));
    }

    /** The pieces are with the first key of the lowest partition. */
    private static byte[] firstOfLowest(List<byte[]> keys, int partitions) {
        return keys.stream()
                .min(Comparator.comparingInt(key -> KeySlot.partition(key, partitions)))
                .orElseThrow();
    }

    /**
     * Empty if they cannot be divided.
     *
     * @param partitions that the epoch has
     */
    static Optional<SlotShares> of(ChangeRecord record, List<Command> commands, int partitions) {
        Command first = commands.get(0);
        boolean isAlone = commands.size() == 1;
        return (isStaged(first) ? kind(staged(first)).filter(kind -> kind == Kind.MSETNX) : kind(first))
                .filter(kind -> isAlone
                        || kind == Kind.STORE
                                && commands.size() == 2
                                && isPersist(
                                        commands.get(1), CommandKeys.of(first).get(0)))
                .map(kind -> new SlotShares(record, kind, commands, partitions));
    }

    /** As {@link Share#of}: in a cluster a barrier's record that can be divided is divided by slot, later. */
    static Optional<List<Command>> whole(ChangeRecord record, List<Command> commands, int partition, int partitions) {
        return partitions > 0 && record.barrier().orElseThrow().partitions().size() > 1
                ? of(record, commands, partitions).map(shares -> commands)
                : Optional.empty();
    }

    private static boolean isStaged(Command command) {
        return command.name().equals(Operation.RUN_STAGED) && command.size() > 2;
    }

    private static Command staged(Command command) {
        return new Command(command.args().subList(2, command.size()));
    }

    private static boolean isPersist(Command command, byte[] key) {
        return command.size() == 2
                && command.name().equals("persist")
                && Arrays.equals(command.args().get(1), key);
    }

    private static Optional<Kind> kind(Command command) {
        return switch (command.name()) {
            case "rpoplpush" -> Optional.of(Kind.MOVE).filter(kind -> command.size() == 3);
            case "smove" -> Optional.of(Kind.MOVE).filter(kind -> command.size() == 4);
            case "msetnx" -> Optional.of(Kind.MSETNX).filter(kind -> command.size() % 2 == 1);
            case "sunionstore",
                    "sinterstore",
                    "sdiffstore",
                    "zunionstore",
                    "zinterstore",
                    "pfmerge",
                    "bitop",
                    Operation.BITOP -> Optional.of(Kind.STORE);
            default -> Optional.empty();
        };
    }

    String field() {
        return field;
    }

    SortedSet<Integer> slots() {
        return slots;
    }

    /** The command itself, for messages. */
    Command command() {
        return command;
    }

    /** The slots whose gifts that one needs after it has done so many commands of its share. */
    List<Integer> giversTo(int slot, int done) {
        boolean takes = kind == Kind.MSETNX || slot == to && done == 0;
        return slots.stream().filter(other -> takes && other != slot).toList();
    }

    /** The partitions of the slots that take what that one gives. */
    SortedSet<Integer> takersFrom(int slot, int partitions) {
        return slots.stream()
                .filter(other -> other != slot && (kind == Kind.MSETNX || other == to))
                .map(other -> other % partitions)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The share of a slot. Whatever needs a gift that is missing is {@link #WAIT}, and then the last one.
     *
     * @param done commands of it that are done; their places are kept
     * @param given what a slot has given, if it has
     */
    List<Command> of(int slot, int partitions, int done, IntFunction<Optional<byte[]>> given) {
        List<Integer> givers = giversTo(slot, done);
        List<byte[]> gifts =
                givers.stream().flatMap(giver -> given.apply(giver).stream()).toList();
        boolean waits = gifts.size() < givers.size();
        return switch (kind) {
            case MOVE -> List.of(slot != to ? give(partitions, slot) : waits ? WAIT : take(gifts.get(0)));
            case STORE ->
                slot != to
                        ? List.of(lend(partitions, slot))
                        : waits
                                ? List.of(WAIT)
                                : Stream.concat(Stream.of(borrow(gifts)), persist.stream())
                                        .toList();
            case MSETNX -> List.of(vote(partitions, slot), waits ? WAIT : decide(slot, gifts));
        };
    }

    private boolean isList() {
        return command.size() == 3;
    }

    private List<byte[]> begin(String operation, int partitions, int slot) {
        String takers = takersFrom(slot, partitions).stream().map(p -> "p" + p).collect(Collectors.joining("+"));
        return new ArrayList<>(ScriptValues.texts(operation, field, takers));
    }

    private Command give(int partitions, int slot) {
        List<byte[]> args = begin("pika.slot.give", partitions, slot);
        args.add(bytes(isList() ? "RPOP" : "SREM"));
        args.add(command.args().get(1));
        args.addAll(command.args().subList(3, command.size()));
        return new Command(args);
    }

    private Command take(byte[] given) {
        List<byte[]> args = new ArrayList<>(List.of(bytes("pika.slot.take"), given));
        args.add(bytes(isList() ? "LPUSH" : "SADD"));
        args.add(command.args().get(2));
        args.addAll(command.args().subList(3, command.size()));
        return new Command(args);
    }

    private Command lend(int partitions, int slot) {
        List<byte[]> args = begin("pika.slot.lend", partitions, slot);
        args.add(command.args().get(0));
        CommandKeys.of(command).stream()
                .filter(key -> KeySlot.slot(key) == slot)
                .forEach(args::add);
        return new Command(args);
    }

    private Command borrow(List<byte[]> gifts) {
        List<byte[]> args = new ArrayList<>(ScriptValues.texts("pika.slot.borrow", gifts.size()));
        args.addAll(gifts);
        args.addAll(command.args());
        return new Command(args);
    }

    private Command vote(int partitions, int slot) {
        List<byte[]> args = begin("pika.slot.vote", partitions, slot);
        args.add(bytes(slot == stagedIn ? staged : ScriptValues.NONE));
        args.addAll(pairs(slot)
                .filter(i -> i % 2 == 1)
                .mapToObj(command.args()::get)
                .toList());
        return new Command(args);
    }

    private Command decide(int slot, List<byte[]> gifts) {
        List<byte[]> args = new ArrayList<>(ScriptValues.texts("pika.slot.decide", field, gifts.size()));
        args.addAll(gifts);
        args.add(bytes(
                pairs(slot).filter(i -> i % 2 == 0).mapToObj(String::valueOf).collect(Collectors.joining(","))));
        args.add(command.args().get(0));
        pairs(slot).mapToObj(command.args()::get).forEach(args::add);
        return new Command(args);
    }

    /** The places of the slot's keys and values in an MSETNX. */
    private IntStream pairs(int slot) {
        return IntStream.range(1, command.size())
                .filter(i -> KeySlot.slot(command.args().get(i % 2 == 1 ? i : i - 1)) == slot);
    }
}
