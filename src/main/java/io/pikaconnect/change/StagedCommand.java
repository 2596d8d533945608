package io.pikaconnect.change;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A command too large for one record: first the pieces of its largest arguments ({@link Operation#STAGE_PIECE}), then the
 * command with those arguments empty ({@link Operation#RUN_STAGED}).
 */
final class StagedCommand {

    /** Bytes of a stage record besides the piece. */
    private static final int PIECE_OVERHEAD = 100;

    /** Bytes of the final command besides the original one: its name, the list of slots and their lengths. */
    private static final int FINAL_OVERHEAD = 50;

    /** Bytes of one slot in that list, comma included. */
    private static final int SLOT_OVERHEAD = 5;

    private final Command command;

    // Ascending.
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
     * @throws DoesNotFitException if what remains is still too large
     */
    static StagedCommand of(Command command, int valueLimit) {
        List<Integer> largestFirst = IntStream.range(2, command.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -command.args().get(i).length))
                .toList();
        TreeSet<Integer> slots = new TreeSet<>();
        long size = Resp.encodedSize(command) + FINAL_OVERHEAD;
        for (int slot : largestFirst) {
            slots.add(slot);
            size += SLOT_OVERHEAD - command.args().get(slot).length;
            if (size <= valueLimit) {
                return new StagedCommand(command, List.copyOf(slots));
            }
        }
        throw new DoesNotFitException(
                "command " + command.name() + " on key "
                        + Escaped.text(command.args().get(1)) + " has " + command.size() + " arguments and "
                        + Resp.encodedSize(command) + " bytes; it fits into no record",
                "Raise record.max.bytes, and the topic's max.message.bytes and the producer's max.request.size above it;"
                        + " it takes effect with a new epoch, so reset the connector's offsets for a new full sync");
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
        byte[] value = Resp.encode(List.of(Command.of(Operation.STAGE_PIECE, slot, offset, piece)));
        offset = end;
        if (end == arg.length) {
            slotIndex++;
            offset = 0;
        }
        return value;
    }

    Command finalCommand() {
        List<byte[]> args = new ArrayList<>(command.size() + 2);
        args.add(Resp.bytes(Operation.RUN_STAGED));
        args.add(Resp.bytes(slots.stream().map(String::valueOf).collect(Collectors.joining(","))));
        args.addAll(command.args());
        for (int slot : slots) {
            args.set(2 + slot, new byte[0]);
        }
        return new Command(args);
    }
}
