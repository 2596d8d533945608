package io.pikaconnect.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How a connector itself connects to Kafka. Connect gives its connectors no client, so this is optional: what needs it
 * is left out without it.
 *
 * @param client settings of Kafka's clients, {@code bootstrap.servers} and security
 */
public record KafkaSettings(Map<String, Object> client) {

    /** The setting that turns it on. */
    public static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";

    private static final String PREFIX = "kafka.";

    /** A query that takes longer has failed. */
    private static final int ANSWER_MS = 10_000;

    /** About how much memory the search for an epoch takes at most. */
    private static final int FETCH_BYTES = 4 << 20;

    /** A fetch ahead at the end of one partition delays that of the next one by this much. */
    private static final int FETCH_WAIT_MS = 20;

    /** The setting, for a connector's table; {@code use} is a sentence on what is looked up. */
    public static ConfigDef.ConfigKey key(String use) {
        return new ConfigDef()
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        "",
                        ConfigDef.Importance.MEDIUM,
                        "Kafka's bootstrap servers, for what the connector looks up by itself: " + use
                                + " Further settings of Kafka's clients, such as those for TLS and SASL, have kafka."
                                + " before their names. Empty: nothing is looked up.")
                .configKeys()
                .get(BOOTSTRAP_SERVERS);
    }

    /** Reads them from a connector's settings; empty if it is not to look anything up. */
    public static Optional<KafkaSettings> of(AbstractConfig connector) {
        if (connector.getString(BOOTSTRAP_SERVERS).isBlank()) {
            return Optional.empty();
        }
        Map<String, Object> client = new HashMap<>(connector.originalsWithPrefix(PREFIX));
        client.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS);
        client.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
        return Optional.of(new KafkaSettings(Map.copyOf(client)));
    }

    /** For the caller to close. */
    Admin admin() {
        return Admin.create(client);
    }

    /** A consumer of committed records that belongs to no group and commits nothing; for the caller to close. */
    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The servers only; the other settings may be secret. */
    @Override
    public String toString() {
        return String.valueOf(client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    }
}
