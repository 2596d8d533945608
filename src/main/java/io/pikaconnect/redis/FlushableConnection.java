package io.pikaconnect.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/** A connection whose commands can be sent before their replies are read, so that several nodes work at the same time. */
public final class FlushableConnection extends Connection {

    FlushableConnection(JedisSocketFactory sockets, JedisClientConfig config) {
        super(sockets, config);
    }

    @Override
    public void flush() {
        super.flush();
    }
}
