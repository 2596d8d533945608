package io.pikaconnect.struct;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The commands in a record's value that is a struct, whether its converter kept the schema or not. */
public final class StructDecoder {

    private StructDecoder() {}

    /** Whether it may be one. */
    public static boolean isStruct(Object value) {
        return StructView.isPossibleOf(value);
    }

    /**
     * Its commands.
     *
     * @param key the record's, null if it has none
     * @throws IllegalArgumentException if this release cannot read it; the message has the reason
     */
    public static List<Command> commands(Object value, byte[] key) {
        StructView record = StructView.of(value);
        if (!record.has("commands")) {
            throw new IllegalArgumentException("it has no commands; its fields are " + record.names());
        }
        List<Command> commands = new ArrayList<>();
        for (StructView each : record.structs("commands")) {
            String name = each.text("name");
            try {
                add(commands, name, each, key);
                each.checkIsRead();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("command " + name + ": " + e.getMessage(), e);
            }
        }
        return commands;
    }

    private static void add(List<Command> commands, String name, StructView in, byte[] key) {
        List<byte[]> args = new ArrayList<>();
        List<Long> slots = in.listOfWhole("slots");
        if (!slots.isEmpty() && !name.equals(Operation.STAGE_PIECE)) {
            args.add(Resp.bytes(Operation.RUN_STAGED));
            args.add(Resp.bytes(slots.stream().map(String::valueOf).collect(Collectors.joining(","))));
        }
        args.add(Resp.bytes(name));
        List<byte[]> arguments = in.listOfBytes("arguments");
        Optional<Layout> layout = arguments.isEmpty() ? Layout.of(name) : Optional.empty();
        if (layout.isPresent()) {
            layout.get().read(in, key, args);
        } else {
            args.addAll(arguments);
        }
        commands.add(new Command(args));
        long deadline = in.whole("deadline_ms");
        if (deadline != 0 && !StructEncoder.WITH_DEADLINE.contains(name)) {
            if (key == null) {
                throw new IllegalArgumentException("its record has no key for its deadline");
            }
            commands.add(new Command(List.of(Resp.bytes("pexpireat"), key, Resp.bytes(Long.toString(deadline)))));
        }
    }
}
