package io.pikaconnect.change;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A command too large for one record: first the pieces of its largest arguments ({@link Operation#STAGE}), then the
 * command with those arguments empty ({@link Operation#STAGED}).
 */
final class StagedCommand {

    /** What a stage piece needs besides the bytes it carries. */
    private static final int PIECE_OVERHEAD = 100;

    private final Command command;
    private final List<Integer> slots;
    private int slotIndex;
    private int offset;

    private StagedCommand(Command command, List<Integer> slots) {
        this.command = command;
        this.slots = slots;
    }

    /**
     * Stages the largest arguments, as many as needed; never the name or the key.
     *
     * @throws IllegalArgumentException when what is left is still too large
     */
    static StagedCommand of(Command command, int valueLimit) {
        List<Integer> largestFirst = IntStream.range(2, command.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -command.args().get(i).length))
                .toList();
        TreeSet<Integer> slots = new TreeSet<>();
        for (int slot : largestFirst) {
            slots.add(slot);
            StagedCommand staged = new StagedCommand(command, List.copyOf(slots));
            if (Resp.encodedSize(staged.finalCommand()) <= valueLimit) {
                return staged;
            }
        }
        throw new IllegalArgumentException("command " + command.name() + " on key "
                + Escaped.text(command.args().get(1)) + " has " + command.size() + " arguments and "
                + Resp.encodedSize(command) + " bytes; it fits no record: raise record.max.bytes (and as much the"
                + " topic's max.message.bytes)");
    }

    boolean hasMore() {
        return slotIndex < slots.size();
    }

    /** The value of the next stage record. */
    byte[] nextPiece(int valueLimit) {
        int slot = slots.get(slotIndex);
        byte[] arg = command.args().get(slot);
        int end = (int) Math.min(arg.length, (long) offset + valueLimit - PIECE_OVERHEAD);
        byte[] piece = Arrays.copyOfRange(arg, offset, end);
        byte[] value = Resp.encode(List.of(Command.of(Operation.STAGE, slot, offset, piece)));
        offset = end;
        if (end == arg.length) {
            slotIndex++;
            offset = 0;
        }
        return value;
    }

    Command finalCommand() {
        List<byte[]> args = new ArrayList<>(command.size() + 2);
        args.add(Resp.bytes(Operation.STAGED));
        args.add(Resp.bytes(slots.stream().map(String::valueOf).collect(Collectors.joining(","))));
        for (int i = 0; i < command.size(); i++) {
            args.add(slots.contains(i) ? new byte[0] : command.args().get(i));
        }
        return new Command(args);
    }
}
