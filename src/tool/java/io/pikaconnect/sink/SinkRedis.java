package io.pikaconnect.sink;

import java.util.Map;
import redis.clients.jedis.Jedis;

/** The Redis of a sink, as its configuration has it: standalone or by Sentinel, in the clear or over TLS. */
public final class SinkRedis {

    private static final int ANSWER_MS = 30_000;

    private final RedisSinkConfig config;

    /**
     * Reads a sink's configuration.
     *
     * @param settings with passwords in place of what refers to them
     * @throws org.apache.kafka.common.config.ConfigException when one of them cannot be understood
     */
    public SinkRedis(Map<String, String> settings) {
        config = new RedisSinkConfig(settings);
    }

    /** A connection to the db that a topic goes to; the caller closes it. */
    public Jedis connect(String topic) {
        return config.target().connect(config.database(topic), ANSWER_MS);
    }

    /** The number of the db that a topic goes to. */
    public int database(String topic) {
        return config.database(topic);
    }

    /** Prefix of everything that the sink keeps for itself. */
    public String prefix() {
        return config.getString(RedisSinkConfig.LEDGER_PREFIX);
    }

    /** Its address, for people. */
    @Override
    public String toString() {
        return config.target().toString();
    }
}
