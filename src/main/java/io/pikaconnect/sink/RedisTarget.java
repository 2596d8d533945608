package io.pikaconnect.sink;

import java.net.Socket;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.types.Password;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/** Address of Redis, and the user to log in as. */
record RedisTarget(String host, int port, Optional<String> user, Optional<Password> password) {

    private static final int CONNECT_MS = 5_000;

    /** A connection with this db selected; the caller closes it. */
    Jedis connect(int database, int answerMs) {
        return connect(database, answerMs, socket -> {});
    }

    /** @param opened gets the socket before anything is sent; closing it ends every wait for it */
    Jedis connect(int database, int answerMs, Consumer<Socket> opened) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .database(database)
                .clientName("kafka-connect-pika")
                .connectionTimeoutMillis(CONNECT_MS)
                .socketTimeoutMillis(answerMs);
        user.ifPresent(config::user);
        // Jedis logs in only with a password; a user without one may log in with any.
        password.map(Password::value).or(() -> user.map(u -> "")).ifPresent(config::password);
        JedisClientConfig built = config.build();
        JedisSocketFactory sockets = new DefaultJedisSocketFactory(new HostAndPort(host, port), built);
        Jedis jedis = new Jedis(
                () -> {
                    Socket socket = sockets.createSocket();
                    opened.accept(socket);
                    return socket;
                },
                built);
        try {
            jedis.connect();
            return jedis;
        } catch (RuntimeException e) {
            jedis.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
