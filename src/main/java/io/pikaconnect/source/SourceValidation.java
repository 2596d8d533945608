package io.pikaconnect.source;

import io.pikaconnect.fullsync.FullSync;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.kafka.Traces;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.MasterProbe;
import io.pikaconnect.replication.MemberProbe;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicaConfig.Member;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.settings.Converters;
import io.pikaconnect.settings.Moment;
import io.pikaconnect.settings.Problems;
import io.pikaconnect.settings.Transformations;
import io.pikaconnect.settings.UnknownSettings;
import io.pikaconnect.snapshot.NativeLibrary;
import io.pikaconnect.snapshot.SnapshotException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that span several settings of a source, or need the master or Kafka: whether Connect will make the topic as it has
 * to be, whether anything on the way would drop or move records, and whether the master is one that can be replicated.
 */
final class SourceValidation {

    private static final Logger LOG = LoggerFactory.getLogger(SourceValidation.class);

    /** Fewer binlog files than this may be purged while a dump is under way. */
    private static final long FEW_BINLOG_FILES = 100;

    private static final int LARGEST_PORT = 65_535;

    private final Map<String, String> settings;

    SourceValidation(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Adds what is wrong to the settings concerned. Asks the master and Kafka only when nothing else is wrong. */
    void addErrors(Config config) {
        Problems problems = new Problems(config);
        Converters.ofSource(settings, writesStructs(), problems);
        Transformations.check(settings, problems);
        UnknownSettings.ofSource(SourceSettings.definition().names()).check(settings.keySet(), problems);
        ConnectSettings.check(settings, problems);
        if (!problems.isEmpty()) {
            return;
        }
        PikaSourceConfig source;
        try {
            source = new PikaSourceConfig(settings);
        } catch (ConfigException e) {
            problems.add(PikaSourceConfig.REPLICA_ADDRESS, e.getMessage());
            return;
        }
        ports(problems, source.replica());
        if (!problems.isEmpty()) {
            return;
        }
        directory(problems, source);
        library(problems);
        if (!source.getBoolean(Moment.VALIDATE_CONNECT)) {
            LOG.info("{}: neither the master nor Kafka was asked, as validate.connect=false", source.name());
            return;
        }
        Moment moment = new Moment(source.connector(), problems, () -> hasRun(source));
        topic(source, problems, moment);
        master(source, problems, moment);
    }

    private boolean writesStructs() {
        String format = settings.getOrDefault(PikaSourceConfig.RECORD_FORMAT, "");
        return Policy.RecordFormat.STRUCT.word().equals(format.strip());
    }

    private static void ports(Problems problems, ReplicaConfig master) {
        if (master.replicationPort() > LARGEST_PORT) {
            problems.add(
                    PikaSourceConfig.PIKA_REPLICATION_PORT,
                    "the port of pika.address + 2000 is " + master.replicationPort()
                            + ", which is no port; set pika.replication.port to where the master's replication port is"
                            + " mapped");
        }
        // They would all be replicated from whichever is at that port, whichever is chosen by its client port.
        Stream<Member> others = master.group().others().stream().filter(other -> !other.equals(master.member()));
        List<String> hosts = Stream.concat(Stream.of(master.member()), others.distinct())
                .map(Member::host)
                .toList();
        if (!master.ports().equals(ReplicaConfig.Ports.SHIFTED)
                && hosts.stream().distinct().count() < hosts.size()) {
            problems.add(
                    PikaSourceConfig.PIKA_ADDRESSES,
                    "two members of the group have the same host, and pika.replication.port and pika.rsync.port are the"
                            + " same for all, so they cannot be told apart there; give each member an address of its"
                            + " own, or name only the master, in pika.address");
        }
    }

    private static boolean hasRun(PikaSourceConfig source) {
        return source.wasStarted()
                || KafkaSettings.of(source)
                        .map(Traces::new)
                        .filter(traces -> source.topics().stream().anyMatch(traces::holdsRecords))
                        .isPresent();
    }

    /** The topics as they are, where Kafka can be asked; their settings say only how Connect would make them. */
    private static void topic(PikaSourceConfig source, Problems problems, Moment moment) {
        try {
            for (String topic : source.topics()) {
                for (TopicCheck.Problem problem : TopicInspection.problems(source, topic)) {
                    switch (problem.kind()) {
                        case PARTITIONS -> problems.add(PikaSourceConfig.TOPIC_PARTITIONS, problem.text());
                        case SIZE -> problems.add(PikaSourceConfig.RECORD_MAX_BYTES, problem.text());
                        case MISSING -> moment.met(PikaSourceConfig.TOPIC_EXISTING, problem.text());
                        case KEEPING, RISK -> moment.met(PikaSourceConfig.TOPIC_PREFIX, problem.text());
                    }
                }
                TopicInspection.otherWriter(source, topic).ifPresent(problem -> otherWriter(source, problem, problems));
            }
        } catch (TopicCheck.LookupFailed e) {
            moment.met(KafkaSettings.BOOTSTRAP_SERVERS, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add(KafkaSettings.BOOTSTRAP_SERVERS, "looking at the topic was interrupted");
        }
    }

    /** One that runs knows by its stored position whether the topic is its own, and is asked again when it starts. */
    private static void otherWriter(PikaSourceConfig source, String problem, Problems problems) {
        if (source.wasStarted()) {
            LOG.warn("{}: {}", source.connector(), problem);
        } else {
            problems.add(PikaSourceConfig.TOPIC_PREFIX, problem);
        }
    }

    /** What reads the dump, hours after the start. */
    private static void library(Problems problems) {
        try {
            NativeLibrary.load();
        } catch (SnapshotException e) {
            problems.add(PikaSourceConfig.SNAPSHOT_DIR, e.getMessage());
        }
    }

    private static void directory(Problems problems, PikaSourceConfig source) {
        Path dir = source.snapshotDir();
        if (!Files.isDirectory(existing(dir)) || !Files.isWritable(existing(dir))) {
            problems.add(
                    PikaSourceConfig.SNAPSHOT_DIR,
                    "snapshot.dir " + dir + " cannot be written by the worker; make it writable for Connect");
        }
    }

    private void master(PikaSourceConfig source, Problems problems, Moment moment) {
        Optional<MasterIdentity> known = Optional.empty();
        try {
            MasterProbe probe = MasterProbe.probe(source.replica(), DatabaseDiscovery.LIMIT);
            known = Optional.of(probe.identity());
            BinlogDialect.of(probe.identity().version());
            databases(problems, source, probe.identity());
            FullSync.checkMachine(probe.identity());
            warnings(source, probe).forEach(LOG::warn);
            DumpRoom.tooSmall(source, probe).ifPresent(problem -> moment.met(PikaSourceConfig.SNAPSHOT_DIR, problem));
        } catch (IllegalArgumentException e) {
            problems.add(PikaSourceConfig.PIKA_VERSION, e.getMessage());
        } catch (ReplicationException e) {
            String setting = switch (e.concern()) {
                case MASTER -> PikaSourceConfig.PIKA_ADDRESS;
                case PASSWORD -> PikaSourceConfig.PIKA_PASSWORD;
                case DATABASES -> PikaSourceConfig.PIKA_DATABASES;
                case VERSION -> PikaSourceConfig.PIKA_VERSION;
                case REPLICA_ADDRESS -> PikaSourceConfig.REPLICA_ADDRESS;
            };
            if (e.kind() == ReplicationException.Kind.REFUSED) {
                problems.add(setting, e.getMessage());
            } else {
                moment.met(setting, e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add(PikaSourceConfig.PIKA_ADDRESS, "asking the master was interrupted");
            return;
        }
        for (MemberProbe member : MemberProbe.problems(source.replica(), known, DatabaseDiscovery.LIMIT)) {
            if (member.mayPass()) {
                moment.met(PikaSourceConfig.PIKA_ADDRESSES, member.problem());
            } else {
                problems.add(PikaSourceConfig.PIKA_ADDRESSES, member.problem());
            }
        }
    }

    /** What works as it is, but not for long or not beside others. */
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
        PikaVersion version = probe.identity().version();
        if (BinlogDialect.of(version).repeatedMember() == BinlogDialect.Repeated.UNKNOWN) {
            warnings.add(source.replica() + " reports " + version.first() + ", as " + version
                    + " may: a ZADD or GEOADD that names a member twice means different scores on them. Set "
                    + PikaSourceConfig.PIKA_VERSION + " to the release that it is; otherwise the task stops at such a"
                    + " command, or takes the first score (" + PikaSourceConfig.ON_REPEATED_MEMBER + ")");
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

    private void databases(Problems problems, PikaSourceConfig source, MasterIdentity master) {
        List<String> wanted = source.allDatabases() ? master.databases() : source.databases();
        if (!master.databases().containsAll(wanted)) {
            problems.add(
                    PikaSourceConfig.PIKA_DATABASES, "the master has only " + master.databases() + "; name no others");
        }
        TaskLimit.of(settings).problem(wanted).ifPresent(problem -> problems.add(TaskLimit.TASKS_MAX, problem));
    }

    /** The folder, or the nearest one above it that is there. */
    static Path existing(Path dir) {
        return Stream.iterate(dir.toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
