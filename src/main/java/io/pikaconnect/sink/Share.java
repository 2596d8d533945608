package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Slices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one partition does of a command whose keys lie on several: an operation in its own batch, so that the partitions need
 * not meet. The operations are those of moves.lua and loans.lua; each begins with words of the same kind, and the last of them
 * are a command:
 *
 * <pre>
 * operation epoch position partition partitions command…
 * </pre>
 */
final class Share {

    /** How a barrier's record is divided. */
    interface Rule {

        /** See {@link Share#of}. */
        Optional<List<Command>> of(ChangeRecord record, List<Command> commands, int partition, int partitions);
    }

    private static final Set<String> GIVING = Set.of(MoveHalf.GIVE, Loan.LEND);
    private static final Set<String> TAKING = Set.of(MoveHalf.TAKE, Loan.BORROW);

    /** Where the position is, and where the command begins. */
    private static final int POSITION = 2;

    static final int COMMAND = 5;

    private Share() {}

    /**
     * What a barrier's record is for its partition; empty if the partitions have to meet at it.
     *
     * @param partitions that the epoch has; 0 if unknown
     */
    static Optional<List<Command>> of(ChangeRecord record, List<Command> commands, int partition, int partitions) {
        Barrier barrier = record.barrier().orElseThrow();
        if (partitions == 0 || barrier.partitions().size() < 2) {
            return Optional.empty();
        }
        return MoveHalf.of(record, commands, partition, partitions)
                .or(() -> Loan.of(record, commands, partition, partitions));
    }

    /** An operation; its command is to be added. */
    static List<byte[]> begin(String operation, ChangeRecord record, Object partition, Object partitions) {
        return new ArrayList<>(ScriptValues.texts(
                operation, record.header().epoch(), record.header().position().orElseThrow(), partition, partitions));
    }

    private static boolean isShare(Command command) {
        int length = command.args() instanceof Slices args
                ? args.length(0)
                : command.args().get(0).length;
        return (length == MoveHalf.GIVE.length() || length == Loan.BORROW.length())
                && (gives(command) || TAKING.contains(command.name()));
    }

    /** Whether others need what it has, and it does not need anything. */
    static boolean gives(Command share) {
        return GIVING.contains(share.name());
    }

    /** The command as a message shows it: of a share the one on its own keys. */
    static Command shown(Command command) {
        return isShare(command) ? new Command(command.args().subList(COMMAND, command.size())) : command;
    }

    /** How many of these commands are shares. */
    static int count(List<Command> commands) {
        return !commands.isEmpty() && isShare(commands.get(0)) ? 1 : 0;
    }

    static Position position(Command share) {
        return Position.parse(share.text(POSITION));
    }
}
