package io.pikaconnect.tool;

import java.io.Console;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "cutover",
        mixinStandardHelpOptions = true,
        description = "Takes the steps of a cut-over, and checks each. It may be ended and started again at any step.")
final class CutOverCommand implements Callable<Integer> {

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Waiting waiting = new Waiting();

    @Option(names = "--dry-run", description = "Change nothing: print what would be done, and what is not met yet.")
    private boolean dryRun;

    @Option(
            names = "--writers-stopped",
            description = "The applications have stopped writing to Pika, or will without being asked for.")
    private boolean writersStopped;

    @Option(
            names = "--still",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long Pika's binlog must not have grown (default: ${DEFAULT-VALUE} s).")
    private int stillSeconds;

    @Override
    public Integer call() {
        Connectors connectors = connection.connectors();
        CutOver cutOver = new CutOver(connectors, parent.output(), waiting);
        if (dryRun) {
            List<String> missing = cutOver.rehearse();
            return missing.isEmpty() ? ExitCode.DONE : ExitCode.NOT_SO;
        }
        if (cutOver.isDone()) {
            parent.output()
                    .step(StepState.OK, "the cut-over was done: both connectors are stopped, Redis has everything");
            return ExitCode.DONE;
        }
        cutOver.release();
        if (!writersStopped) {
            askForTheWriters();
        }
        cutOver.stop(stillSeconds);
        return ExitCode.DONE;
    }

    private void askForTheWriters() {
        Console console = System.console();
        if (console == null) {
            throw Failed.notSo(
                    "the writers have to be stopped now, and there is no terminal to ask whether they are: stop"
                            + " them, then start the same command with --writers-stopped");
        }
        console.readLine("Stop the applications that write to Pika, then press Enter. ");
    }
}
