package io.pikaconnect.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Maps a free port of a loopback address to a port of 127.0.0.1, as Docker or a load balancer does. */
final class Forwarder implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /**
     * Begins to listen.
     *
     * @throws IOException where this machine does not have the address, for one
     */
    Forwarder(String host, int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, BACKLOG, InetAddress.getByName(host));
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connections that were forwarded, since the beginning. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                connect(client);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket master = new Socket("127.0.0.1", target);
            sockets.add(master);
            connections.incrementAndGet();
            start(() -> pump(client, master));
            start(() -> pump(master, client));
        } catch (IOException e) { // the master is not there at the moment
            client.close();
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side has gone
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
