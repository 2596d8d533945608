package io.pikaconnect.tool;

import io.pikaconnect.Version;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import redis.clients.jedis.exceptions.JedisException;

/** The program {@code pika2redis}; what its commands do is in tool.md. */
@Command(
        name = "pika2redis",
        mixinStandardHelpOptions = true,
        versionProvider = Pika2Redis.Versions.class,
        description = "Moves a live Pika into a Redis, through Kafka.",
        subcommands = {
            MigrateCommand.class,
            StatusCommand.class,
            WatchCommand.class,
            VerifyCommand.class,
            CutOverCommand.class,
            ResyncCommand.class,
            CleanUpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done, equal, or as it should be.",
            "1:It could not be done; the last line has what, where, why and what to do.",
            "2:The command line is wrong.",
            "3:What was looked at is not as it should be: differences, a task that has failed, a step that waits."
        })
public final class Pika2Redis {

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print JSON objects, one a line, in place of text; errors on standard error, too.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Where the commands print. */
    Output output() {
        return new Output(spec.commandLine().getOut(), spec.commandLine().getErr(), json);
    }

    /** The program's command line, to be executed. */
    static CommandLine commandLine() {
        Pika2Redis program = new Pika2Redis();
        CommandLine commands = new CommandLine(program);
        commands.setExecutionExceptionHandler((e, command, parsed) -> program.failed(e));
        commands.setParameterExceptionHandler((e, arguments) -> {
            program.output()
                    .error(e.getMessage() + ". See pika2redis "
                            + (e.getCommandLine() == commands
                                    ? ""
                                    : e.getCommandLine().getCommandName() + " ")
                            + "--help");
            return ExitCode.USAGE;
        });
        return commands;
    }

    private int failed(Exception e) throws Exception {
        if (e instanceof Failed failed) {
            output().error(failed.getMessage());
            return failed.exitCode();
        } else if (e instanceof JedisException || e instanceof IllegalStateException || e instanceof IOException) {
            output().error(String.valueOf(e.getMessage()));
            return ExitCode.FAILED;
        }
        throw e;
    }

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The version of this build. */
    static final class Versions implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"pika2redis " + Version.current()};
        }
    }
}
