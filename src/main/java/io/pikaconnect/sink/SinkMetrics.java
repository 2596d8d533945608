package io.pikaconnect.sink;

import static io.pikaconnect.metrics.Metric.count;
import static io.pikaconnect.metrics.Metric.flag;
import static io.pikaconnect.metrics.Metric.text;

import io.pikaconnect.change.Position;
import io.pikaconnect.metrics.Metric;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * Every metric of a sink task: its name, unit and description, and where it is read. The tables of metrics.md are
 * generated from them.
 */
public final class SinkMetrics {

    /** A partition, and what is known of its progress. */
    private record Watched(SinkPartition partition, CatchUpTracker tracker) {

        TopicPartition name() {
            return partition.topicPartition;
        }

        <T> Optional<T> ledger(Function<LedgerField, T> part) {
            return partition.ledger().map(part);
        }
    }

    /** One MBean for the task. */
    public static final MetricGroup<?> SINK = sink();

    /** One MBean for each partition that the task has. */
    public static final MetricGroup<?> PARTITION = partition();

    /** One MBean for each reason. */
    public static final MetricGroup<LongAdder> DISCARDS = new MetricGroup<>(
            "sink-discards",
            List.of("reason"),
            List.of(count(
                    "discards",
                    "times",
                    "What was skipped or is not as it should be, for this reason: wrong.type, conflict, not.ours,"
                            + " clock.ahead, clock.behind. The log has the details.",
                    LongAdder::sum)));

    /** One MBean for each class of error. */
    public static final MetricGroup<LongAdder> ERRORS = new MetricGroup<>(
            "sink-errors",
            List.of("error"),
            List.of(count(
                    "errors",
                    "errors",
                    "Errors of Redis of this class, such as OOM, WRONGTYPE or connection: retried, handled by a"
                            + " policy, or ending the task.",
                    LongAdder::sum)));

    /** One MBean for each node of a cluster. */
    static final MetricGroup<NodeCounts.Counts> NODE_COUNTS = new MetricGroup<>(
            "sink-node",
            List.of("node"),
            List.of(
                    count(
                            "slots",
                            "slots",
                            "Hash slots that the node has, as far as the task knows; 0 of one that has none any more.",
                            NodeCounts.Counts::slots),
                    count(
                            "scripts",
                            "calls",
                            "Scripts that the node has run for the task.",
                            NodeCounts.Counts::scripts),
                    count(
                            "reply-ms",
                            "ms",
                            "How long the task has waited for the node's replies to them; nodes are asked at the same time.",
                            NodeCounts.Counts::waitMs)));

    public static final MetricGroup<?> NODE = NODE_COUNTS;

    private SinkMetrics() {}

    /** The task's metrics, not registered yet. */
    static TaskMetrics of(RedisSinkConfig config, Optional<WorkerMetrics> worker) {
        Map<String, String> task = new LinkedHashMap<>();
        task.put("connector", config.connector());
        task.put("task", config.taskIndex());
        return TaskMetrics.of(task, worker);
    }

    static void show(TaskMetrics metrics, SinkStatus status) {
        metrics.show(sink(), Map.of(), status);
    }

    static void show(TaskMetrics metrics, SinkPartition partition, CatchUpTracker tracker) {
        metrics.show(partition(), tags(partition.topicPartition), new Watched(partition, tracker));
    }

    static void hide(TaskMetrics metrics, TopicPartition partition) {
        metrics.hide(PARTITION, tags(partition));
    }

    private static Map<String, String> tags(TopicPartition p) {
        return Map.of("topic", p.topic(), "partition", String.valueOf(p.partition()));
    }

    private static MetricGroup<SinkStatus> sink() {
        List<Metric<SinkStatus>> metrics = new ArrayList<>(List.of(
                flag(
                        "ready",
                        "Whether the whole db is ready for the cut-over: all its partitions, those of other tasks too, are"
                                + " fresh, nothing is stale, and with expiry.mode=native deadlines are released.",
                        SinkStatus::isReady),
                flag(
                        "stale",
                        "Whether a change was applied so late that Redis, which expired keys itself, may no longer"
                                + " have had its key: see on.long.absence.",
                        SinkStatus::isStale),
                text(
                        "deadlines",
                        "State of deadlines in Redis: held, holding (those of an earlier release, in progress),"
                                + " releasing (in progress), native (released).",
                        SinkStatus::deadlines),
                count("partitions", "partitions", "Partitions that the task has.", SinkStatus::partitions),
                count(
                        "fresh-partitions",
                        "partitions",
                        "Partitions that are fresh: the newest record or tick was at most 10 s old when it was applied,"
                                + " nothing after it waits, and the next tick is not overdue.",
                        SinkStatus::freshPartitions),
                count(
                        "lag-ms",
                        "ms",
                        "Redis' time minus the source's time up to which everything is applied, minus the difference"
                                + " of their clocks, for the partition that lags most; a few seconds while the master"
                                + " is"
                                + " idle. -1 while a partition has had nothing but the snapshot.",
                        SinkStatus::lagMs),
                count(
                        "clock-difference-ms",
                        "ms",
                        "Redis' clock minus the source's, as estimated from the ticks.",
                        SinkStatus::clockDifferenceMs),
                flag(
                        "connected",
                        "Whether every required connection to Redis is up; otherwise the task retries.",
                        SinkStatus::isConnected),
                SinkCounter.RETRIES.metric(SinkStatus::counters),
                text(
                        "last-retry",
                        "The latest of these errors.",
                        o -> o.counters().lastRetry()),
                SinkCounter.EXPIRED_KEYS.metric(SinkStatus::counters),
                SinkCounter.REWRITTEN_DEADLINES.metric(SinkStatus::counters),
                count(
                        "buffered-bytes",
                        "bytes",
                        "Bytes of records that wait in memory, with their overhead, as counted for sink.buffer.bytes.",
                        SinkStatus::bufferedBytes),
                count(
                        "partitions-at-barriers",
                        "partitions",
                        "Partitions that wait at a barrier.",
                        SinkStatus::partitionsAtBarriers)));
        metrics.addAll(counts(SinkStatus::counters));
        return new MetricGroup<>("sink", List.of(), List.copyOf(metrics));
    }

    private static MetricGroup<Watched> partition() {
        List<Metric<Watched>> metrics = new ArrayList<>(List.of(
                text(
                        "state",
                        "unclaimed (Redis does not answer, or has not answered yet), open, zombie (another"
                                + " task claimed it later), closed.",
                        w -> w.partition().state().name().toLowerCase(Locale.ROOT)),
                flag(
                        "fresh",
                        "As fresh-partitions of the task.",
                        w -> w.tracker().isFresh(w.name())),
                count("lag-ms", "ms", "As lag-ms of the task.", w -> w.tracker().lagMs(w.name())),
                text(
                        "position",
                        "The source's position of the last applied record: phase/a/b/part.",
                        w -> w.ledger(LedgerField::position)
                                .flatMap(p -> p)
                                .map(Position::toString)
                                .orElse("-")),
                count(
                        "sequence",
                        "number",
                        "Its sequence number in the epoch; -1 before the first.",
                        w -> w.ledger(f -> f.sequence().orElse(-1)).orElse(-1L)),
                count(
                        "offset",
                        "number",
                        "Kafka offset of the next record to apply; -1 while unknown.",
                        w -> w.partition().ledgerOffset().orElse(-1L)),
                count(
                        "at-barrier-ms",
                        "ms",
                        "How long it has been waiting at a barrier for the other partitions; 0 if it is not.",
                        w -> TimeUnit.NANOSECONDS.toMillis(w.partition().atBarrierNanos())),
                flag(
                        "hole",
                        "Whether records are missing in the topic, a transformation drops them, or only those of an"
                                + " older epoch arrive: waited for up to hole.timeout.ms. The log has the details.",
                        w -> w.partition().isWaitingForRecords()),
                count(
                        "buffered-bytes",
                        "bytes",
                        "As buffered-bytes of the task.",
                        w -> w.partition().bytes())));
        metrics.addAll(counts(w -> w.partition().counters()));
        return new MetricGroup<>("sink-partition", List.of("topic", "partition"), List.copyOf(metrics));
    }

    /** What is counted for the task and for each partition since it was assigned: every counter but those of the task alone. */
    private static <T> List<Metric<T>> counts(Function<T, SinkCounters> of) {
        return EnumSet.complementOf(
                        EnumSet.of(SinkCounter.RETRIES, SinkCounter.EXPIRED_KEYS, SinkCounter.REWRITTEN_DEADLINES))
                .stream()
                .map(counter -> counter.metric(of))
                .toList();
    }
}
