package io.pikaconnect.source;

import io.pikaconnect.Version;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.ReplicationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicates a Pika master into Kafka: a full sync first, then its binlog. Each db is a task of its own, with its own
 * identity at the master, position and topic.
 */
public final class PikaSourceConnector extends SourceConnector {

    private static final Logger LOG = LoggerFactory.getLogger(PikaSourceConnector.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);

    /** As many as pika.databases can name. */
    private static final int MOST_DATABASES = 100;

    private final Duration askEvery;
    private Map<String, String> settings = Map.of();
    // Written by Connect's thread and by the one that asks the master.
    private volatile List<String> databases = List.of();
    private Optional<DatabaseDiscovery> question = Optional.empty();

    /** As Connect makes it. */
    public PikaSourceConnector() {
        this(ASK_EVERY);
    }

    PikaSourceConnector(Duration askEvery) {
        this.askEvery = askEvery;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> props) {
        settings = Map.copyOf(props);
        PikaSourceConfig config = new PikaSourceConfig(settings);
        config.noteStarted();
        databases = config.allDatabases() ? ask(config) : config.databases();
        TaskLimit.of(settings).problem(databases).ifPresent(problem -> {
            throw TaskFailure.of(config.name() + ": " + problem, null);
        });
    }

    /** The dbs there are, or as long as the master is away those that are known; it is asked until it answers. */
    private List<String> ask(PikaSourceConfig config) {
        try {
            return MasterProbe.ask(config.replica(), DatabaseDiscovery.LIMIT).databases();
        } catch (ReplicationException e) {
            if (e.kind() != ReplicationException.Kind.RETRY) {
                throw TaskFailure.of(e.getMessage(), e);
            }
            List<String> known = known(config);
            LOG.warn("{}; until it tells its dbs (pika.databases=*) there are tasks for {}", e.getMessage(), known);
            question = Optional.of(DatabaseDiscovery.ask(config.replica(), askEvery, new Reconfiguring()));
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TaskFailure.unexpected(config.name() + ", asking the master for its dbs", e);
        }
    }

    /** Every master has db0; the others have a stored position, if they ever were replicated. */
    private List<String> known(PikaSourceConfig config) {
        List<Map<String, String>> all = IntStream.range(0, MOST_DATABASES)
                .mapToObj(i -> config.sourcePartition("db" + i))
                .toList();
        Set<String> known = new LinkedHashSet<>(config.databases());
        try {
            Map<Map<String, String>, Map<String, Object>> stored =
                    context().offsetStorageReader().offsets(all);
            all.stream().filter(p -> stored.get(p) != null).forEach(p -> known.add(p.get("db")));
        } catch (RuntimeException e) {
            LOG.warn("{}: which dbs have a stored position cannot be read now: {}", config.name(), e.toString());
        }
        return known.stream()
                .limit(TaskLimit.of(settings).most().orElse(MOST_DATABASES))
                .toList();
    }

    private final class Reconfiguring implements DatabaseDiscovery.Asker {

        @Override
        public void answered(List<String> now) {
            Optional<String> problem = TaskLimit.of(settings).problem(now);
            if (problem.isPresent()) {
                failed(TaskFailure.of(settings.get("name") + ": " + problem.get(), null));
            } else if (!now.equals(databases)) {
                LOG.info("{}: the master has the dbs {}; each gets its task", settings.get("name"), now);
                databases = now;
                context().requestTaskReconfiguration();
            }
        }

        @Override
        public void failed(TaskFailure failure) {
            context().raiseError(failure);
        }
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PikaSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<String> now = databases;
        new TaskLimit(OptionalInt.of(maxTasks)).problem(now).ifPresent(problem -> {
            throw TaskFailure.of(settings.get("name") + ": " + problem, null);
        });
        // A master with other dbs than db0 is refused as long as nothing names one.
        return settings.containsKey(PikaSourceConfig.PIKA_DATABASES)
                ? now.stream().map(this::settingsOf).toList()
                : List.of(settings);
    }

    private Map<String, String> settingsOf(String database) {
        Map<String, String> of = new HashMap<>(settings);
        of.put(PikaSourceConfig.PIKA_DATABASES, database);
        return of;
    }

    @Override
    public void stop() {
        question.ifPresent(DatabaseDiscovery::close);
    }

    @Override
    public ConfigDef config() {
        return SourceSettings.definition();
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
     * Accepts only what a restart could use; null resets a db, which means a new epoch. Positions under another name are
     * reset only along with one of ours, as when all are: alone it would be a mistake in the name, and reset nothing.
     *
     * @throws TaskFailure for another partition than ours, or an offset that cannot be read
     */
    @Override
    public boolean alterOffsets(Map<String, String> props, Map<Map<String, ?>, Map<String, ?>> offsets) {
        PikaSourceConfig config = new PikaSourceConfig(props);
        boolean someOfOurs = offsets.keySet().stream().anyMatch(partition -> isOurs(config, partition));
        offsets.forEach((partition, offset) -> {
            if (!isOurs(config, partition) && (offset != null || !someOfOurs)) {
                throw TaskFailure.of(
                        config.name(),
                        "its offsets are stored under " + config.sourcePartition()
                                + (config.allDatabases() || config.databases().size() > 1 ? " and its other dbs" : "")
                                + ", not under " + partition,
                        "Correct the partition; GET …/offsets shows it");
            }
            if (offset != null) {
                SourceOffset.fromMap(offset);
            }
        });
        return true;
    }

    private static boolean isOurs(PikaSourceConfig config, Map<String, ?> partition) {
        String database = String.valueOf(partition.get("db"));
        return config.replicates(database) && config.sourcePartition(database).equals(partition);
    }
}
