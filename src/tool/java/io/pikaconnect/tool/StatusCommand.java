package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Prints the state of both connectors and of each db. Ends with 3 if something has failed or is not"
                        + " running.")
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() {
        Connectors connectors = connection.connectors();
        Output output = parent.output();
        boolean right = true;
        for (String name : List.of(connectors.source(), connectors.sink())) {
            right &= show(connectors.status(name), output);
        }
        for (String db : connectors.databases()) {
            Sample sample = connectors.watch(db).look();
            output.show(SampleReport.json(db, sample), SampleReport.text(db, sample));
        }
        return right ? ExitCode.DONE : ExitCode.NOT_SO;
    }

    private static boolean show(ConnectRest.Status status, Output output) {
        Optional<String> failure = FirstLine.ofFailure(status);
        List<String> tasks =
                status.tasks().stream().map(ConnectRest.TaskStatus::state).toList();
        ObjectNode json = Output.object().put("connector", status.name()).put("connectorState", status.state());
        tasks.forEach(json.putArray("tasks")::add);
        failure.ifPresent(text -> json.put("failure", text));
        output.show(
                json,
                status.name() + ": " + status.state() + ", tasks "
                        + (tasks.isEmpty() ? "none" : String.join(" ", tasks))
                        + failure.map(text -> "\n  " + text).orElse(""));
        return status.state().equals("RUNNING")
                && !tasks.isEmpty()
                && tasks.stream().allMatch("RUNNING"::equals);
    }
}
