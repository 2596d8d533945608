package io.pikaconnect.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.RedisExecProvider;

/**
 * A separate Redis as a child process on a free port of the loopback address. Its program is the one that a library
 * brings along, version 7.0; the system property {@value #PROGRAM} names another, such as
 * {@code -Dredis.server=/usr/bin/valkey-server}.
 */
public final class RedisServer implements AutoCloseable {

    private static final String PROGRAM = "redis.server";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int ATTEMPTS = 5;
    /** From a cluster node's port to the one where it talks with the others. */
    private static final int BUS = 10_000;

    private static final Pattern DATA = Pattern.compile("\\.(rdb|aof|manifest)$");
    private static final Pattern ADDRESS_IN_USE = Pattern.compile("bind: Address (already )?in use");

    private final String program;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private final Kind kind;
    private Process process;

    private enum Kind {
        ALONE,
        SENTINEL,
        CLUSTER_NODE
    }

    private RedisServer(String program, Kind kind, List<String> options) {
        this.program = program;
        this.kind = kind;
        this.options = options;
        try {
            directory = Files.createTempDirectory("redis");
            port = kind == Kind.CLUSTER_NODE ? portOfNode() : freePort(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param wanted 0: any */
    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One whose {@code + 10000} is free, too, and below those that the system gives to connections. */
    private static int portOfNode() throws IOException {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(11_000, 22_000);
            try {
                return freePort(freePort(candidate + BUS) - BUS);
            } catch (BindException e) {
                // taken, the next
            }
        }
    }

    /** Starts an empty one, with more options if wanted, such as {@code --maxmemory 10mb}. */
    public static RedisServer start(String... options) {
        return start(Kind.ALONE, options);
    }

    /** Starts a sentinel instead, with these lines in its configuration. */
    public static RedisServer startSentinel(String... lines) {
        return start(Kind.SENTINEL, lines);
    }

    /** Starts a node of a cluster instead, which knows no other and has no slots. */
    static RedisServer startNode(String... options) {
        return start(Kind.CLUSTER_NODE, options);
    }

    private static RedisServer start(Kind kind, String... options) {
        String named = System.getProperty(PROGRAM, "");
        for (int attempt = 1; ; attempt++) {
            RedisServer server = new RedisServer(named.isEmpty() ? Bundled.PROGRAM : named, kind, List.of(options));
            try {
                server.launch();
                return server;
            } catch (PortTaken e) {
                server.close();
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Of the process. */
    public long pid() {
        return process.pid();
    }

    /** A connection to db 0; the caller closes it. */
    public Jedis connect() {
        return new Jedis("127.0.0.1", port, 10_000);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process at once, as a crash does. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again after {@link #kill}, on the same port, with what was saved last. */
    public void restart() {
        launch();
    }

    /** Starts it again after {@link #kill}, on the same port, with no data; a cluster's node knows what it knew of the others. */
    public void restartEmpty() {
        delete(file -> DATA.matcher(file.toString()).find());
        launch();
    }

    @Override
    public void close() {
        kill();
        delete(file -> true);
    }

    private void delete(Predicate<Path> which) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(which)
                    .sorted(Comparator.reverseOrder())
                    .forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch() {
        try {
            ProcessBuilder builder = new ProcessBuilder(kind == Kind.SENTINEL ? sentinelCommand() : command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()));
            // since 7.2 it does not start where the environment names a locale that is not installed
            builder.environment().put("LC_ALL", "C");
            process = builder.start();
            awaitAnswer();
        } catch (IOException e) {
            throw new UncheckedIOException("no Redis could be started from " + program, e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no"));
        if (kind == Kind.CLUSTER_NODE) {
            command.addAll(List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"));
            if (options.contains("--tls-cluster")) { // with TLS it would follow from the port for that
                command.addAll(List.of("--cluster-port", String.valueOf(port + BUS)));
            }
        }
        command.addAll(options);
        return command;
    }

    /** A sentinel keeps what it learns in its configuration, which therefore is a file. */
    private List<String> sentinelCommand() throws IOException {
        Path file = directory.resolve("sentinel.conf");
        if (!Files.exists(file)) {
            List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + directory));
            lines.addAll(options);
            Files.write(file, lines);
        }
        return List.of(program, file.toString(), "--sentinel");
    }

    private void awaitAnswer() throws IOException {
        long start = System.nanoTime();
        while (true) {
            try (Jedis jedis = connect()) {
                jedis.ping();
                return;
            } catch (JedisException e) {
                if (e.getMessage() != null && e.getMessage().startsWith("NOAUTH")) {
                    return;
                }
                if (!process.isAlive() || System.nanoTime() - start > START_NANOS) {
                    String log = Files.readString(directory.resolve("log"));
                    IOException failure = new IOException(program + " did not start: " + log, e);
                    if (ADDRESS_IN_USE.matcher(log).find()) {
                        throw new PortTaken(failure);
                    }
                    throw failure;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    /** Another process took the port after it was found to be free. */
    private static final class PortTaken extends UncheckedIOException {

        private static final long serialVersionUID = 1;

        PortTaken(IOException cause) {
            super(cause);
        }
    }

    /** The library's program, unpacked once. */
    private static final class Bundled {

        static final String PROGRAM = unpack();

        private static String unpack() {
            try {
                return RedisExecProvider.defaultProvider().get().toString();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unpack the redis-server from its library", e);
            }
        }
    }
}
