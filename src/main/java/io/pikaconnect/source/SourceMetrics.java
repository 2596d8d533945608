package io.pikaconnect.source;

import static io.pikaconnect.metrics.Metric.count;
import static io.pikaconnect.metrics.Metric.flag;
import static io.pikaconnect.metrics.Metric.text;

import io.pikaconnect.metrics.Metric;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import io.pikaconnect.snapshot.PikaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every metric of a source task: its name, unit and description, and where it is read. The tables of metrics.md are
 * generated from them.
 */
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
                    "Changes that were skipped or could not be reproduced exactly, for this reason; the log has the"
                            + " details.",
                    LongAdder::sum)));

    private SourceMetrics() {}

    /** The task's metrics, not registered yet. */
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
                                "Current phase: connecting, full-sync, begin (of an epoch), snapshot, binlog,"
                                        + " let-go (the session was ended to spare the master's disk: hold.idle.ms,"
                                        + " hold.max.bytes), failed.",
                                p -> p.phase().toString()),
                        flag(
                                "connected",
                                "Whether there is a connection to the master; without one the task retries.",
                                SourceProgress::connected),
                        count(
                                "connection-failures",
                                "times",
                                "Failed connects to the master and broken streams; each is retried.",
                                SourceProgress::connectionFailures),
                        text("last-connection-failure", "The latest of these.", SourceProgress::lastConnectionFailure),
                        text(
                                "role",
                                "Role of the followed server in its replication group: master; or replica of"
                                        + " host:port, link up or down. While the link is down, or not known to be up,"
                                        + " nothing counts as caught up. - while the role is unknown.",
                                SourceProgress::role),
                        count(
                                "server-changes",
                                "times",
                                "How often a different server of the group answered, according to its run id:"
                                        + " failovers, and restarts of a master that does not keep its run id.",
                                SourceProgress::otherServers),
                        text(
                                "address-taken-by",
                                "The replica that is attached to the master under this task's address"
                                        + " (replica.address) and prevents it from connecting; after 5 minutes the"
                                        + " task fails.",
                                SourceProgress::addressTakenBy),
                        count(
                                "held-bytes",
                                "bytes",
                                "Bytes of binlog that the master keeps for the task in the phases snapshot and binlog,"
                                        + " from its position to the end, computed as lag-bytes; 0 while let go.",
                                SourceProgress::heldBytes),
                        count(
                                "epoch",
                                "number",
                                "Number of the current epoch; -1 before the first.",
                                SourceProgress::epoch),
                        count(
                                "full-sync-files",
                                "files",
                                "Files of the dump received in the present or last attempt.",
                                p -> (long) p.fullSync().filesDone()),
                        count(
                                "full-sync-files-total",
                                "files",
                                "Files of the dump in total; 0 until the master has made it.",
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
                        keys(PikaType.STRING, "string"),
                        keys(PikaType.HASH, "hash"),
                        keys(PikaType.LIST, "list"),
                        keys(PikaType.ZSET, "zset"),
                        keys(PikaType.SET, "set"),
                        keys(PikaType.STREAM, "stream"),
                        count(
                                "snapshot-keys-estimated",
                                "keys",
                                "Keys in the dump as RocksDB estimates them, dead and expired ones among them;"
                                        + " -1 unless the task has read from the dump.",
                                SourceProgress::snapshotKeysEstimated),
                        count(
                                "snapshot-percent",
                                "percent",
                                "How much of the dump is read, by the same estimate and counted from the dump's start:"
                                        + " 100 once it is complete and only then; -1 before the task reads it.",
                                SourceProgress::snapshotPercent),
                        count(
                                "snapshot-remaining-ms",
                                "ms",
                                "Time that the rest of the dump will take at the speed since the task started to read;"
                                        + " 0 once it is complete, -1 while unknown.",
                                SourceProgress::snapshotRemainingMs),
                        count(
                                "snapshot-dir-free-bytes",
                                "bytes",
                                "Room left for dumps on the disk of snapshot.dir; -1 while that folder does not exist.",
                                SourceProgress::snapshotDirFreeBytes),
                        text(
                                "position",
                                "filenum/offset of the binlog up to which Kafka has everything and the master may"
                                        + " remove it; during the snapshot, that of the dump.",
                                SourceProgress::position),
                        text("master-position", "End of the master's binlog.", SourceProgress::masterEnd),
                        count(
                                "lag-bytes",
                                "bytes",
                                "Bytes of binlog between these two, exact within one file; across files each counts as"
                                        + " the master's binlog-file-size. Without a connection, as last known; -1 before."
                                        + " For a replica, to the end of its master's binlog if that can be queried;"
                                        + " -1 if it cannot and its link is down.",
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
                        count("ticks", "records", "Ticks among these records.", SourceProgress::ticks),
                        count(
                                "filtered",
                                "changes",
                                "What keys.include, keys.exclude and types.include left out: of the dump each key, of"
                                        + " the binlog each change of one.",
                                SourceProgress::filtered),
                        count("items", "items", "Binlog items completely handed to Connect.", SourceProgress::items),
                        count(
                                "unacknowledged-records",
                                "records",
                                "Records handed to Connect that Kafka has not acknowledged yet.",
                                SourceProgress::unacknowledged),
                        count(
                                "oldest-unacknowledged-ms",
                                "ms",
                                "How long the oldest of them has been waiting.",
                                SourceProgress::oldestUnacknowledgedMs)));
    }

    private static Metric<SourceProgress> keys(PikaType type, String name) {
        return count(
                "snapshot-" + name + "-keys",
                "keys",
                "Keys of type " + name + " among them.",
                p -> p.snapshotKeys(type));
    }
}
