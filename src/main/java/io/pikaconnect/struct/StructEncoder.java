package io.pikaconnect.struct;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * A record's commands as a struct ({@link RecordSchema}); {@link StructDecoder} makes the same commands of it. What may
 * differ is how they are written: names are in lower case, and a score, an increment or a coordinate is written as
 * Java writes that number.
 */
public final class StructEncoder {

    /** These have a deadline among their arguments. */
    static final Set<String> WITH_DEADLINE = Set.of("pexpireat", Operation.SET);

    private static final Field NAME = RecordSchema.field("name");
    private static final Field DEADLINE = RecordSchema.field("deadline_ms");
    private static final Field SLOTS = RecordSchema.field("slots");
    private static final Field ARGUMENTS = RecordSchema.field("arguments");

    private StructEncoder() {}

    /**
     * A record that holds a change.
     *
     * @param key the record's, null if it has none
     */
    public static Struct record(
            ChangeHeader header, Optional<Barrier> barrier, String db, byte[] key, List<Command> commands) {
        Position position = header.position().orElseThrow();
        return new Struct(RecordSchema.RECORD)
                .put("epoch", header.epoch())
                .put("sequence", header.sequence().orElseThrow())
                .put("phase", position.phase() == Position.Phase.SNAPSHOT ? "snapshot" : "binlog")
                .put("position", position.toString())
                .put("time_ms", header.timeMs())
                .put("db", db)
                .put("key", key)
                .put("type", type(commands))
                .put("partitions", barrier.map(b -> List.copyOf(b.partitions())).orElse(null))
                .put("commands", commands(commands, key));
    }

    /** Of the keys that the first command with a type is about; null if there is none. */
    private static String type(List<Command> commands) {
        for (Command command : commands) {
            Optional<String> type = Layout.of(command.name()).flatMap(Layout::type);
            if (type.isPresent()) {
                return type.get();
            }
        }
        return null;
    }

    private static List<Struct> commands(List<Command> commands, byte[] key) {
        List<Struct> structs = new ArrayList<>(commands.size());
        for (Command command : commands) {
            Struct last = structs.isEmpty() ? null : structs.get(structs.size() - 1);
            if (last == null || !joins(last, command, key)) {
                structs.add(struct(command, key));
            }
        }
        return structs;
    }

    /** {@code PEXPIREAT key ms} belongs to the command before it, unless that has a deadline. */
    private static boolean joins(Struct before, Command command, byte[] key) {
        if (command.size() != 3
                || !command.name().equals("pexpireat")
                || !Arrays.equals(command.args().get(1), key)
                || before.get(DEADLINE) != null
                || WITH_DEADLINE.contains(before.getString("name"))) {
            return false;
        }
        Long deadline = Numbers.whole(command.args().get(2));
        if (deadline == null || deadline == 0) {
            return false;
        }
        before.put(DEADLINE, deadline);
        return true;
    }

    private static Struct struct(Command command, byte[] key) {
        String name = command.name();
        if (name.equals(Operation.RUN_STAGED) && command.size() > 2) {
            List<byte[]> args = command.args().subList(2, command.size());
            String its = new Command(args).name();
            Optional<List<Integer>> slots = slots(command.args().get(1));
            if (slots.isPresent() && Layout.of(its).isPresent() && !its.equals(Operation.STAGE_PIECE)) {
                return struct(its, args, key).put(SLOTS, slots.get());
            }
        }
        return struct(name, command.args(), key);
    }

    /** The numbers in {@code 2,3}; empty if they would be written in another way. */
    private static Optional<List<Integer>> slots(byte[] text) {
        List<Integer> slots = new ArrayList<>();
        for (String each : new String(text, StandardCharsets.ISO_8859_1).split(",", -1)) {
            Long slot = Numbers.whole(each.getBytes(StandardCharsets.ISO_8859_1));
            if (slot == null || slot != slot.intValue()) {
                return Optional.empty();
            }
            slots.add(slot.intValue());
        }
        return Optional.of(slots);
    }

    private static Struct struct(String name, List<byte[]> args, byte[] key) {
        Optional<Layout> layout = Layout.of(name);
        Struct struct = new Struct(RecordSchema.COMMAND).put(NAME, name);
        if (layout.isPresent() && layout.get().write(args, key, struct)) {
            return struct;
        }
        return new Struct(RecordSchema.COMMAND)
                .put(NAME, name)
                .put(ARGUMENTS, args.stream().skip(1).toList());
    }
}
