package io.pikaconnect.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Stands between a task and Redis and holds the first request of a kind, and all after it, until they are let go. */
final class HoldingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int redisPort;
    private final String kind;
    private final CountDownLatch let = new CountDownLatch(1);
    private volatile boolean holding;
    private volatile boolean answered;

    /** @param kind a command's name */
    HoldingProxy(int redisPort, String kind) {
        this.redisPort = redisPort;
        this.kind = kind;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    boolean isHolding() {
        return holding;
    }

    void let() {
        let.countDown();
    }

    /** Whether Redis has answered what was held. */
    boolean isAnswered() {
        return answered;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
                start(() -> pump(client, redis, true));
                start(() -> pump(redis, client, false));
            }
        } catch (IOException e) { // closed
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] some = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(some); n > 0; n = in.read(some)) {
                if (requests && new String(some, 0, n, StandardCharsets.ISO_8859_1).contains(kind)) {
                    holding = true;
                    let.await();
                } else if (!requests && holding) {
                    answered = true;
                }
                out.write(some, 0, n);
            }
        } catch (IOException e) { // one of the two has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "holding-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        let();
        server.close();
    }
}
