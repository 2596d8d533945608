package io.pikaconnect.source;

import io.pikaconnect.Version;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Replicates a Pika master into a Kafka topic: a full sync first, then its binlog, as one task. */
public final class PikaSourceConnector extends SourceConnector {

    private Map<String, String> settings = Map.of();

    /**
     * Names the stored position: by the logical name and the db, never by an address. Connect looks it up by its bytes,
     * so the order of the entries is always this one.
     */
    static Map<String, String> sourcePartition(PikaSourceConfig config) {
        Map<String, String> partition = new LinkedHashMap<>();
        partition.put("pika", config.name());
        partition.put("db", config.database());
        return Collections.unmodifiableMap(partition);
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> props) {
        settings = Map.copyOf(props);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PikaSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(settings);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return PikaSourceConfig.definition();
    }

    @Override
    public Config validate(Map<String, String> props) {
        Config config = super.validate(props);
        new SourceValidation(props).addErrors(config);
        return config;
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> props) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }

    /**
     * Accepts only what a restart could use; null resets a db, which means a new epoch.
     *
     * @throws ConnectException for another partition than ours, or an offset that cannot be read
     */
    @Override
    public boolean alterOffsets(Map<String, String> props, Map<Map<String, ?>, Map<String, ?>> offsets) {
        Map<String, String> ours = sourcePartition(new PikaSourceConfig(props));
        offsets.forEach((partition, offset) -> {
            if (!ours.equals(partition) && offset != null) {
                throw new ConnectException("Offsets of this connector are stored under " + ours + ", not " + partition);
            }
            if (offset != null) {
                SourceOffset.fromMap(offset);
            }
        });
        return true;
    }
}
