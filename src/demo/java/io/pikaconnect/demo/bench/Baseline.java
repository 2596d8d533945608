package io.pikaconnect.demo.bench;

import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Another migration than ours, as a command that {@code sh} runs. It finds the two servers in its environment:
 * {@code PIKA_HOST}, {@code PIKA_PORT}, {@code REDIS_HOST} and {@code REDIS_PORT}, the Redis empty. It may end when it has
 * copied everything, or continue: then it and the processes it started are ended (SIGTERM, after 30 s SIGKILL).
 */
final class Baseline implements AutoCloseable {

    private static final int END_SECONDS = 30;
    private static final int LINES_SHOWN = 20;

    private final String command;
    private final Process process;
    private final Path log;

    /** CPU seconds by process: one that has ended keeps what it was last seen with. */
    private final Map<Long, Double> used = new HashMap<>();

    private Baseline(String command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
    }

    /** @param log gets what it prints; replaced */
    static Baseline start(String command, Endpoint pika, Endpoint redis, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PIKA_HOST", pika.host(),
                        "PIKA_PORT", String.valueOf(pika.port()),
                        "REDIS_HOST", redis.host(),
                        "REDIS_PORT", String.valueOf(redis.port())));
        return new Baseline(command, builder.start(), log);
    }

    /**
     * To be called while it runs.
     *
     * @throws IllegalStateException when it has failed, with the end of what it printed
     */
    void check() {
        tree().forEach(one -> one.info()
                .totalCpuDuration()
                .ifPresent(time -> used.merge(one.pid(), time.toMillis() / 1e3, Math::max)));
        if (!process.isAlive() && process.exitValue() != 0) {
            throw failed("failed with exit code " + process.exitValue());
        }
    }

    /** An error of the command, with the end of what it printed. */
    IllegalStateException failed(String how) {
        return new IllegalStateException("the baseline's command " + how + ": " + command + "\n" + logTail());
    }

    /** CPU seconds that it and the processes it started had used at the last {@link #check}. */
    double cpuSeconds() {
        return used.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private List<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    private String logTail() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the baseline's log " + log, e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = tree(); // the shell first: after the end of a child it would run the next command
        all.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                    .get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // what is left is killed
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
