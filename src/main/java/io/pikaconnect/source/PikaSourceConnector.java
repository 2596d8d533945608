package io.pikaconnect.source;

import io.pikaconnect.Version;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Replicates a Pika master into Kafka: a full sync first, then its binlog. Each db is a task of its own, with its own
 * identity at the master, position and topic.
 */
public final class PikaSourceConnector extends SourceConnector {

    static final String TASKS_MAX = "tasks.max";
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private Map<String, String> settings = Map.of();
    private List<String> databases = List.of();

    /**
     * Names the stored position: by the logical name and the db, never by an address. Connect looks it up by its bytes,
     * so the order of the entries is always this one.
     */
    static Map<String, String> sourcePartition(PikaSourceConfig config) {
        return sourcePartition(config, config.database());
    }

    private static Map<String, String> sourcePartition(PikaSourceConfig config, String database) {
        Map<String, String> partition = new LinkedHashMap<>();
        partition.put("pika", config.name());
        partition.put("db", database);
        return Collections.unmodifiableMap(partition);
    }

    /** Why these dbs cannot be replicated with the tasks that are allowed. */
    static Optional<String> tasksProblem(Map<String, String> settings, List<String> databases) {
        String allowed = settings.getOrDefault(TASKS_MAX, "1").strip();
        return allowed.matches("\\d{1,9}") ? tasksProblem(Integer.parseInt(allowed), databases) : Optional.empty();
    }

    private static Optional<String> tasksProblem(int allowed, List<String> databases) {
        return databases.size() <= allowed
                ? Optional.empty()
                : Optional.of("each db needs a task of its own: " + TASKS_MAX + " must be at least " + databases.size()
                        + " for " + databases + ", but is " + allowed);
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> props) {
        settings = Map.copyOf(props);
        PikaSourceConfig config = new PikaSourceConfig(settings);
        databases = config.allDatabases() ? ask(config) : config.databases();
        tasksProblem(settings, databases).ifPresent(problem -> {
            throw new ConnectException(config.name() + ": " + problem);
        });
    }

    /** The dbs there are; a master has as many as its configuration says, until it is started anew. */
    private static List<String> ask(PikaSourceConfig config) {
        try {
            return MasterProbe.ask(config.replica(), LIMIT).databases();
        } catch (ReplicationException e) {
            throw new ConnectException(
                    e.getMessage()
                            + ". pika.databases=* needs its answer: restart the connector when it is there, or name"
                            + " the dbs",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException(config.name() + ": asking the master for its dbs was interrupted", e);
        }
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PikaSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        tasksProblem(maxTasks, databases).ifPresent(problem -> {
            throw new ConnectException(problem);
        });
        // A master with other dbs than db0 is refused as long as nothing names one.
        return settings.containsKey(PikaSourceConfig.PIKA_DATABASES)
                ? databases.stream().map(this::settingsOf).toList()
                : List.of(settings);
    }

    private Map<String, String> settingsOf(String database) {
        Map<String, String> of = new HashMap<>(settings);
        of.put(PikaSourceConfig.PIKA_DATABASES, database);
        return of;
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
        PikaSourceConfig config = new PikaSourceConfig(props);
        offsets.forEach((partition, offset) -> {
            String database = String.valueOf(partition.get("db"));
            Map<String, String> ours =
                    sourcePartition(config, config.replicates(database) ? database : config.database());
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
