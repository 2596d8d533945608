package io.pikaconnect.source;

import static io.pikaconnect.source.PikaSourceConfig.HOLD_IDLE_MS;
import static io.pikaconnect.source.PikaSourceConfig.HOLD_MAX_BYTES;
import static io.pikaconnect.source.PikaSourceConfig.KEYS_EXCLUDE;
import static io.pikaconnect.source.PikaSourceConfig.KEYS_INCLUDE;
import static io.pikaconnect.source.PikaSourceConfig.ON_HYPERLOGLOG;
import static io.pikaconnect.source.PikaSourceConfig.ON_LARGE_KEY;
import static io.pikaconnect.source.PikaSourceConfig.ON_POSITION_LOST;
import static io.pikaconnect.source.PikaSourceConfig.ON_REPEATED_MEMBER;
import static io.pikaconnect.source.PikaSourceConfig.ON_REPLICA;
import static io.pikaconnect.source.PikaSourceConfig.ON_SPOP;
import static io.pikaconnect.source.PikaSourceConfig.ON_TYPE_COLLISION;
import static io.pikaconnect.source.PikaSourceConfig.ON_UNKNOWN_COMMAND;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_ADDRESS;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_ADDRESSES;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_DATABASES;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_NAME;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_PASSWORD;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_RENAMED_COMMANDS;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_REPLICATION_PORT;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_RSYNC_PORT;
import static io.pikaconnect.source.PikaSourceConfig.PIKA_VERSION;
import static io.pikaconnect.source.PikaSourceConfig.PULL_MAX_BYTES_PER_SECOND;
import static io.pikaconnect.source.PikaSourceConfig.PUSH_FROM;
import static io.pikaconnect.source.PikaSourceConfig.RECORD_FORMAT;
import static io.pikaconnect.source.PikaSourceConfig.RECORD_MAX_BYTES;
import static io.pikaconnect.source.PikaSourceConfig.REPLICA_ADDRESS;
import static io.pikaconnect.source.PikaSourceConfig.SNAPSHOT_CHUNK_ELEMENTS;
import static io.pikaconnect.source.PikaSourceConfig.SNAPSHOT_DIR;
import static io.pikaconnect.source.PikaSourceConfig.TOPIC_EXISTING;
import static io.pikaconnect.source.PikaSourceConfig.TOPIC_PARTITIONS;
import static io.pikaconnect.source.PikaSourceConfig.TOPIC_PREFIX;
import static io.pikaconnect.source.PikaSourceConfig.TOPIC_TAKEOVER;
import static io.pikaconnect.source.PikaSourceConfig.TYPES_INCLUDE;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.pikaconnect.fullsync.FullSyncOptions;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.settings.Layout;
import io.pikaconnect.settings.Moment;
import io.pikaconnect.settings.SettingText;
import io.pikaconnect.settings.Word;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The table of the source connector's settings: names, defaults, allowed values and documentation. */
final class SourceSettings {

    /**
     * A barrier lists all partitions in a header of its record on each of them: with ten times as many that would be
     * 560 MB.
     */
    private static final int MOST_PARTITIONS = 1_000;

    static final int RECORD_MAX_BYTES_DEFAULT = 900_000;

    private static final Object REQUIRED = ConfigDef.NO_DEFAULT_VALUE;

    private static final Layout LAYOUT = new Layout()
            .group("Pika")
            .show(PIKA_ADDRESS, "Address of the master", Width.LONG)
            .show(PIKA_ADDRESSES, "The other members of its group", Width.LONG)
            .show(PIKA_REPLICATION_PORT, "Replication port", Width.SHORT)
            .show(PIKA_RSYNC_PORT, "Port for dumps", Width.SHORT)
            .show(PIKA_PASSWORD, "Password", Width.MEDIUM)
            .show(PIKA_NAME, "Logical name", Width.MEDIUM)
            .show(PIKA_DATABASES, "Databases", Width.MEDIUM)
            .show(PIKA_VERSION, "Version", Width.SHORT)
            .show(PIKA_RENAMED_COMMANDS, "Renamed commands", Width.LONG)
            .show(REPLICA_ADDRESS, "Address that we announce", Width.LONG)
            .show(PUSH_FROM, "Other hosts that may push", Width.LONG)
            .group("Keys")
            .show(KEYS_INCLUDE, "Names of the keys to replicate", Width.LONG)
            .show(KEYS_EXCLUDE, "Names of keys to leave out", Width.LONG)
            .show(TYPES_INCLUDE, "Types of the keys to replicate", Width.MEDIUM)
            .group("Topic")
            .show(TOPIC_PREFIX, "Prefix of the topics", Width.MEDIUM)
            .show(TOPIC_PARTITIONS, "Partitions", Width.SHORT)
            .show(TOPIC_EXISTING, "The topic was created manually", Width.SHORT)
            .show(TOPIC_TAKEOVER, "Source that this one takes the topic over from", Width.MEDIUM)
            .show(RECORD_FORMAT, "Format of the records", Width.SHORT)
            .show(RECORD_MAX_BYTES, "Largest record (bytes)", Width.SHORT)
            .group("Full sync")
            .show(SNAPSHOT_DIR, "Directory of the dumps", Width.LONG)
            .show(SNAPSHOT_CHUNK_ELEMENTS, "Elements in a record", Width.SHORT)
            .show(PULL_MAX_BYTES_PER_SECOND, "Most bytes pulled per second", Width.SHORT)
            .group("What the master keeps")
            .show(HOLD_IDLE_MS, "Let go after this time without a poll (ms)", Width.SHORT)
            .show(HOLD_MAX_BYTES, "Let go above this much binlog (bytes)", Width.SHORT)
            .group("What cannot be reproduced exactly")
            .show(ON_POSITION_LOST, "A lost position", Width.MEDIUM)
            .show(ON_REPLICA, "A server that is a replica itself", Width.SHORT)
            .show(ON_TYPE_COLLISION, "A key of several types", Width.SHORT)
            .show(ON_SPOP, "SPOP without its members", Width.SHORT)
            .show(ON_HYPERLOGLOG, "HyperLogLogs", Width.SHORT)
            .show(ON_REPEATED_MEMBER, "Members that one command repeats", Width.SHORT)
            .show(ON_LARGE_KEY, "Keys that are too long for a record", Width.SHORT)
            .show(ON_UNKNOWN_COMMAND, "Unknown commands", Width.SHORT)
            .group("Checks")
            .show(KafkaSettings.BOOTSTRAP_SERVERS, "Kafka's bootstrap servers", Width.LONG)
            .show(Moment.VALIDATE_CONNECT, "Connect to the master and Kafka at validation", Width.SHORT);

    private SourceSettings() {}

    private static final ConfigDef DEFINITION = LAYOUT.arrange(table());

    /** All settings, with the defaults and texts of the documentation. */
    static ConfigDef definition() {
        return DEFINITION;
    }

    private static ConfigDef table() {
        ConfigDef ofPika = new ConfigDef()
                .define(
                        PIKA_ADDRESS,
                        Type.STRING,
                        REQUIRED,
                        SettingValidators.address(),
                        HIGH,
                        "host:port of the Pika master; an IPv6 address in brackets, [fd00::5]:9221. A name is resolved"
                                + " again for each connection.")
                .define(
                        PIKA_ADDRESSES,
                        Type.LIST,
                        "",
                        SettingValidators.addresses(),
                        MEDIUM,
                        "host:port of the other members of the master's replication group. If the followed one does"
                                + " not answer or is a replica, the connector switches to the only other one that is a"
                                + " master and has the same replication id (so 3.5.1 or later), after it has compared"
                                + " the last received items with that one's log; otherwise it waits, or stops if they"
                                + " differ. At the first start it takes the one that is a master. Password and ports"
                                + " are the same for all.")
                .define(
                        PIKA_REPLICATION_PORT,
                        Type.INT,
                        ReplicaConfig.Ports.SHIFTED.replication(),
                        SettingValidators.port(),
                        LOW,
                        "The master's replication port as seen from the worker, if it is mapped to another one. -1:"
                                + " the port of pika.address + 2000.")
                .define(
                        PIKA_RSYNC_PORT,
                        Type.INT,
                        ReplicaConfig.Ports.SHIFTED.pull(),
                        SettingValidators.port(),
                        LOW,
                        "The same for the port from which dumps are pulled, since 3.5. -1: the port of pika.address +"
                                + " 10001.")
                .define(
                        PIKA_PASSWORD,
                        Type.PASSWORD,
                        "",
                        SettingText.oneLine(),
                        HIGH,
                        "The master's requirepass. Empty: none.")
                .define(
                        PIKA_NAME,
                        Type.STRING,
                        "",
                        SettingText.oneLine(),
                        HIGH,
                        "Logical name of this Pika: it names the stored position, never an address, so that the master"
                                + " may move. Empty: the connector's name. A new name means a new full sync.")
                .define(
                        PIKA_DATABASES,
                        Type.LIST,
                        "db0",
                        SettingValidators.databases(),
                        HIGH,
                        "The databases to replicate, such as db0,db2, or * for all. Each has its own task, position"
                                + " and topic, so tasks.max must be at least their number. A master with several"
                                + " databases is refused until they are listed here explicitly. For * the master is"
                                + " queried when the connector starts; until it answers there are tasks for db0 and"
                                + " for the databases that have a stored position.")
                .define(
                        PIKA_VERSION,
                        Type.STRING,
                        "",
                        SettingValidators.version(),
                        LOW,
                        "The master's version, such as 3.5.5. Needed if INFO is denied or wrong; a 4.0.1 server, for"
                                + " one, reports 4.0.0. Empty: the master is queried.")
                .define(
                        PIKA_RENAMED_COMMANDS,
                        Type.LIST,
                        "",
                        SettingValidators.renamedCommands(),
                        MEDIUM,
                        "Commands that the master has under other names (rename-command in its configuration), each as"
                                + " newname=command, such as 360flushdb=flushdb,myhset=hset. It logs them by the new"
                                + " name and does not report what that means. A name added later applies from the item"
                                + " at which the task stopped; after on.unknown.command=skip from the next epoch.")
                .define(
                        REPLICA_ADDRESS,
                        Type.STRING,
                        "",
                        SettingValidators.partOfAddress(),
                        MEDIUM,
                        "host, host:port or :port that the connector announces to the master, where it has to be"
                                + " unique; db<N> adds 20 N to the port. Masters since 3.5 use it only as a name."
                                + " Masters up to 3.4 push the dump there, to port + 1000, so it must be an address of"
                                + " the worker that they can reach; a second connection to them announces port + 1."
                                + " Without a host: the worker's local address. Without a port: since 3.5 one from"
                                + " 19300 to 29299 that follows from the names of connector and Pika, up to 3.4 19221.")
                .define(
                        HOLD_IDLE_MS,
                        Type.LONG,
                        300_000L,
                        Range.atLeast(0),
                        MEDIUM,
                        "The master keeps its binlog for a connected source, even a paused one. After this time"
                                + " without a poll by Connect and with nothing in flight to Kafka the source lets go:"
                                + " it ends its session and keeps its position, from which it continues when resumed,"
                                + " if the master still has it. 0: never.")
                .define(
                        HOLD_MAX_BYTES,
                        Type.LONG,
                        0L,
                        Range.atLeast(0),
                        MEDIUM,
                        "If the master keeps more bytes of binlog than this for the source, for example while Kafka is"
                                + " down, the source lets go in the same way, and continues once Kafka has what was in"
                                + " flight. Must be larger than what is written during a snapshot. 0: no limit.");
        return KeySettings.addedTo(ofPika)
                .define(
                        TOPIC_PREFIX,
                        Type.STRING,
                        REQUIRED,
                        SettingText.topicPrefix(),
                        HIGH,
                        "The topic is <topic.prefix>.<db>, for example pika.db0.")
                .define(
                        TOPIC_PARTITIONS,
                        Type.INT,
                        1,
                        Range.between(1, MOST_PARTITIONS),
                        HIGH,
                        "Partitions of the topic, at most 1000. A key's partition is its Redis Cluster hash slot"
                                + " modulo this number, so the number stays the same for the whole epoch.")
                .define(
                        TOPIC_EXISTING,
                        Type.BOOLEAN,
                        false,
                        MEDIUM,
                        "true: the topic was created manually, with topic.partitions partitions, unlimited retention"
                                + " and no compaction. false: Connect creates it, from the topic.creation.default"
                                + " settings.")
                .define(
                        TOPIC_TAKEOVER,
                        Type.STRING,
                        "",
                        SettingText.oneLine(),
                        LOW,
                        "Name of the source connector that this one replaces as the writer of the topic, because it"
                                + " was renamed, or moved to another Connect cluster. NAME, or NAME@GROUP with the"
                                + " group of its Connect cluster. The former one must be deleted. Empty: a topic that"
                                + " another source writes is refused, at validation and start if"
                                + " kafka.bootstrap.servers is given, by the sink always.")
                .define(
                        RECORD_FORMAT,
                        Type.STRING,
                        "raw",
                        Word.choice(Policy.RecordFormat.class),
                        LOW,
                        "Format of the records' values. raw: commands in RESP, for the sink alone; the fastest. struct:"
                                + " the same commands with a schema, which value.converter writes as JSON, Avro or"
                                + " Protobuf, for other readers of the topic, too. It may be changed with any start; but"
                                + " from raw to struct, the topic has to allow two and a half times record.max.bytes"
                                + " until the next full sync.")
                .define(
                        RECORD_MAX_BYTES,
                        Type.INT,
                        RECORD_MAX_BYTES_DEFAULT,
                        Range.between(10_000, 512 << 20),
                        MEDIUM,
                        "Largest record, key and headers included. Larger commands are cut into several records,"
                                + " larger values are sent in pieces. The topic's max.message.bytes and the producer's"
                                + " max.request.size must allow it; their defaults allow the default.")
                .define(
                        SNAPSHOT_CHUNK_ELEMENTS,
                        Type.INT,
                        100,
                        Range.between(1, 1_900),
                        MEDIUM,
                        "Elements of a hash, list, set or sorted set, or entries of a stream, in one record of the"
                                + " snapshot.")
                .define(
                        SNAPSHOT_DIR,
                        Type.STRING,
                        REQUIRED,
                        SettingText.oneLineNotEmpty(),
                        HIGH,
                        "Directory for dumps; it needs as much space as the data. Put it on storage that survives a"
                                + " restart of the worker and, if there are several workers, is shared by all: a"
                                + " snapshot continues where it was as long as its dump is present. Each connector has"
                                + " separate folders in it; another Connect cluster needs another directory.")
                .define(
                        PULL_MAX_BYTES_PER_SECOND,
                        Type.LONG,
                        FullSyncOptions.UNLIMITED,
                        SettingValidators.rate(),
                        MEDIUM,
                        "Highest speed at which the dump of one db is pulled from the master, in bytes per second, to"
                                + " spare the master's disk and network. 0: no limit; else 65536 or more."
                                + " Masters up to 3.4 push it, as fast as their own db-sync-speed allows.")
                .define(
                        PUSH_FROM,
                        Type.LIST,
                        "",
                        SettingText.address(),
                        LOW,
                        "Masters up to 3.4 push their dump to the connector, which accepts it only from the addresses"
                                + " of pika.address. This lists further hosts from which they may push, if the master"
                                + " connects from another address (NAT, a virtual address).")
                .define(
                        ON_POSITION_LOST,
                        Type.STRING,
                        "fail",
                        Word.choice(OnPositionLost.class),
                        HIGH,
                        "What to do when the stored position cannot be resumed (binlog purged, another master, dump"
                                + " lost). fail: stop and protect the target. resync: a new full sync, as a new epoch."
                                + " resync-until-ready: a new full sync automatically, up to "
                                + OnPositionLost.MOST_IN_A_ROW + " in a row, until the topic has first caught up to"
                                + " within a minute, since nothing can depend on the target before; from then on as"
                                + " fail. A new epoch counts as never caught up.")
                .define(
                        ON_REPLICA,
                        Type.STRING,
                        "warn",
                        Word.choice(Policy.OnReplica.class),
                        MEDIUM,
                        "What to do with a server that is itself a replica, or becomes one. warn: follow it; lag"
                                + " counts to its master's end if that answers, and nothing counts as caught up while"
                                + " its link is down. fail: stop; with pika.addresses wait for a master. Either way a"
                                + " replica is refused if its master has a version that logs differently.")
                .define(
                        ON_TYPE_COLLISION,
                        Type.STRING,
                        "first",
                        Word.choice(Policy.OnTypeCollision.class),
                        MEDIUM,
                        "What to do with a key that has several types in Pika. first: the first of string, hash, list,"
                                + " zset, set wins, the others are discarded and counted. fail: stop.")
                .define(
                        ON_SPOP,
                        Type.STRING,
                        "emulate",
                        Word.choice(Policy.OnSpop.class),
                        LOW,
                        "What to do with an SPOP as masters up to 3.5.3 log it, without the members. emulate: compute"
                                + " the members with the master's random generator, seeded with that second; counted."
                                + " fail: stop before it.")
                .define(
                        ON_HYPERLOGLOG,
                        Type.STRING,
                        "opaque",
                        Word.choice(Policy.OnHyperLogLog.class),
                        LOW,
                        "What to do with HyperLogLogs, whose format Redis cannot read. opaque: copy them as strings"
                                + " and count them; later PFADD and PFMERGE of them are conflicts at the sink; those"
                                + " created in Redis work. fail: stop before them.")
                .define(
                        ON_REPEATED_MEMBER,
                        Type.STRING,
                        "fail",
                        Word.choice(Policy.OnRepeatedMember.class),
                        LOW,
                        "What to do with a ZADD or GEOADD that names one member twice with different scores, from a"
                                + " master that reports 4.0.2 while pika.version does not settle which release it is:"
                                + " 4.0.2 takes the first, 4.0.3 and 4.0.4, which may report the same, the last. fail:"
                                + " stop before it, so that pika.version can be set. first: take the first, and count"
                                + " it.")
                .define(
                        ON_UNKNOWN_COMMAND,
                        Type.STRING,
                        "fail",
                        Word.choice(Policy.OnUnknownCommand.class),
                        MEDIUM,
                        "What to do with a binlog command that no master of this version is known to log. fail: stop"
                                + " before it. skip: skip and count it.")
                .define(KafkaSettings.key(
                        "whether the topic, if it exists, has the right partitions and keeps its records."))
                .define(Moment.key("the master, and to Kafka if kafka.bootstrap.servers is given"));
    }
}
