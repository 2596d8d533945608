package io.pikaconnect.tool.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves the page, read only. {@link #see} is called by one thread; requests are answered by the server's, from what was
 * seen last.
 */
public final class StatusPage implements AutoCloseable {

    private static final int THREADS = 4;

    /** Who has asked since then is still looking. */
    private static final Duration LOOKING = Duration.ofSeconds(10);

    private static final Duration LAST_LOOK = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ExecutorService threads;
    private final URI address;
    private final Assessment assessment;
    private final Answers answers;
    private final CountDownLatch conclusionSeen = new CountDownLatch(1);

    /** When somebody asked last, {@link System#nanoTime}; written by the server's threads. */
    private volatile long askedAt = System.nanoTime() - LOOKING.toNanos();

    private volatile boolean concluded;

    private StatusPage(HttpServer server, Ends ends) {
        this.server = server;
        String host = server.getAddress().getAddress().getHostAddress();
        address = URI.create("http://" + (host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host) + ":"
                + server.getAddress().getPort() + "/");
        assessment = new Assessment(ends);
        answers = new Answers(assessment.starting(Instant.now()));
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "page");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Starts to serve.
     *
     * @param at from {@link PageAddress}
     * @throws IOException when something else listens there
     */
    public static StatusPage start(InetSocketAddress at, Ends ends) throws IOException {
        return new StatusPage(HttpServer.create(at, 0), ends);
    }

    /** Such as {@code http://127.0.0.1:8084/}. */
    public URI address() {
        return address;
    }

    /** Shows this from now on. */
    public void see(Seen seen) {
        answers.show(assessment.of(seen));
    }

    /**
     * Shows how it ended, whatever is seen from now on.
     *
     * @param good whether as it should
     * @param details sentences
     */
    public void conclude(boolean good, String headline, String... details) {
        answers.conclude(Verdict.of(good ? State.DONE : State.FAILED, headline, details));
        concluded = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean last = concluded;
        askedAt = System.nanoTime();
        try (exchange) {
            answers.to(exchange);
        }
        if (last && exchange.getRequestURI().getPath().equals("/")) {
            conclusionSeen.countDown();
        }
    }

    /** Ends it; whoever is looking gets to see how it ended before. */
    @Override
    public void close() {
        if (concluded && System.nanoTime() - askedAt < LOOKING.toNanos()) {
            try {
                conclusionSeen.await(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
