package io.pikaconnect.redis;

import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import redis.clients.jedis.Jedis;

/** One server at a fixed address; a name is resolved again for each connection. */
public record StandaloneTarget(Server server, String setting) implements Target {

    @Override
    public Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        return server.connect(database, answerMs, opened);
    }

    @Override
    public Optional<String> successorOf(SocketAddress connected) {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
