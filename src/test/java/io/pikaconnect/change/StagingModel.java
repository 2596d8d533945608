package io.pikaconnect.change;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a reader of record values does with them: collects stages and gives the commands back, whole. */
final class StagingModel {

    private final Map<Integer, ByteArrayOutputStream> stages = new TreeMap<>();
    private final List<Command> commands = new ArrayList<>();

    static List<Command> reassemble(Iterator<byte[]> values) {
        StagingModel model = new StagingModel();
        values.forEachRemaining(value -> Resp.parse(value).forEach(model::take));
        if (!model.stages.isEmpty()) {
            throw new AssertionError("stages left behind: " + model.stages.keySet());
        }
        return model.commands;
    }

    private void take(Command command) {
        if (command.size() > Command.MAX_ARGS + 2) {
            throw new AssertionError(command.size() + " arguments");
        }
        switch (command.name()) {
            case Operation.STAGE_PIECE -> stage(command);
            case Operation.RUN_STAGED -> commands.add(staged(command));
            default -> commands.add(command);
        }
    }

    private void stage(Command piece) {
        int slot = Integer.parseInt(piece.text(1));
        int offset = Integer.parseInt(piece.text(2));
        if (offset == 0) {
            stages.put(slot, new ByteArrayOutputStream());
        }
        if (stages.get(slot).size() != offset) {
            throw new AssertionError(
                    "piece at " + offset + " behind " + stages.get(slot).size() + " bytes");
        }
        stages.get(slot).writeBytes(piece.args().get(3));
    }

    private Command staged(Command staged) {
        List<byte[]> args = new ArrayList<>(staged.args().subList(2, staged.size()));
        for (String slot : staged.text(1).split(",")) {
            if (args.get(Integer.parseInt(slot)).length > 0) {
                throw new AssertionError("argument " + slot + " is staged and there: " + staged);
            }
            args.set(
                    Integer.parseInt(slot),
                    stages.remove(Integer.parseInt(slot)).toByteArray());
        }
        return new Command(args);
    }
}
