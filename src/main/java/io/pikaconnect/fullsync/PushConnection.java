package io.pikaconnect.fullsync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the master's rsync: from its first byte on, a process of {@link RsyncDaemon} serves it, and bytes are
 * copied between the two. The end of either ends the other.
 */
final class PushConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PushConnection.class);
    private static final int BUFFER = 256 * 1024;
    /** A client has this long for its first byte. */
    private static final int FIRST_BYTE_MILLIS = 60_000;

    private static final int KILLED_SECONDS = 2;

    /** What the daemon sends when it accepts a client, within its first few hundred bytes. */
    private static final String WELCOME = "@RSYNCD: OK\n";

    /** What it sends when it refuses the password. */
    private static final String REFUSAL = "@ERROR: auth failed";

    private static final int WELCOME_WITHIN = 2_000;

    private final PushPort port;
    private final RsyncDaemon daemon;
    private final Socket socket;
    /** Only used by the thread that copies to the client. */
    private final StringBuilder firstWords = new StringBuilder();
    /** Written by the thread that copies to the client. */
    private volatile boolean authenticated;
    /** Guarded by this. */
    private Optional<Process> process = Optional.empty();

    private boolean closed;

    PushConnection(PushPort port, RsyncDaemon daemon, Socket socket) {
        this.port = port;
        this.daemon = daemon;
        this.socket = socket;
    }

    static Thread start(String what, Runnable task) {
        Thread thread = new Thread(task, "pika-push-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Serves it, on separate threads. */
    void start() {
        start("in", this::run);
    }

    /** Whether the client knew the password. */
    boolean isWelcome() {
        return authenticated;
    }

    private void run() {
        try (socket) {
            socket.setSoTimeout(FIRST_BYTE_MILLIS);
            byte[] buffer = new byte[BUFFER];
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                port.closedEmpty();
                return;
            }
            socket.setSoTimeout(0);
            if (port.begins()) {
                serve(buffer, count);
            }
        } catch (IOException e) {
            LOG.debug("a connection from {}: {}", socket.getInetAddress(), e.getMessage());
        } finally {
            port.remove(this);
        }
    }

    /** Connections that fail authentication are ignored, however long they stay open. */
    private void serve(byte[] buffer, int first) throws IOException {
        Process served = served();
        Thread back = start("out", () -> carryBack(served));
        try (OutputStream in = served.getOutputStream()) {
            for (int count = first; count >= 0; count = socket.getInputStream().read(buffer)) {
                if (authenticated) {
                    port.received(count);
                }
                in.write(buffer, 0, count);
                in.flush();
            }
        } catch (IOException e) {
            LOG.debug("a push from {}: {}", socket.getInetAddress(), e.getMessage()); // the process ended first
        }
        try {
            back.join();
            int exit = served.waitFor();
            LOG.debug("rsync for {} ended with {}", socket.getInetAddress(), exit);
            if (authenticated) {
                port.finished(exit == 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Process served() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Process started = daemon.serve(socket.getInetAddress().getHostAddress());
        process = Optional.of(started);
        return started;
    }

    private void carryBack(Process served) {
        try (socket;
                InputStream out = served.getInputStream()) {
            byte[] buffer = new byte[BUFFER];
            for (int count = out.read(buffer); count >= 0; count = out.read(buffer)) {
                if (!authenticated && firstWords.length() < WELCOME_WITHIN) {
                    firstWords.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
                    authenticated = firstWords.indexOf(WELCOME) >= 0;
                    if (authenticated) {
                        port.authenticated();
                    } else if (firstWords.indexOf(REFUSAL) >= 0) {
                        port.refused();
                    }
                }
                send(buffer, count);
            }
        } catch (IOException e) {
            LOG.debug("a push from {}: {}", socket.getInetAddress(), e.getMessage());
        }
    }

    /** A client may close before the last bytes to it; the process must still run to completion. */
    private void send(byte[] buffer, int count) {
        try {
            socket.getOutputStream().write(buffer, 0, count);
        } catch (IOException e) {
            LOG.debug("a push from {}: {}", socket.getInetAddress(), e.getMessage());
        }
    }

    /**
     * Closes it, and waits until its processes have ended: they must not write into a directory that is being removed.
     */
    @Override
    public void close() {
        Optional<Process> running;
        synchronized (this) {
            closed = true;
            running = process;
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a push: {}", e.getMessage());
        }
        if (running.isPresent()) {
            // rsync starts a second process, which briefly outlives the first.
            List<ProcessHandle> all = Stream.concat(
                            running.get().descendants(), Stream.of(running.get().toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(PushConnection::awaitEnd);
        }
    }

    private static void awaitEnd(ProcessHandle ended) {
        try {
            ended.onExit().get(KILLED_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("rsync process {} does not end: {}", ended.pid(), e.toString());
        }
    }
}
