package io.pikaconnect.sink;

import io.pikaconnect.change.KeyMapping;
import io.pikaconnect.change.Selection;
import io.pikaconnect.redis.ClusterTarget;
import java.util.Map;
import java.util.Optional;

/** The Redis of a sink, as its configuration has it: standalone, by Sentinel or as a cluster, in the clear or over TLS. */
public final class SinkRedis {

    private static final int ANSWER_MS = 30_000;

    private final RedisSinkConfig config;

    /** Whether it is a cluster that nobody has named as one; known after the first connection. Any thread's. */
    private volatile Optional<RedisSinkConfig> found = Optional.empty();

    /**
     * Reads a sink's configuration.
     *
     * @param settings with passwords in place of what refers to them
     * @throws org.apache.kafka.common.config.ConfigException when one of them cannot be understood
     */
    public SinkRedis(Map<String, String> settings) {
        config = new RedisSinkConfig(settings);
    }

    /** Connects to the db that a topic goes to; the caller closes it. */
    public TargetDb open(String topic) {
        RedisSinkConfig known = found();
        return known.target() instanceof ClusterTarget cluster
                ? new ClusterDb(cluster, known.ledgerPrefix(), ANSWER_MS)
                : TargetDb.on(known.target().connect(known.database(topic), ANSWER_MS), prefix());
    }

    private RedisSinkConfig found() {
        if (found.isEmpty()) {
            found = Optional.of(SinkValidation.isCluster(config) ? config.ofCluster() : config);
        }
        return found.get();
    }

    /** The number of the db that a topic goes to. */
    public int database(String topic) {
        return config.database(topic);
    }

    /** Prefix of everything that the sink keeps for itself. */
    public String prefix() {
        return config.getString(RedisSinkConfig.LEDGER_PREFIX);
    }

    /** The keys that the sink applies, by their names in Pika. */
    public Selection selection() {
        return KeySettings.selection(config);
    }

    /** The names that they have in Redis. */
    public KeyMapping mapping() {
        return KeySettings.mapping(config);
    }

    /** Its address, for people. */
    @Override
    public String toString() {
        return config.target().toString();
    }
}
