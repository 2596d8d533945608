package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "resync",
        mixinStandardHelpOptions = true,
        description = "Requests a new full sync, at whose beginning the sink empties its db.")
final class ResyncCommand implements Callable<Integer> {

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Waiting waiting = new Waiting();

    @Option(names = "--db", paramLabel = "DB", description = "Only this db of the source's, such as db2.")
    private String db;

    @Option(names = "--dry-run", description = "Change nothing: print what would be done.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Redis may be emptied. Without it nothing is done.")
    private boolean yes;

    @Override
    public Integer call() {
        Connectors connectors = connection.connectors();
        Output output = parent.output();
        Optional<List<JsonNode>> one = Optional.ofNullable(db).map(name -> partition(connectors, name));
        String what = one.isPresent() ? "the place of " + db : "its place";
        if (dryRun || !yes) {
            output.step(StepState.WOULD, "set on.new.epoch=clear at " + connectors.sink());
            output.step(StepState.WOULD, "stop " + connectors.source() + ", forget " + what + ", and resume it");
            output.step(
                    StepState.WOULD, "empty Redis " + connectors.redis() + " once the new dump is there, and fill it");
            if (dryRun) {
                return ExitCode.DONE;
            }
            throw Failed.notSo("nothing was done, because Redis " + connectors.redis()
                    + " will be emptied: start the same command with --yes if it may be");
        }
        connectors.rest().change(connectors.sink(), Map.of("on.new.epoch", Optional.of("clear")));
        output.step(StepState.DONE, "set on.new.epoch=clear at " + connectors.sink());
        connectors.rest().stop(connectors.source());
        waiting.until(
                connectors.source() + " is stopped",
                output,
                () -> Optional.of(connectors.status(connectors.source()))
                        .filter(status -> !status.state().equals("STOPPED")
                                || !status.tasks().isEmpty())
                        .map(status -> "it is " + status.state()));
        try {
            one.ifPresentOrElse(
                    partitions -> connectors.rest().resetOffsets(connectors.source(), partitions),
                    () -> connectors.rest().resetOffsets(connectors.source()));
            output.step(StepState.DONE, "forgot " + what);
        } finally {
            connectors.rest().resume(connectors.source());
        }
        output.step(StepState.DONE, "resumed " + connectors.source() + ": it takes a new full sync");
        output.step(StepState.NEXT, "watch it with pika2redis status; cutover takes on.new.epoch out again");
        return ExitCode.DONE;
    }

    private static List<JsonNode> partition(Connectors connectors, String db) {
        Map<String, JsonNode> known = connectors.partitions();
        return List.of(Optional.ofNullable(known.get(db))
                .orElseThrow(() -> new Failed(connectors.source() + " has no place of " + db + ", only of "
                        + known.keySet() + ": give one of these with --db")));
    }
}
