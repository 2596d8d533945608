package io.pikaconnect.sink;

import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.redis.Target;
import io.pikaconnect.settings.Layout;
import io.pikaconnect.settings.Moment;
import io.pikaconnect.settings.SettingText;
import io.pikaconnect.settings.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The sink connector's settings. */
final class RedisSinkConfig extends AbstractConfig {

    static final String REDIS_ADDRESS = "redis.address";
    static final String REDIS_USERNAME = "redis.username";
    static final String REDIS_PASSWORD = "redis.password";
    static final String REDIS_DATABASE = "redis.database";
    static final String REDIS_SENDER_NUM = "redis.sender.num";
    static final String SYNC_BATCH_NUM = "sync.batch.num";
    static final String SYNC_BATCH_BYTES = "sync.batch.bytes";
    static final String SCRIPT_MAX_MS = "script.max.ms";
    static final String ON_WRONG_TYPE = "on.wrong.type";
    static final String ON_CONFLICT = "on.conflict";
    static final String ON_TARGET_NOT_EMPTY = "on.target.not.empty";
    static final String ON_NEW_EPOCH = "on.new.epoch";
    static final String REBUILD = "rebuild";
    static final String EXPIRY_MODE = "expiry.mode";
    static final String EXPIRY_GRACE_MS = "expiry.grace.ms";
    static final String ON_LONG_ABSENCE = "on.long.absence";
    static final String HOLE_TIMEOUT_MS = "hole.timeout.ms";
    static final String SINK_BUFFER_BYTES = "sink.buffer.bytes";
    static final String LEDGER_PREFIX = "ledger.prefix";
    static final String LEDGER_TAKEOVER = "ledger.takeover";
    static final String TOPIC_WRITER = "topic.writer";

    static final String FROM_TOPIC = "source";
    static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");

    private static final Pattern TOPIC_OF_DATABASE = Pattern.compile(".*db(\\d{1,6})");

    private static final ConfigDef TABLE = KeySettings.define(ConnectionSettings.define(new ConfigDef()))
            .define(
                    REDIS_DATABASE,
                    Type.STRING,
                    FROM_TOPIC,
                    SettingValidators.database(),
                    Importance.MEDIUM,
                    "Number of the Redis db to write to, or \"source\": the number at the end of the topic's name,"
                            + " as in pika.db0. The db belongs to the one topic of this connector.")
            .define(
                    REDIS_SENDER_NUM,
                    Type.INT,
                    8,
                    Range.between(1, 1_000),
                    Importance.LOW,
                    "Connections of one task to Redis; its partitions share them.")
            .define(
                    SYNC_BATCH_NUM,
                    Type.INT,
                    500,
                    Range.between(1, 100_000),
                    Importance.LOW,
                    "Most commands that are applied in one step. Redis serves no other client during a step.")
            .define(
                    SYNC_BATCH_BYTES,
                    Type.INT,
                    1 << 20,
                    Range.atLeast(1),
                    Importance.LOW,
                    "Most bytes that are applied in one step; a larger record is a separate step. Redis' "
                            + "proto-max-bulk-len has to allow for both.")
            .define(
                    SCRIPT_MAX_MS,
                    Type.INT,
                    20,
                    Range.between(0, 10_000),
                    Importance.LOW,
                    "After how many ms a step ends, whatever is left of it: the rest is applied in the next step. Other"
                            + " clients of Redis wait a little longer than that at most; see the documentation for the few"
                            + " commands that cannot be divided.")
            .define(
                    ON_WRONG_TYPE,
                    Type.STRING,
                    Policy.OnWrongType.SKIP.word(),
                    Word.choice(Policy.OnWrongType.class),
                    Importance.MEDIUM,
                    "When a command, SET included, meets a key of another type, as happens if a key had several types in"
                            + " Pika (up to 3.5): \"skip\" keeps the key and discards the command"
                            + " (counted, logged once a key for 300 keys), \"overwrite\" deletes the key first, \"fail\""
                            + " stops. From Pika 4.0 on SET replaces whatever is there.")
            .define(
                    ON_CONFLICT,
                    Type.STRING,
                    Policy.OnConflict.FAIL.word(),
                    Word.choice(Policy.OnConflict.class),
                    Importance.MEDIUM,
                    "When a command does not fit the value in Redis for another reason (not a number, out of range, no"
                            + " such key, not a HyperLogLog): \"fail\" stops, \"skip\" discards the command,"
                            + " \"overwrite\" deletes the key and runs it again. Commands that are not applied are"
                            + " counted and sent to the dead letter queue, if there is one.")
            .define(
                    ON_TARGET_NOT_EMPTY,
                    Type.STRING,
                    Policy.OnTargetNotEmpty.FAIL.word(),
                    Word.choice(Policy.OnTargetNotEmpty.class),
                    Importance.HIGH,
                    "When the target db has keys although nothing was ever replicated into it: \"fail\" stops,"
                            + " \"clear\" deletes them when the first data arrive.")
            .define(
                    ON_NEW_EPOCH,
                    Type.STRING,
                    Policy.OnNewEpoch.FAIL.word(),
                    Word.choice(Policy.OnNewEpoch.class),
                    Importance.MEDIUM,
                    "When a new full sync arrives although Redis had been caught up, so that applications may already"
                            + " write there: \"fail\" stops, \"clear\" deletes everything and applies the new full"
                            + " sync.")
            .define(
                    REBUILD,
                    Type.STRING,
                    Policy.Rebuild.AUTO.word(),
                    Word.choice(Policy.Rebuild.class),
                    Importance.MEDIUM,
                    "When the target db is empty and has no ledger: \"auto\" rebuilds it from the start of the topic,"
                            + " \"never\" stops instead; use it after the cut-over.")
            .define(
                    EXPIRY_MODE,
                    Type.STRING,
                    Policy.ExpiryMode.HELD.word(),
                    Word.choice(Policy.ExpiryMode.class),
                    Importance.HIGH,
                    "\"held\": until the cut-over Redis expires no key by itself, so that nothing is lost however long"
                            + " the sink is down; keys expire by the time in the stream. \"native\": once all"
                            + " partitions are fresh, every key gets its own deadline, and Redis expires keys by"
                            + " itself; set it for the cut-over. There is no way back.")
            .define(
                    EXPIRY_GRACE_MS,
                    Type.LONG,
                    60_000L,
                    Range.between(1_000L, 1L << 40),
                    Importance.MEDIUM,
                    "With expiry.mode=native, how much later than in Pika a key expires in Redis: longer than a crash and"
                            + " restart of a worker takes. Read when deadlines are released.")
            .define(
                    ON_LONG_ABSENCE,
                    Type.STRING,
                    Policy.OnLongAbsence.FAIL.word(),
                    Word.choice(Policy.OnLongAbsence.class),
                    Importance.MEDIUM,
                    "With expiry.mode=native, when a change is applied more than expiry.grace.ms late, so that Redis"
                            + " may have expired a key that Pika extended: \"fail\" stops, \"rebuild\" empties the db"
                            + " and builds it again from the topic, \"continue\" continues with the present data; the"
                            + " db is then stale and never ready. \"continue\" also releases deadlines while the"
                            + " source is away.")
            .define(
                    HOLE_TIMEOUT_MS,
                    Type.LONG,
                    300_000L,
                    Range.atLeast(0L),
                    Importance.LOW,
                    "How long to wait for records that are missing from the topic before the task stops.")
            .define(
                    SINK_BUFFER_BYTES,
                    Type.LONG,
                    32L << 20,
                    Range.atLeast(1L),
                    Importance.LOW,
                    "Most bytes of records that a task keeps in memory.")
            .define(
                    LEDGER_PREFIX,
                    Type.STRING,
                    "pika-connect:",
                    SettingText.oneLineNotEmpty(),
                    Importance.LOW,
                    "Prefix of the sink's own keys in Redis; no key of the data may start with it.")
            .define(
                    LEDGER_TAKEOVER,
                    Type.STRING,
                    "",
                    SettingText.oneLine(),
                    Importance.LOW,
                    "Name of the sink connector that this one replaces as the writer of the target db, from where it"
                            + " stopped, because it was renamed. The former one must be deleted. Empty: another"
                            + " connector's"
                            + " db is refused.")
            .define(
                    TOPIC_WRITER,
                    Type.STRING,
                    "",
                    SettingText.oneLine(),
                    Importance.LOW,
                    "Name of the source connector whose full syncs are applied, as NAME or NAME@GROUP with the group"
                            + " of its Connect cluster; those of others in the topic are skipped. Needed only after two"
                            + " sources have written to one topic. Empty: the first one's, and a successor's that names"
                            + " it in its topic.takeover; with any other the sink stops.")
            .define(KafkaSettings.key(
                    "where the topic's newest complete epoch starts, so that a rebuild skips older ones, whether the"
                            + " topic keeps its records, and the id of the Kafka cluster, to refuse a db that is"
                            + " written from another one."))
            .define(Moment.key("Redis, and to Kafka if kafka.bootstrap.servers is given"));

    private static final Layout LAYOUT = KeySettings.show(ConnectionSettings.show(new Layout()))
            .group("Whose data it is")
            .show(ON_TARGET_NOT_EMPTY, "A db that is not empty", Width.SHORT)
            .show(ON_NEW_EPOCH, "A new full sync after the db was caught up", Width.SHORT)
            .show(REBUILD, "An empty db without a ledger", Width.SHORT)
            .show(LEDGER_PREFIX, "Prefix of the sink's own keys", Width.MEDIUM)
            .show(LEDGER_TAKEOVER, "Sink that this one takes the db over from", Width.MEDIUM)
            .show(TOPIC_WRITER, "Source whose full syncs are applied", Width.MEDIUM)
            .group("Expiry")
            .show(EXPIRY_MODE, "Who expires keys", Width.SHORT)
            .show(EXPIRY_GRACE_MS, "Grace of native deadlines (ms)", Width.SHORT)
            .show(ON_LONG_ABSENCE, "A change that comes later than the grace", Width.SHORT)
            .group("Conflicts")
            .show(ON_WRONG_TYPE, "A key of another type", Width.SHORT)
            .show(ON_CONFLICT, "Any other command that does not fit", Width.SHORT)
            .show(HOLE_TIMEOUT_MS, "Longest wait for missing records (ms)", Width.SHORT)
            .group("Speed and memory")
            .show(REDIS_SENDER_NUM, "Connections of a task", Width.SHORT)
            .show(SYNC_BATCH_NUM, "Commands in a step", Width.SHORT)
            .show(SYNC_BATCH_BYTES, "Bytes in a step", Width.SHORT)
            .show(SCRIPT_MAX_MS, "Longest time of a step (ms)", Width.SHORT)
            .show(SINK_BUFFER_BYTES, "Bytes of waiting records", Width.SHORT)
            .group("Checks")
            .show(KafkaSettings.BOOTSTRAP_SERVERS, "Kafka's bootstrap servers", Width.LONG)
            .show(Moment.VALIDATE_CONNECT, "Connect to Redis and Kafka at validation", Width.SHORT);

    static final ConfigDef DEFINITION = LAYOUT.arrange(TABLE);

    /** What the connector adds to the properties of each task. */
    static final String TASK_INDEX = "task.index";

    /** Settings of earlier releases that no longer have an effect. */
    private static final Map<String, String> REMOVED =
            Map.of("expiry.horizon.ms", "with expiry.mode=held every deadline is held, whatever the time to live");

    RedisSinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties);
        if (onLongAbsence() == Policy.OnLongAbsence.REBUILD && rebuild() == Policy.Rebuild.NEVER) {
            throw new ConfigException(
                    ON_LONG_ABSENCE, "rebuild", "contradicts rebuild=never; set one of the two to something else");
        }
    }

    /** Warnings about settings that no longer have an effect. */
    static List<String> removed(Map<String, String> properties) {
        return REMOVED.entrySet().stream()
                .filter(removed -> properties.containsKey(removed.getKey()))
                .map(removed -> removed.getKey() + " no longer has an effect and can be removed: " + removed.getValue())
                .toList();
    }

    /** The names of all settings, including those that no longer have an effect. */
    static Set<String> names() {
        return Stream.of(DEFINITION.names(), REMOVED.keySet())
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    Policy.OnWrongType onWrongType() {
        return Word.of(Policy.OnWrongType.class, getString(ON_WRONG_TYPE));
    }

    Policy.OnConflict onConflict() {
        return Word.of(Policy.OnConflict.class, getString(ON_CONFLICT));
    }

    Policy.OnTargetNotEmpty onTargetNotEmpty() {
        return Word.of(Policy.OnTargetNotEmpty.class, getString(ON_TARGET_NOT_EMPTY));
    }

    Policy.OnNewEpoch onNewEpoch() {
        return Word.of(Policy.OnNewEpoch.class, getString(ON_NEW_EPOCH));
    }

    Policy.Rebuild rebuild() {
        return Word.of(Policy.Rebuild.class, getString(REBUILD));
    }

    Policy.ExpiryMode expiryMode() {
        return Word.of(Policy.ExpiryMode.class, getString(EXPIRY_MODE));
    }

    Policy.OnLongAbsence onLongAbsence() {
        return Word.of(Policy.OnLongAbsence.class, getString(ON_LONG_ABSENCE));
    }

    boolean isGiven(String setting) {
        return originals().containsKey(setting);
    }

    /** The topics that are listed; none if they are given by a pattern. */
    Set<String> topics() {
        return Stream.of(originalsStrings().getOrDefault("topics", "").split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .collect(Collectors.toSet());
    }

    /** The connector's name, which Connect adds to the properties. */
    String connector() {
        return connector(originalsStrings());
    }

    static String connector(Map<String, String> properties) {
        return properties.getOrDefault("name", "redis-sink");
    }

    /** Which of the connector's tasks this is. */
    String taskIndex() {
        return originalsStrings().getOrDefault(TASK_INDEX, "0");
    }

    /** The same for a cluster, which nobody has named as one. */
    RedisSinkConfig ofCluster() {
        Map<String, String> properties = new HashMap<>(originalsStrings());
        properties.put(ConnectionSettings.CLUSTER, "true");
        return new RedisSinkConfig(properties);
    }

    /** The Redis that it writes to. */
    Target target() {
        return ConnectionSettings.target(this);
    }

    /** Prefix of the keys that concern the whole target, the ledger first; in a cluster they are in one slot. */
    String ledgerPrefix() {
        String prefix = getString(LEDGER_PREFIX);
        return ConnectionSettings.isCluster(this) ? prefix + "{" + SlotTags.CONTROL + "}" : prefix;
    }

    /** Whether all topics go to one db, whatever their names. */
    boolean hasOneDatabase() {
        return !getString(REDIS_DATABASE).equals(FROM_TOPIC);
    }

    /** The db that a topic's records go to. */
    int database(String topic) {
        String setting = getString(REDIS_DATABASE);
        int database = setting.equals(FROM_TOPIC) ? numberIn(topic) : Integer.parseInt(setting);
        if (database != 0 && ConnectionSettings.isCluster(this)) {
            throw new ConfigException(
                    REDIS_DATABASE,
                    setting,
                    "a cluster has only db 0: set it to 0, and give each Pika db a cluster and a sink of its own");
        }
        return database;
    }

    private static int numberIn(String topic) {
        Matcher m = TOPIC_OF_DATABASE.matcher(topic);
        if (!m.matches()) {
            throw new ConfigException(
                    REDIS_DATABASE,
                    FROM_TOPIC,
                    "topic " + topic + " does not end with db<number>; give the number here");
        }
        return Integer.parseInt(m.group(1));
    }
}
