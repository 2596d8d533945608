package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shares of a command that moves something from a key of one partition to a key of another, RPOPLPUSH or SMOVE. Each of the
 * two does its half, and only the second one may have to wait; see moves.lua.
 *
 * <pre>
 * pika.give epoch position from to  RPOP source      | SREM source member
 * pika.take epoch position from to  LPUSH destination | SADD destination member
 * </pre>
 *
 * <p>{@code from} and {@code to} are partitions.
 */
final class MoveHalf {

    static final String GIVE = "pika.give";
    static final String TAKE = "pika.take";

    private MoveHalf() {}

    /** See {@link Share#of}. */
    static Optional<List<Command>> of(ChangeRecord record, List<Command> commands, int partition, int partitions) {
        Command whole = commands.get(0);
        if (commands.size() > 1 || !isMove(whole)) {
            return Optional.empty();
        }
        int from = KeySlot.partition(whole.args().get(1), partitions);
        int to = KeySlot.partition(whole.args().get(2), partitions);
        if (from == to || !record.barrier().orElseThrow().partitions().equals(Set.of(from, to))) {
            return Optional.empty();
        }
        boolean isList = whole.size() == 3;
        List<byte[]> half = Share.begin(partition == from ? GIVE : TAKE, record, from, to);
        if (partition == from) {
            half.addAll(ScriptValues.texts(isList ? "RPOP" : "SREM"));
            half.add(whole.args().get(1));
        } else {
            half.addAll(ScriptValues.texts(isList ? "LPUSH" : "SADD"));
            half.add(whole.args().get(2));
        }
        half.addAll(whole.args().subList(3, whole.size()));
        return Optional.of(List.of(new Command(half)));
    }

    private static boolean isMove(Command command) {
        return command.size() == 3 && command.name().equals("rpoplpush")
                || command.size() == 4 && command.name().equals("smove");
    }
}
