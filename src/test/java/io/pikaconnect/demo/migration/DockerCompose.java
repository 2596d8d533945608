package io.pikaconnect.demo.migration;

import io.pikaconnect.tool.Endpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The servers of docker/compose.yaml, perhaps with another file over it, under a name and at ports of their own: they may run beside those of a user. What they
 * log is in target/docker when they have ended.
 */
final class DockerCompose implements AutoCloseable {

    private static final String PROJECT = "kafka-connect-pika-it";
    private static final Path OUTPUT = Path.of("target", "docker");
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINES_OF_A_FAILURE = 30;

    /** Compose prints it whether it is told to or not. */
    private static final String ERASE_LINE = "\u001b[2K";

    private final Map<String, String> ports;
    private final String project;
    private final List<String> files = new ArrayList<>(List.of("-f", "docker/compose.yaml"));

    /** @param over files of docker/ that change something of compose.yaml */
    DockerCompose(String... over) {
        project = String.join("-", PROJECT, String.join("-", over).replaceAll("compose\\.|\\.yaml", ""))
                .replaceFirst("-$", "");
        for (String file : over) {
            files.addAll(List.of("-f", "docker/" + file));
        }
        ports = Stream.of("KAFKA_PORT", "CONNECT_PORT", "PIKA_PORT", "REDIS_PORT")
                .collect(Collectors.toMap(name -> name, name -> Integer.toString(freePort())));
        try {
            Files.createDirectories(OUTPUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is a Docker engine, and Compose of version 2. */
    static boolean isHere() {
        return succeeds("docker", "info") && succeeds("docker", "compose", "version");
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Endpoint pika() {
        return new Endpoint("127.0.0.1", Integer.parseInt(ports.get("PIKA_PORT")), Optional.empty());
    }

    Endpoint redis() {
        return new Endpoint("127.0.0.1", Integer.parseInt(ports.get("REDIS_PORT")), Optional.empty());
    }

    /** Removes what a test left that was killed. */
    void removeLeftovers() {
        run("down", "--volumes");
    }

    /** Starts what does not run; returns when the servers are healthy and the connectors deployed. */
    void up() {
        run("up", "--build", "--detach");
    }

    /** Removes every container and the network; the volumes stay. */
    void down() {
        run("down");
    }

    void restart(String service) {
        run("restart", service);
    }

    void stop(String service) {
        run("stop", service);
    }

    void start(String service) {
        run("start", service);
    }

    /** What the health check of a service found: starting, healthy or unhealthy. */
    String health(String service) {
        return run("ps", "--format", "{{.Health}}", service).strip();
    }

    /** What a command prints that runs in the container of a service. */
    String exec(String service, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", "--no-TTY", service));
        words.addAll(List.of(command));
        return run(words.toArray(String[]::new));
    }

    /** Removes containers, volumes and the image that was built. */
    @Override
    public void close() {
        try {
            keep("containers.txt", run("ps", "--all"));
            keep("logs.txt", run("logs", "--no-color", "--timestamps"));
        } finally {
            run("down", "--volumes", "--rmi", "local");
        }
    }

    private String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "compose", "-p", project));
        command.addAll(files);
        command.addAll(List.of("--ansi", "never", "--progress", "plain"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(ports);
        File output = OUTPUT.resolve("compose-" + arguments[0] + ".txt").toFile();
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(output)
                    .start();
            boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            String printed = Files.readString(output.toPath());
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                List<String> lines = printed.lines().toList();
                throw new IllegalStateException(String.join(" ", command)
                        + (ended ? " ended with " + process.exitValue() : " has not ended within " + LIMIT) + ":\n"
                        + String.join(
                                "\n", lines.subList(Math.max(0, lines.size() - LINES_OF_A_FAILURE), lines.size())));
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void keep(String file, String text) {
        try {
            Files.writeString(OUTPUT.resolve(file), text.replace(ERASE_LINE, ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
