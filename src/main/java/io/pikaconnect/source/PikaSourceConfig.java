package io.pikaconnect.source;

import io.pikaconnect.binlog.RenamedCommands;
import io.pikaconnect.binlog.TranslationPolicy;
import io.pikaconnect.change.RecordSplitter;
import io.pikaconnect.change.Selection;
import io.pikaconnect.change.Wanted;
import io.pikaconnect.change.Writer;
import io.pikaconnect.fullsync.FullSyncOptions;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.RetentionLimits;
import io.pikaconnect.settings.HostPort;
import io.pikaconnect.settings.Started;
import io.pikaconnect.settings.Word;
import io.pikaconnect.source.Policy.OnHyperLogLog;
import io.pikaconnect.source.Policy.OnLargeKey;
import io.pikaconnect.source.Policy.OnRepeatedMember;
import io.pikaconnect.source.Policy.OnReplica;
import io.pikaconnect.source.Policy.OnSpop;
import io.pikaconnect.source.Policy.OnTypeCollision;
import io.pikaconnect.source.Policy.OnUnknownCommand;
import io.pikaconnect.source.Policy.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The source connector's settings, read; {@link SourceSettings} describes them. */
final class PikaSourceConfig extends AbstractConfig {

    static final String PIKA_ADDRESS = "pika.address";
    static final String PIKA_ADDRESSES = "pika.addresses";
    static final String PIKA_REPLICATION_PORT = "pika.replication.port";
    static final String PIKA_RSYNC_PORT = "pika.rsync.port";
    static final String PIKA_RENAMED_COMMANDS = "pika.renamed.commands";
    static final String PIKA_PASSWORD = "pika.password";
    static final String PIKA_NAME = "pika.name";
    static final String PIKA_DATABASES = "pika.databases";
    static final String PIKA_VERSION = "pika.version";
    static final String REPLICA_ADDRESS = "replica.address";
    static final String HOLD_IDLE_MS = "hold.idle.ms";
    static final String HOLD_MAX_BYTES = "hold.max.bytes";
    static final String TOPIC_PREFIX = "topic.prefix";
    static final String TOPIC_PARTITIONS = "topic.partitions";
    static final String TOPIC_TAKEOVER = "topic.takeover";
    static final String TOPIC_EXISTING = "topic.existing";
    static final String KEYS_INCLUDE = "keys.include";
    static final String KEYS_EXCLUDE = "keys.exclude";
    static final String TYPES_INCLUDE = "types.include";
    static final String RECORD_FORMAT = "record.format";
    static final String RECORD_MAX_BYTES = "record.max.bytes";
    static final String SNAPSHOT_CHUNK_ELEMENTS = "snapshot.chunk.elements";
    static final String SNAPSHOT_DIR = "snapshot.dir";
    static final String PUSH_FROM = "push.from";
    static final String PULL_MAX_BYTES_PER_SECOND = "pull.max.bytes.per.second";
    static final String ON_POSITION_LOST = "on.position.lost";
    static final String ON_REPLICA = "on.replica";
    static final String ON_TYPE_COLLISION = "on.type.collision";
    static final String ON_SPOP = "on.spop";
    static final String ON_HYPERLOGLOG = "on.hyperloglog";
    static final String ON_REPEATED_MEMBER = "on.repeated.member";
    static final String ON_LARGE_KEY = "on.large.key";
    static final String ON_UNKNOWN_COMMAND = "on.unknown.command";

    /** Items waiting between the network and {@code poll()} hold at most this many bytes, and one frame more. */
    private static final long QUEUE_BYTES = 32L << 20;

    /** Towards masters up to 3.4, which push the dump to + 1000. */
    private static final int PUSH_PORT = 19_221;

    /** Towards later masters, to which it is only a name: one of these, by the names of connector and Pika. */
    private static final int FIRST_NAME_PORT = 19_300;

    private static final int NAME_PORTS = 10_000;

    /** db i announces the port of db0 + 20 i: two identities must never be the same. */
    private static final int PORTS_PER_DB = 20;

    static final String ALL = "*";

    static final Pattern DATABASE = Pattern.compile("db(0|[1-9]\\d?)");

    private final String connectorName;

    PikaSourceConfig(Map<String, String> settings) {
        super(SourceSettings.definition(), settings, false);
        this.connectorName = settings.getOrDefault("name", "pika");
        int highest = databases().stream().mapToInt(this::pushPort).max().orElseThrow();
        if (highest > 65_535) {
            throw new ConfigException(
                    REPLICA_ADDRESS,
                    getString(REPLICA_ADDRESS),
                    "its port is too high: a db would announce " + highest);
        }
    }

    /** The connector's name in Connect. */
    String connector() {
        return connectorName;
    }

    /** The connector or one of its tasks starts on this worker. */
    void noteStarted() {
        Started.note(PikaSourceConfig.class, connectorName);
    }

    /** Whether the connector or one of its tasks was started on this worker since the worker's start. */
    boolean wasStarted() {
        return Started.isNoted(PikaSourceConfig.class, connectorName);
    }

    static Optional<PikaVersion> version(String text) {
        return nonEmpty(text).map(PikaVersion::parse);
    }

    /** The logical name: of the stored position, in logs and errors. */
    String name() {
        String name = getString(PIKA_NAME);
        return name.isEmpty() ? connectorName : name;
    }

    /** Whether it is for the master to say which dbs there are. */
    boolean allDatabases() {
        return getList(PIKA_DATABASES).equals(List.of(ALL));
    }

    /** The dbs that are named; db0, which every master has, if all are wanted. */
    List<String> databases() {
        return allDatabases() ? List.of("db0") : getList(PIKA_DATABASES);
    }

    /** The db of a task's settings; the first one of a connector's. */
    String database() {
        return databases().get(0);
    }

    /** Whether a db's position is kept by this connector. */
    boolean replicates(String database) {
        return allDatabases()
                ? DATABASE.matcher(database).matches()
                : databases().contains(database);
    }

    /** Names the stored position of this task's database. */
    Map<String, String> sourcePartition() {
        return sourcePartition(database());
    }

    /** The same for one of the databases. */
    Map<String, String> sourcePartition(String database) {
        return new SourcePartition(name(), database);
    }

    String topic() {
        return getString(TOPIC_PREFIX) + "." + database();
    }

    /** The topics of the dbs that are named. */
    List<String> topics() {
        return databases().stream()
                .map(db -> getString(TOPIC_PREFIX) + "." + db)
                .toList();
    }

    int partitions() {
        return getInt(TOPIC_PARTITIONS);
    }

    /**
     * As whom it writes.
     *
     * @param master replication id of the epoch's master
     * @param previous the epoch that was stored before, 0 if none
     * @param severalTypes whether a name may hold several types at that master
     */
    Writer writer(String master, long previous, boolean severalTypes) {
        return new Writer(
                connectorName,
                ConnectGroup.known().orElse(""),
                master,
                previous,
                getString(TOPIC_TAKEOVER),
                severalTypes);
    }

    Path snapshotDir() {
        return Path.of(getString(SNAPSHOT_DIR));
    }

    OnPositionLost onPositionLost() {
        return policy(OnPositionLost.class, ON_POSITION_LOST);
    }

    OnTypeCollision onTypeCollision() {
        return policy(OnTypeCollision.class, ON_TYPE_COLLISION);
    }

    OnHyperLogLog onHyperLogLog() {
        return policy(OnHyperLogLog.class, ON_HYPERLOGLOG);
    }

    private OnUnknownCommand onUnknownCommand() {
        return policy(OnUnknownCommand.class, ON_UNKNOWN_COMMAND);
    }

    private <P extends Policy> P policy(Class<P> words, String key) {
        return Word.of(words, getString(key));
    }

    TranslationPolicy translationPolicy() {
        return new TranslationPolicy(
                onUnknownCommand() == OnUnknownCommand.FAIL,
                policy(OnSpop.class, ON_SPOP) == OnSpop.FAIL,
                onHyperLogLog() == OnHyperLogLog.FAIL,
                policy(OnRepeatedMember.class, ON_REPEATED_MEMBER) == OnRepeatedMember.FAIL);
    }

    /** What makes structs of records, where they are to be structs. */
    Optional<StructRecords> structs() {
        return policy(RecordFormat.class, RECORD_FORMAT) == RecordFormat.STRUCT
                ? Optional.of(new StructRecords(database()))
                : Optional.empty();
    }

    /** The size that records are cut to, while they are raw. */
    int rawMaxBytes() {
        int largest = getInt(RECORD_MAX_BYTES);
        return policy(RecordFormat.class, RECORD_FORMAT) == RecordFormat.STRUCT
                ? StructRecords.rawBytes(largest)
                : largest;
    }

    /** Whether an epoch has it from the same {@code record.max.bytes}, with whatever {@code record.format} it started. */
    boolean isRawMaxBytesOfAFormat(int epochs) {
        int largest = getInt(RECORD_MAX_BYTES);
        return epochs == largest || epochs == StructRecords.rawBytes(largest);
    }

    /** The keys to replicate. */
    Selection selection() {
        return Selection.of(getList(KEYS_INCLUDE), getList(KEYS_EXCLUDE), getList(TYPES_INCLUDE));
    }

    /** The keys that become records in an epoch with these settings. */
    Wanted wanted(EpochSettings epoch) {
        boolean skips = policy(OnLargeKey.class, ON_LARGE_KEY) == OnLargeKey.SKIP;
        return new Wanted(
                epoch.selection(), skips ? RecordSplitter.longestKey(epoch.recordMaxBytes()) : Integer.MAX_VALUE);
    }

    /** Commands that the master has under other names. */
    RenamedCommands renamed() {
        return RenamedCommands.of(getList(PIKA_RENAMED_COMMANDS), onUnknownCommand() == OnUnknownCommand.SKIP);
    }

    private ReplicaConfig.Group group() {
        return new ReplicaConfig.Group(
                getList(PIKA_ADDRESSES).stream().map(PikaSourceConfig::member).toList(),
                policy(OnReplica.class, ON_REPLICA) == OnReplica.WARN);
    }

    private static ReplicaConfig.Member member(String text) {
        HostPort address = HostPort.whole(PIKA_ADDRESSES, text);
        return new ReplicaConfig.Member(address.host(), address.port().getAsInt());
    }

    /** How a full sync is to be taken. */
    FullSyncOptions fullSync() {
        return new FullSyncOptions(getLong(PULL_MAX_BYTES_PER_SECOND), getList(PUSH_FROM));
    }

    /** Where the master is, and as whom we come. */
    ReplicaConfig replica() {
        return replica(database());
    }

    /** The same for one of the dbs. */
    ReplicaConfig replica(String database) {
        HostPort master = HostPort.whole(PIKA_ADDRESS, getString(PIKA_ADDRESS));
        return new ReplicaConfig(
                name(),
                master.host(),
                master.port().getAsInt(),
                nonEmpty(getPassword(PIKA_PASSWORD).value()),
                nonEmpty(announced().host()),
                pushPort(database),
                namePort(database),
                database,
                version(getString(PIKA_VERSION)),
                QUEUE_BYTES,
                originals().containsKey(PIKA_DATABASES),
                new RetentionLimits(Duration.ofMillis(getLong(HOLD_IDLE_MS)), getLong(HOLD_MAX_BYTES)),
                new ReplicaConfig.Ports(getInt(PIKA_REPLICATION_PORT), getInt(PIKA_RSYNC_PORT)),
                group());
    }

    private int pushPort(String database) {
        return portOf(database, announced().port().orElse(PUSH_PORT));
    }

    private int namePort(String database) {
        CRC32 names = new CRC32();
        names.update((connectorName + "\n" + name()).getBytes(StandardCharsets.UTF_8));
        int derived = FIRST_NAME_PORT + (int) (names.getValue() % NAME_PORTS);
        return portOf(database, announced().port().orElse(derived));
    }

    private static int portOf(String database, int portOfDb0) {
        return portOfDb0 + PORTS_PER_DB * Integer.parseInt(database.substring(2));
    }

    private HostPort announced() {
        return HostPort.part(REPLICA_ADDRESS, getString(REPLICA_ADDRESS));
    }

    private static Optional<String> nonEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
