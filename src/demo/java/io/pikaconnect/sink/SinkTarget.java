package io.pikaconnect.sink;

import io.pikaconnect.redis.Target;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import redis.clients.jedis.Jedis;

/** The Redis of a sink, reached as the sink reaches it. */
public final class SinkTarget {

    private static final int LIMIT_MS = 30_000;

    private SinkTarget() {}

    /**
     * A connection to db 0; the caller closes it.
     *
     * @throws IllegalArgumentException when the settings cannot be used
     * @throws redis.clients.jedis.exceptions.JedisException when it does not answer, or does not let us in
     */
    public static Jedis connect(Map<String, String> settings) {
        return target(settings).connect(0, LIMIT_MS);
    }

    /** What the sink's log calls it. */
    public static String name(Map<String, String> settings) {
        return target(settings).toString();
    }

    private static Target target(Map<String, String> settings) {
        Map<String, String> sink = new HashMap<>(settings);
        sink.putIfAbsent("name", "redis-sink");
        sink.putIfAbsent("topics", "pika.db0");
        try {
            return ConnectionSettings.target(new RedisSinkConfig(sink));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
