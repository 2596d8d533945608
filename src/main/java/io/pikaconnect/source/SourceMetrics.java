package io.pikaconnect.source;

import static io.pikaconnect.metrics.Metric.count;
import static io.pikaconnect.metrics.Metric.flag;
import static io.pikaconnect.metrics.Metric.text;

import io.pikaconnect.metrics.Metric;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import io.pikaconnect.source.SourceProgress.KeyType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Every metric of a source task: its name, unit and description, and where it is read. The tables of metrics.md are made of them. */
public final class SourceMetrics {

    /** One MBean for the task. */
    public static final MetricGroup<?> SOURCE = source();

    /** One MBean for each reason. */
    public static final MetricGroup<LongAdder> DISCARDS = new MetricGroup<>(
            "source-discards",
            List.of("reason"),
            List.of(count(
                    "discards",
                    "changes",
                    "What was left out or could not be reproduced exactly, for this reason; the log says what.",
                    LongAdder::sum)));

    private SourceMetrics() {}

    /** The task's metrics, none of them shown yet. */
    static TaskMetrics of(PikaSourceConfig config, Optional<WorkerMetrics> worker) {
        Map<String, String> task = new LinkedHashMap<>();
        task.put("connector", config.connector());
        task.put("pika", config.name());
        task.put("db", config.database());
        return TaskMetrics.of(task, worker);
    }

    static void show(TaskMetrics metrics, SourceProgress progress) {
        metrics.show(source(), Map.of(), progress);
    }

    private static MetricGroup<SourceProgress> source() {
        return new MetricGroup<>(
                "source",
                List.of(),
                List.of(
                        text(
                                "phase",
                                "What the task is about: connecting, full-sync, begin (of an epoch), snapshot, binlog,"
                                        + " let-go (the session was ended to spare the master's disk: hold.idle.ms,"
                                        + " hold.max.bytes), failed.",
                                p -> p.phase().toString()),
                        flag(
                                "connected",
                                "Whether there is a connection to the master; without, the task tries again and again.",
                                SourceProgress::connected),
                        count(
                                "connection-failures",
                                "times",
                                "Connects to the master that failed and streams that broke; each is tried again.",
                                SourceProgress::connectionFailures),
                        text(
                                "last-connection-failure",
                                "What the last of these was.",
                                SourceProgress::lastConnectionFailure),
                        text(
                                "role",
                                "What the server that is followed is in its replication group: master; or replica of"
                                        + " host:port, link up or down. While the link is down, or not known to be up,"
                                        + " nothing counts as caught up. - while it does not tell.",
                                SourceProgress::role),
                        count(
                                "server-changes",
                                "times",
                                "How often another server of the group answered than before, by its run id: failovers,"
                                        + " and starts of a master that does not keep its run id.",
                                SourceProgress::otherServers),
                        text(
                                "address-taken-by",
                                "The replica that is attached to the master under our address (replica.address) and"
                                        + " keeps us from connecting; after 5 minutes the task fails.",
                                SourceProgress::addressTakenBy),
                        count(
                                "held-bytes",
                                "bytes",
                                "Bytes of binlog that the master keeps for the task in snapshot and binlog, from its"
                                        + " position to the end, reckoned as lag-bytes; 0 while let go.",
                                SourceProgress::heldBytes),
                        count(
                                "epoch",
                                "number",
                                "The full sync and what follows it; -1 before.",
                                SourceProgress::epoch),
                        count(
                                "full-sync-files",
                                "files",
                                "Files of the dump that are here, in the attempt under way or the last one.",
                                p -> (long) p.fullSync().filesDone()),
                        count(
                                "full-sync-files-total",
                                "files",
                                "Files of the dump; 0 before the master has made it.",
                                p -> (long) p.fullSync().filesTotal()),
                        count(
                                "full-sync-bytes",
                                "bytes",
                                "Bytes of the dump received in that attempt.",
                                p -> p.fullSync().bytesDone()),
                        count("full-sync-attempts", "attempts", "Attempts to get a dump.", p ->
                                (long) p.fullSync().attempts()),
                        count(
                                "snapshot-keys",
                                "keys",
                                "Keys read from the dump since the task started.",
                                SourceProgress::snapshotKeys),
                        keys(KeyType.STRING, "string"),
                        keys(KeyType.HASH, "hash"),
                        keys(KeyType.LIST, "list"),
                        keys(KeyType.ZSET, "zset"),
                        keys(KeyType.SET, "set"),
                        keys(KeyType.STREAM, "stream"),
                        text(
                                "position",
                                "filenum/offset of the binlog up to which Kafka has everything and the master may"
                                        + " forget it; during the snapshot, the dump's.",
                                SourceProgress::position),
                        text("master-position", "Where the master's binlog ends.", SourceProgress::masterEnd),
                        count(
                                "lag-bytes",
                                "bytes",
                                "Bytes of binlog between these two, exact within one file; across files each counts as"
                                        + " the master's binlog-file-size. Without a connection, as last known; -1 before."
                                        + " Of a replica, to the end of its master's binlog where that can be asked; -1"
                                        + " where it cannot and its link is down.",
                                SourceProgress::lagBytes),
                        count(
                                "lag-ms",
                                "ms",
                                "0 once Kafka has all of the master's binlog, while connected; else the time since the"
                                        + " last change handed to Connect was made, or since the dump was requested, or"
                                        + " since the oldest unacknowledged record was handed over, whichever is longer."
                                        + " -1 while unknown.",
                                SourceProgress::lagMs),
                        count(
                                "records",
                                "records",
                                "Records handed to Connect, ticks included.",
                                SourceProgress::records),
                        count(
                                "bytes",
                                "bytes",
                                "Bytes of these: keys, values, barriers, and 100 a record.",
                                SourceProgress::bytes),
                        count("ticks", "records", "Ticks among them.", SourceProgress::ticks),
                        count("items", "items", "Binlog items wholly handed to Connect.", SourceProgress::items),
                        count(
                                "unacknowledged-records",
                                "records",
                                "Records handed to Connect that Kafka has not acknowledged.",
                                SourceProgress::unacknowledged),
                        count(
                                "oldest-unacknowledged-ms",
                                "ms",
                                "How long the oldest of them has been waiting.",
                                SourceProgress::oldestUnacknowledgedMs)));
    }

    private static Metric<SourceProgress> keys(KeyType type, String name) {
        return count(
                "snapshot-" + name + "-keys",
                "keys",
                "Keys of type " + name + " among them.",
                p -> p.snapshotKeys(type));
    }
}
