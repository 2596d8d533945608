package io.pikaconnect.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a task and Redis and loses connections at random: before a request arrives, or before its reply does. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final Random random;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile int chanceInThousand;
    private volatile Cut next = Cut.NONE;
    private volatile int redisPort;

    /** What is lost with a connection. */
    enum Cut {
        NONE,
        REQUEST,
        REPLY
    }

    CuttingProxy(int redisPort, Random random) {
        this.redisPort = redisPort;
        this.random = random;
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

    /** How likely each read from either side is the connection's last. */
    void cutOften(int perThousand) {
        chanceInThousand = perThousand;
    }

    /** Loses the next request, which Redis does not get then, or the next reply. */
    void cutNext(Cut what) {
        next = what;
    }

    /** Ends all connections; from now on the address leads to another Redis. */
    void leadTo(int otherPort) throws IOException {
        redisPort = otherPort;
        for (Socket s : sockets) {
            s.close();
        }
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket redis;
                try {
                    redis = new Socket(InetAddress.getLoopbackAddress(), redisPort);
                } catch (IOException e) { // Redis is not there at the moment
                    client.close();
                    continue;
                }
                sockets.add(client);
                sockets.add(redis);
                start(() -> pump(client, redis, Cut.REQUEST));
                start(() -> pump(redis, client, Cut.REPLY));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, Cut what) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int n;
            while ((n = in.read(buffer)) > 0) {
                boolean cut = next == what;
                if (cut || chanceInThousand > 0 && random.nextInt(1_000) < chanceInThousand) {
                    next = cut ? Cut.NONE : next;
                    cuts.incrementAndGet();
                    return;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // the other side has gone
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void start(Runnable r) {
        Thread t = new Thread(r);
        t.setDaemon(true);
        t.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket s : sockets) {
                s.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
