package io.pikaconnect.tool;

import java.util.Optional;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** The client address of a Pika or a Redis. */
public record Endpoint(String host, int port, Optional<String> password) implements Side {

    private static final int LIMIT_MS = 30_000;

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static Endpoint parse(String address, Optional<String> password) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("\"" + address + "\" is not an address: expected host:port");
        }
        return new Endpoint(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)), password);
    }

    @Override
    public Jedis connect() {
        DefaultJedisClientConfig.Builder client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(LIMIT_MS)
                .socketTimeoutMillis(LIMIT_MS)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        password.ifPresent(client::password);
        return new Jedis(new HostAndPort(host, port), client.build());
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
