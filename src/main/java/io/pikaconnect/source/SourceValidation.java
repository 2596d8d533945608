package io.pikaconnect.source;

import io.pikaconnect.fullsync.FullSync;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.NativeLibrary;
import io.pikaconnect.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a single setting cannot tell about itself: whether Connect will make the topic as it has to be, whether
 * anything on the way would drop or move records, and whether the master is one that can be replicated.
 */
final class SourceValidation {

    private static final Logger LOG = LoggerFactory.getLogger(SourceValidation.class);
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Set<String> HARMLESS = Set.of("org.apache.kafka.connect.transforms.InsertHeader");
    private static final Duration LIMIT = Duration.ofSeconds(8);

    /** Fewer binlog files than this may be purged while a dump is under way. */
    private static final long FEW_BINLOG_FILES = 100;

    private final Map<String, String> settings;

    SourceValidation(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Adds what is wrong to the settings concerned. Asks the master only when nothing else is wrong. */
    void addErrors(Config config) {
        topicCreation(config);
        converters(config);
        transformations(config);
        if ("interval".equals(settings.get("transaction.boundary"))) {
            error(
                    config,
                    "transaction.boundary",
                    "interval keeps the master waiting for its acknowledgements; use connector");
        }
        if ("all".equals(settings.get("errors.tolerance"))) {
            error(config, "errors.tolerance", "all would drop records on their way to Kafka; leave it at none");
        }
        if (config.configValues().stream().anyMatch(v -> !v.errorMessages().isEmpty())) {
            return;
        }
        PikaSourceConfig source;
        try {
            source = new PikaSourceConfig(settings);
        } catch (ConfigException e) {
            boolean ours = e.getMessage().contains(PikaSourceConfig.REPLICA_ADDRESS);
            error(config, ours ? PikaSourceConfig.REPLICA_ADDRESS : PikaSourceConfig.PIKA_ADDRESS, e.getMessage());
            return;
        }
        directory(config, source);
        library(config);
        topic(config, source);
        master(config, source);
    }

    /** The topics as they are, where Kafka can be asked; their settings say only how Connect would make them. */
    private void topic(Config config, PikaSourceConfig source) {
        try {
            for (String topic : source.topics()) {
                TopicLook.problems(source, topic)
                        .forEach(problem -> error(config, PikaSourceConfig.TOPIC_PARTITIONS, problem));
                TopicLook.otherWriter(source, topic)
                        .ifPresent(problem -> error(config, PikaSourceConfig.TOPIC_PREFIX, problem));
            }
        } catch (TopicCheck.LookupFailed e) {
            error(config, KafkaSettings.BOOTSTRAP_SERVERS, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            error(config, KafkaSettings.BOOTSTRAP_SERVERS, "looking at the topic was interrupted");
        }
    }

    /** A source cannot ask for a partition count, and a send to a missing partition blocks for ever. */
    private void topicCreation(Config config) {
        if (Boolean.parseBoolean(settings.getOrDefault(PikaSourceConfig.TOPIC_EXISTING, "false"))) {
            return;
        }
        Map<String, String> needed = Map.of(
                "topic.creation.default.partitions", settings.getOrDefault(PikaSourceConfig.TOPIC_PARTITIONS, "1"),
                "topic.creation.default.retention.ms", "-1",
                "topic.creation.default.retention.bytes", "-1",
                "topic.creation.default.cleanup.policy", "delete");
        needed.forEach((key, value) -> {
            if (!value.equals(settings.get(key))) {
                error(
                        config,
                        PikaSourceConfig.TOPIC_PARTITIONS,
                        "Connect makes the topic as these settings say, so " + key + " must be " + value + ", but is "
                                + settings.get(key) + "; or make the topic by hand and set topic.existing=true");
            }
        });
        if (!settings.getOrDefault("topic.creation.groups", "").isBlank()) {
            error(
                    config,
                    PikaSourceConfig.TOPIC_PARTITIONS,
                    "topic.creation.groups could give the topic other partitions or a finite retention; remove it");
        }
        if (!settings.containsKey("topic.creation.default.replication.factor")) {
            error(
                    config,
                    PikaSourceConfig.TOPIC_PARTITIONS,
                    "topic.creation.default.replication.factor is missing (-1 for the broker's default): without it"
                            + " Connect ignores the topic.creation.default settings");
        }
    }

    private void converters(Config config) {
        for (String key : List.of("key.converter", "value.converter")) {
            if (!BYTES.equals(settings.get(key))) {
                error(
                        config,
                        PikaSourceConfig.RECORD_FORMAT,
                        "raw records are bytes: set " + key + "=" + BYTES + " for this connector");
            }
        }
    }

    private void transformations(Config config) {
        for (String name : settings.getOrDefault("transforms", "").split(",")) {
            String type = settings.getOrDefault("transforms." + name.trim() + ".type", "");
            if (!name.isBlank() && !HARMLESS.contains(type.replaceAll("\\$.*", ""))) {
                error(
                        config,
                        PikaSourceConfig.TOPIC_PREFIX,
                        "transformation " + name.trim() + " (" + type
                                + ") could drop, move or change records, which the sink needs as they are; only "
                                + HARMLESS + " may be used");
            }
        }
    }

    /** What reads the dump, hours after the start. */
    private void library(Config config) {
        try {
            NativeLibrary.load();
        } catch (SnapshotException e) {
            error(config, PikaSourceConfig.SNAPSHOT_DIR, e.getMessage());
        }
    }

    private void directory(Config config, PikaSourceConfig source) {
        Path dir = source.snapshotDir();
        Path existing = dir.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            error(
                    config,
                    PikaSourceConfig.SNAPSHOT_DIR,
                    "snapshot.dir " + dir + " cannot be written by the worker; make it writable for Connect");
        }
    }

    private void master(Config config, PikaSourceConfig source) {
        try {
            MasterProbe probe = MasterProbe.probe(source.replica(), LIMIT);
            BinlogDialect.of(probe.identity().version());
            databases(config, source, probe.identity());
            FullSync.checkMachine(probe.identity());
            warnings(source, probe).forEach(LOG::warn);
            probe.dataBytes().stream()
                    .filter(bytes -> bytes > free(source.snapshotDir()))
                    .forEach(bytes -> LOG.warn(
                            "{} has {} bytes of data, snapshot.dir {} has less room",
                            source.replica(),
                            bytes,
                            source.snapshotDir()));
        } catch (IllegalArgumentException e) {
            error(config, PikaSourceConfig.PIKA_VERSION, e.getMessage());
        } catch (ReplicationException e) {
            String setting = e.getMessage().toLowerCase(Locale.ROOT).contains("password")
                    ? PikaSourceConfig.PIKA_PASSWORD
                    : PikaSourceConfig.PIKA_ADDRESS;
            error(config, setting, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            error(config, PikaSourceConfig.PIKA_ADDRESS, "asking the master was interrupted");
        }
    }

    /** What would work as it is, but not for long or not beside others. */
    static List<String> warnings(PikaSourceConfig source, MasterProbe probe) {
        List<String> warnings = new ArrayList<>();
        long files = probe.expireLogsNums().orElse(FEW_BINLOG_FILES);
        if (files < FEW_BINLOG_FILES) {
            long bytes = probe.binlogFileSize().orElse(100L << 20);
            warnings.add(source.replica() + " keeps only " + files + " binlog files (expire-logs-nums), "
                    + megabytes(files * bytes)
                    + ": a full sync or an outage in which more is written loses the position. Raise it on the master as"
                    + " far as its disk allows, at " + megabytes(bytes) + " a file: 10000 are "
                    + megabytes(10_000 * bytes)
                    + ". CONFIG REWRITE keeps it over a restart; set it back after the cut-over");
        }
        for (String database : source.allDatabases() ? probe.identity().databases() : source.databases()) {
            ReplicaConfig replica = source.replica(database);
            probe.replicaAt(replica)
                    .ifPresent(other ->
                            warnings.add(replica + ": a replica is attached to the master under the address that"
                                    + " this source announces, " + other
                                    + ". If it is not this connector's own task, one of the"
                                    + " two needs another " + PikaSourceConfig.REPLICA_ADDRESS));
        }
        return warnings;
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }

    private void databases(Config config, PikaSourceConfig source, MasterIdentity master) {
        List<String> wanted = source.allDatabases() ? master.databases() : source.databases();
        if (!master.databases().containsAll(wanted)) {
            error(
                    config,
                    PikaSourceConfig.PIKA_DATABASES,
                    "the master has only " + master.databases() + "; name no others");
        }
        PikaSourceConnector.tasksProblem(settings, wanted)
                .ifPresent(problem -> error(config, PikaSourceConnector.TASKS_MAX, problem));
    }

    private static long free(Path dir) {
        try {
            Path existing = Stream.iterate(dir.toAbsolutePath(), p -> p != null, Path::getParent)
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static void error(Config config, String key, String message) {
        for (ConfigValue value : config.configValues()) {
            if (value.name().equals(key)) {
                value.addErrorMessage(message);
                return;
            }
        }
        ConfigValue value = new ConfigValue(key);
        value.addErrorMessage(message);
        config.configValues().add(value);
    }
}
