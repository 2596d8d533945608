package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one partition does of a command that moves something from a key of one partition to a key of another, RPOPLPUSH or
 * SMOVE. Each of the two does its half in its own batch, and only the second one may have to wait; see moves.lua.
 *
 * <pre>
 * pika.give epoch position from to   RPOP source          | SREM source member
 * pika.take epoch position from with LPUSH destination    | SADD destination member
 * </pre>
 *
 * <p>{@code from} and {@code to} are partitions; {@code with} is 1 if what was given becomes the last argument.
 */
final class MoveHalf {

    private static final String GIVE = "pika.give";
    private static final String TAKE = "pika.take";
    private static final Set<String> NAMES = Set.of(GIVE, TAKE);

    /** Where the position is, and where the command on one key begins. */
    private static final int POSITION = 2;

    private static final int HALF = 5;

    private MoveHalf() {}

    /**
     * The half that a barrier's record is for its partition; empty if the partitions have to meet at it.
     *
     * @param partitions that the epoch has; 0 if unknown
     */
    static Optional<Command> of(ChangeRecord record, List<Command> commands, int partition, int partitions) {
        Command whole = commands.get(0);
        Barrier barrier = record.barrier().orElseThrow();
        if (partitions == 0 || commands.size() > 1 || barrier.partitions().size() != 2 || !isMove(whole)) {
            return Optional.empty();
        }
        int from = KeySlot.partition(whole.args().get(1), partitions);
        int to = KeySlot.partition(whole.args().get(2), partitions);
        if (from == to || !barrier.partitions().containsAll(Set.of(from, to))) {
            return Optional.empty();
        }
        boolean isList = whole.size() == 3;
        return Optional.of(
                partition == from
                        ? half(GIVE, record, from, to, isList ? "RPOP" : "SREM", whole, 1)
                        : half(TAKE, record, from, isList ? 1 : 0, isList ? "LPUSH" : "SADD", whole, 2));
    }

    private static boolean isMove(Command command) {
        return command.size() == 3 && command.name().equals("rpoplpush")
                || command.size() == 4 && command.name().equals("smove");
    }

    private static Command half(
            String operation, ChangeRecord record, int from, int toOrWith, String name, Command whole, int key) {
        List<byte[]> args = new ArrayList<>(ScriptValues.texts(
                operation, record.header().epoch(), record.header().position().orElseThrow(), from, toOrWith, name));
        args.add(whole.args().get(key));
        args.addAll(whole.args().subList(3, whole.size()));
        return new Command(args);
    }

    private static boolean isHalf(Command command) {
        return command.args().get(0).length == GIVE.length() && NAMES.contains(command.name());
    }

    /** The command as a message shows it: of a half the one on its own key. */
    static Command shown(Command command) {
        return isHalf(command) ? new Command(command.args().subList(HALF, command.size())) : command;
    }

    /** What a half waits for, after the script has told it to wait for that partition. */
    static MoveWait wait(Command half, int partition, long epoch, long nowNanos) {
        return new MoveWait(
                partition, epoch, half.name().equals(TAKE) ? Optional.of(position(half)) : Optional.empty(), nowNanos);
    }

    /** How many of these commands are halves of moves. */
    static int count(List<Command> commands) {
        return commands.size() == 1 && isHalf(commands.get(0)) ? 1 : 0;
    }

    private static Position position(Command half) {
        return Position.parse(half.text(POSITION));
    }
}
