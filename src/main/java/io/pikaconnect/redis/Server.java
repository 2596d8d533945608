package io.pikaconnect.redis;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Consumer;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A Redis or a sentinel at an address. Every connection of the sink is made here. */
public record Server(String host, int port, Access access) {

    /** @param host an IPv6 address with or without brackets */
    public Server {
        host = host.replaceFirst("^\\[(.*)]$", "$1");
    }

    static final int CONNECT_MS = 5_000;
    private static final String CLIENT = "kafka-connect-pika";

    Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        return open(config(CONNECT_MS, answerMs).database(database).clientName(CLIENT), opened);
    }

    /** A connection to a sentinel, whose user may have no right but to ask for the master. */
    Jedis connectToSentinel(int limitMs, Consumer<Socket> opened) {
        return open(config(limitMs, limitMs), opened);
    }

    private DefaultJedisClientConfig.Builder config(int connectMs, int answerMs) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(connectMs)
                .socketTimeoutMillis(answerMs)
                // A user need not have that right, and a refusal would show in the server's ACL LOG.
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        access.user().ifPresent(config::user);
        // Jedis logs in only with a password; a user without one may log in with any.
        access.password().or(() -> access.user().map(user -> "")).ifPresent(config::password);
        return config;
    }

    private Jedis open(DefaultJedisClientConfig.Builder settings, Consumer<Socket> opened) {
        JedisClientConfig config = settings.build();
        JedisSocketFactory plain = new DefaultJedisSocketFactory(new HostAndPort(host, port), config);
        try { // its constructor connects
            return new Jedis(new FlushableConnection(
                    () -> {
                        Socket socket = plain.createSocket();
                        opened.accept(socket);
                        return access.tls().isEmpty()
                                ? socket
                                : encrypted(access.tls().get(), socket);
                    },
                    config));
        } catch (JedisConnectionException e) {
            throw ConnectFailed.of(this, e);
        } catch (JedisAccessControlException e) {
            throw access.unresolved()
                    .map(reference -> new JedisAccessControlException(
                            e.getMessage() + " (the password is still the reference " + reference
                                    + ": the worker has no such config provider (config.providers), or that has no"
                                    + " such key)",
                            e))
                    .orElse(e);
        }
    }

    private Socket encrypted(Tls tls, Socket socket) {
        try {
            return tls.over(socket, host, port);
        } catch (IOException e) {
            close(socket, e);
            throw TlsFailures.ofHandshake(this, tls, e);
        } catch (RuntimeException e) {
            close(socket, e);
            throw e;
        }
    }

    private static void close(Socket socket, Exception because) {
        try {
            socket.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
