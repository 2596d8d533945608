package io.pikaconnect.tool;

import redis.clients.jedis.Jedis;

/** A Pika or a Redis, however it is reached. Its text names it. */
public interface Side {

    /** A connection to db 0; the caller closes it. */
    Jedis connect();
}
