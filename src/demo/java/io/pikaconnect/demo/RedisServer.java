package io.pikaconnect.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    private static final Pattern ADDRESS_IN_USE = Pattern.compile("bind: Address (already )?in use");

    private final String program;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private final boolean sentinel;
    private Process process;

    private RedisServer(String program, boolean sentinel, List<String> options) {
        this.program = program;
        this.sentinel = sentinel;
        this.options = options;
        try {
            directory = Files.createTempDirectory("redis");
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an empty one, with more options if wanted, such as {@code --maxmemory 10mb}. */
    public static RedisServer start(String... options) {
        return start(false, options);
    }

    /** Starts a sentinel instead, with these lines in its configuration. */
    public static RedisServer startSentinel(String... lines) {
        return start(true, lines);
    }

    private static RedisServer start(boolean sentinel, String... options) {
        String named = System.getProperty(PROGRAM, "");
        for (int attempt = 1; ; attempt++) {
            RedisServer server = new RedisServer(named.isEmpty() ? Bundled.PROGRAM : named, sentinel, List.of(options));
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

    /** Starts it again after {@link #kill}, on the same port, with nothing. */
    public void restartEmpty() {
        try {
            Files.deleteIfExists(directory.resolve("dump.rdb"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        launch();
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch() {
        try {
            ProcessBuilder builder = new ProcessBuilder(sentinel ? sentinelCommand() : command())
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
