package io.pikaconnect.sink;

import static io.pikaconnect.change.Resp.bytes;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink task from start to stop: hands records to the senders, which apply them to Redis, and does for them what only the
 * task's thread may do: rewind, pause, fail. The task's thread only.
 *
 * <p>After a restart, on whatever worker, each partition resumes at its place in the ledger; Kafka's offsets only follow.
 */
final class StartedSinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(StartedSinkTask.class);

    /** How soon to be called again: while something is in progress, and otherwise. */
    private static final long SOON_MS = 20;

    private static final long LATER_MS = 1_000;

    /** Longest wait for the senders to stop; Connect gives a task five seconds. */
    private static final long STOP_NANOS = 3_000_000_000L;

    /** Longest wait for what a partition that is closed has to note. */
    private static final long LEAVE_NANOS = 1_000_000_000L;

    /** No partition of a record. */
    private static final TopicPartition NONE = new TopicPartition("", -1);

    private static final long LOG_EVERY_NANOS = 30_000_000_000L;

    private final TaskClock clock;
    private final SinkTaskContext context;
    private final RedisSinkConfig config;
    private final TaskMetrics metrics;
    private final SinkCounters counters;
    private final ClockDifference clockDifference;
    private final CatchUpTracker tracker;
    private final DeadLetters deadLetters;
    private final List<Sender> senders;
    private final BufferLimit buffer;
    private final SinkStatus status;
    private final Map<TopicPartition, SinkPartition> partitions = new ConcurrentHashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    /** Partitions whose reading is to be set back, which Connect does before it calls {@link #put} again. */
    private final Set<TopicPartition> rewinding = new HashSet<>();

    private long loggedNanos;

    /**
     * @param cluster the id of the Kafka cluster, where it is known
     * @param start starts a sender
     */
    StartedSinkTask(
            RedisSinkConfig config,
            SinkTaskContext context,
            Supplier<Optional<String>> cluster,
            TaskClock clock,
            Consumer<Sender> start) {
        this.clock = clock;
        this.loggedNanos = clock.nanos();
        this.config = config;
        this.context = context;
        this.metrics = SinkMetrics.of(config, WorkerMetrics.of(context));
        this.counters = new SinkCounters(
                new DiscardCounts(
                        config.connector(),
                        (reason, count) -> metrics.show(SinkMetrics.DISCARDS, Map.of("reason", reason), count)),
                new DiscardCounts(
                        config.connector(),
                        (error, count) -> metrics.show(SinkMetrics.ERRORS, Map.of("error", error), count)));
        this.clockDifference = new ClockDifference(clock::wallMs, counters.discards);
        this.tracker = new CatchUpTracker(counters, clockDifference, config.topics(), clock);
        Optional<ErrantRecordReporter> reporter = Optional.ofNullable(context.errantRecordReporter());
        this.deadLetters = new DeadLetters(reporter);
        NodeCounts nodes =
                new NodeCounts((node, counts) -> metrics.show(SinkMetrics.NODE_COUNTS, Map.of("node", node), counts));
        Links links = new Links(
                config, counters, tracker, clockDifference, partitions.values(), reporter, cluster, nodes, clock);
        IdleTaskPoller idle = new IdleTaskPoller(config, links.ledger(), tracker, partitions.values(), clock);
        this.senders = IntStream.range(0, config.getInt(RedisSinkConfig.REDIS_SENDER_NUM))
                .mapToObj(i -> new Sender(
                        config.connector() + "-sender-" + i,
                        links,
                        counters,
                        i == 0 ? Optional.of(idle) : Optional.empty(),
                        clock))
                .toList();
        this.buffer = new BufferLimit(config.getLong(RedisSinkConfig.SINK_BUFFER_BYTES), partitions.values());
        this.status = new SinkStatus(counters, tracker, clockDifference, partitions, senders);
        SinkMetrics.show(metrics, status);
        senders.forEach(start);
    }

    void open(Collection<TopicPartition> opened) {
        look(opened);
        for (TopicPartition tp : opened) {
            // Connect pauses it again after a rebalance, if we had it paused before.
            context.resume(tp);
            SinkPartition p = new SinkPartition(
                    tp,
                    config.database(tp.topic()),
                    config,
                    bytes(config.getString(RedisSinkConfig.LEDGER_PREFIX)),
                    counters.ofPartition(),
                    clock);
            partitions.put(tp, p);
            SinkMetrics.show(metrics, p, tracker);
            senders.stream()
                    .min(Comparator.comparingInt(Sender::size))
                    .orElseThrow()
                    .add(p);
        }
        context.timeout(SOON_MS);
    }

    /** Reports a topic that will lose its records while it still has them. */
    private void look(Collection<TopicPartition> opened) {
        KafkaSettings.of(config).map(TopicCheck::new).ifPresent(check -> {
            try {
                for (String topic : opened.stream().map(TopicPartition::topic).collect(Collectors.toSet())) {
                    check.sink(topic).forEach(problem -> LOG.warn("{}: {}", config.connector(), problem));
                }
            } catch (TopicCheck.LookupFailed e) {
                LOG.warn("{}: {}", config.connector(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void put(Collection<SinkRecord> records) {
        partitions
                .values()
                .forEach(p -> p.failure().ifPresent(e -> {
                    throw e;
                }));
        rewinding.clear();
        partitions.values().forEach(p -> p.takeRewind().ifPresent(offset -> rewind(p, offset)));
        buffer.recount();
        TopicPartition tp = NONE;
        SinkPartition p = null;
        for (SinkRecord record : records) {
            if (record.originalKafkaPartition() != tp.partition()
                    || !record.originalTopic().equals(tp.topic())) {
                tp = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
                p = partitions.get(tp);
            }
            if (p != null && (rewinding.isEmpty() || !rewinding.contains(tp))) {
                if (offer(p, record)) {
                    p.handedUpTo(record.originalKafkaOffset() + 1);
                } else {
                    rewind(p, record.originalKafkaOffset());
                }
            }
        }
        if (!records.isEmpty()) {
            senders.forEach(Sender::wake);
        }
        buffer.recount();
        pauseAndResume();
        logStatus();
        boolean soon = deadLetters.areUnderWay() || partitions.values().stream().anyMatch(SinkPartition::isBusy);
        context.timeout(soon ? SOON_MS : LATER_MS);
    }

    private void rewind(SinkPartition p, long offset) {
        context.offset(p.topicPartition, offset);
        rewinding.add(p.topicPartition);
        p.handedUpTo(offset);
    }

    private void logStatus() {
        long now = clock.nanos();
        if (now - loggedNanos >= LOG_EVERY_NANOS) {
            loggedNanos = now;
            LOG.info("{}, task {}: {}", config.connector(), config.taskIndex(), status.logLine());
        }
    }

    /** Whether the partition is done with the record; otherwise it has to be read again. */
    private boolean offer(SinkPartition p, SinkRecord record) {
        ChangeRecord change;
        try {
            change = ChangeRecord.of(record);
        } catch (WrongConverter e) {
            throw TaskFailure.of(ChangeRecord.describe(record), e.getMessage(), e.remedy());
        } catch (IllegalArgumentException e) {
            reportForeign(p, record, e.getMessage());
            return true;
        }
        if (!deadLetters.isClear(p.topicPartition)) {
            return false;
        }
        try {
            boolean done = p.offer(change, buffer);
            if (done && change.header().isTick()) {
                clockDifference.tickArrived(p.topicPartition, change);
            }
            return done;
        } catch (RecordRefused e) {
            throw e.at(record);
        } catch (IllegalArgumentException e) {
            throw TaskFailure.of(
                    ChangeRecord.describe(record),
                    "A record that cannot be applied: " + e.getMessage(),
                    "Find out what wrote it.");
        }
    }

    private void reportForeign(SinkPartition p, SinkRecord record, String why) {
        deadLetters.report(
                p.topicPartition,
                record,
                TaskFailure.of(
                        ChangeRecord.describe(record),
                        "A record that the source connector did not write: " + why,
                        "Only the source connector may write to its topic. To leave such records out, set"
                                + " errors.tolerance=all and a dead letter queue."));
        counters.discards.count("not.ours", () -> ChangeRecord.describe(record) + ": " + why);
    }

    private void pauseAndResume() {
        partitions.forEach((tp, p) -> {
            if (p.wantsRecords(buffer) && deadLetters.isClear(tp)) {
                if (paused.remove(tp)) {
                    context.resume(tp);
                }
            } else if (paused.add(tp)) {
                context.pause(tp);
            }
        });
    }

    /** The ledger's offsets and nothing beyond: only they are true. */
    Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> current) {
        noteDropped(current);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        current.forEach((tp, consumed) -> Optional.ofNullable(partitions.get(tp))
                .flatMap(SinkPartition::ledgerOffset)
                .filter(offset -> offset <= consumed.offset())
                .ifPresent(offset -> offsets.put(tp, new OffsetAndMetadata(offset))));
        return offsets;
    }

    /** What Connect counts as consumed but never handed over was dropped by a transformation or a converter. */
    private void noteDropped(Map<TopicPartition, OffsetAndMetadata> consumed) {
        consumed.forEach((tp, upTo) -> Optional.ofNullable(partitions.get(tp))
                .filter(p -> !rewinding.contains(tp))
                .ifPresent(p -> p.readUpTo(upTo.offset())));
    }

    void close(Collection<TopicPartition> closed) {
        List<CompletableFuture<Void>> leaving = new ArrayList<>();
        for (TopicPartition tp : closed) {
            senders.forEach(s -> s.remove(tp).ifPresent(leaving::add));
            Optional.ofNullable(partitions.remove(tp)).ifPresent(SinkPartition::close);
            paused.remove(tp);
            deadLetters.forget(tp);
            tracker.closed(tp);
            SinkMetrics.hide(metrics, tp);
        }
        await(leaving);
    }

    /** What is not noted by then is read again at the next start. */
    private static void await(List<CompletableFuture<Void>> leaving) {
        CompletableFuture<Void> all = CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new));
        try {
            all.get(LEAVE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Some partitions were closed without a mark", e);
        }
        leaving.forEach(isNoted -> isNoted.cancel(false));
    }

    /** Has its senders end, and waits for none of them: they have done nothing yet. */
    void abandon() {
        metrics.close();
        senders.forEach(Sender::stop);
    }

    void stop() {
        abandon();
        long until = System.nanoTime() + STOP_NANOS;
        senders.forEach(sender -> sender.awaitStopped(until));
        LOG.info("Stopped: {}", counters);
    }

    /** Whether Redis turned out to be a cluster, which such a task is not for; it has done nothing then. */
    boolean hasFoundCluster() {
        return senders.stream().anyMatch(Sender::hasFoundCluster);
    }

    RedisSinkConfig config() {
        return config;
    }

    Set<TopicPartition> partitions() {
        return Set.copyOf(partitions.keySet());
    }

    SinkCounters counters() {
        return counters;
    }

    CatchUpTracker tracker() {
        return tracker;
    }

    SinkStatus status() {
        return status;
    }
}
