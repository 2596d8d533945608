package io.pikaconnect.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A separate JVM that runs one main class: it can be killed without warning, and it ends when its parent has ended, in
 * whatever way. Ctrl-C in a terminal reaches every process of the group, but not this one: in which order things end is
 * the parent's business.
 */
public final class ChildJvm implements AutoCloseable {

    private static final int STOP_SECONDS = 20;

    /** A JVM leaves a signal alone that is ignored when it starts. */
    private static final List<String> WITHOUT_INTERRUPT = List.of("sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

    private final Process process;
    private final Path log;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a JVM on this JVM's Java.
     *
     * @param log gets what the child logs by slf4j-simple and what it prints; appended to
     * @throws IOException when the process cannot be started
     */
    public static ChildJvm start(
            String mainClass, List<String> jvmOptions, List<Path> classPath, Path log, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(WITHOUT_INTERRUPT);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-Duser.language=en"); // in Turkish, for one, Kafka does not start
        command.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
        command.add("-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
        command.add("-cp");
        command.add(String.join(
                System.getProperty("path.separator"),
                classPath.stream().map(Path::toString).toList()));
        command.add(ChildJvm.class.getName());
        command.add(mainClass);
        command.addAll(Arrays.asList(args));
        Files.createDirectories(log.toAbsolutePath().getParent());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ChildJvm(process, log);
    }

    /** The entries of this JVM's class path. */
    public static List<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath())
                .toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    /** Everything logged so far. */
    public String logText() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log " + log, e);
        }
    }

    /** The last lines logged, for an error message. */
    public String logTail() {
        List<String> lines = logText().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    /** Ends it at once, as a crash would (SIGKILL), and waits until it has ended. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end (SIGTERM), waits, and kills it if it did not. */
    @Override
    public void close() {
        process.toHandle().destroy(); // by the process itself its input would be closed, which ends an orphan at once
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Runs the child's main class; ends the JVM when the parent's end of standard input is closed. */
    public static void main(String[] args) throws Throwable {
        Thread orphanWatch = new Thread(ChildJvm::haltWhenOrphaned, "orphan-watch");
        orphanWatch.setDaemon(true);
        orphanWatch.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltWhenOrphaned() {
        try {
            while (System.in.read() >= 0) {
                // the parent writes nothing; only the end counts
            }
        } catch (IOException e) {
            // as good as the end
        }
        Runtime.getRuntime().halt(1);
    }
}
