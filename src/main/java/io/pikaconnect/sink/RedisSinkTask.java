package io.pikaconnect.sink;

import io.pikaconnect.Version;
import io.pikaconnect.change.Tally;
import io.pikaconnect.kafka.ClusterId;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import io.pikaconnect.settings.Started;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records to the senders, which apply them to Redis, and does for them what only the task's thread may: rewind,
 * pause, fail.
 *
 * <p>After a restart, wherever that was, each partition goes on where Redis says it is; Kafka's offsets only follow.
 */
public final class RedisSinkTask extends SinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSinkTask.class);

    /** How soon to be called again: while something is under way, and else. */
    private static final long SOON_MS = 20;

    private static final long LATER_MS = 1_000;

    /** Longest wait for the senders' end; Connect gives a task five seconds. */
    private static final long STOP_NANOS = 3_000_000_000L;

    private static final long SAY_EVERY_NANOS = 30_000_000_000L;

    private final Map<TopicPartition, SinkPartition> partitions = new ConcurrentHashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    /** Where reading is to be set back, which Connect does before it calls {@link #put} again. */
    private final Set<TopicPartition> goneBack = new HashSet<>();

    private final LongSupplier workerMs;
    private final Function<Optional<KafkaSettings>, Supplier<Optional<String>>> clusters;
    private List<Sender> senders = List.of();
    private Optional<TaskMetrics> metrics = Optional.empty();
    private DeadLetters deadLetters = new DeadLetters(Optional.empty());
    private RedisSinkConfig config;
    private Ledger ledger;
    private SinkCounters counters;
    private Clocks clocks;
    private Progress progress;
    private Room room;
    private SinkOverview overview;
    private long saidNanos = System.nanoTime();

    public RedisSinkTask() {
        this(System::currentTimeMillis, ClusterId::new);
    }

    /**
     * @param workerMs this worker's clock
     * @param clusters tells the id of the Kafka cluster
     */
    RedisSinkTask(LongSupplier workerMs, Function<Optional<KafkaSettings>, Supplier<Optional<String>>> clusters) {
        this.workerMs = workerMs;
        this.clusters = clusters;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> properties) {
        config = new RedisSinkConfig(properties);
        Started.note(RedisSinkConnector.class, config.connector());
        TaskMetrics shown = SinkMetrics.of(config, WorkerMetrics.of(context));
        metrics = Optional.of(shown);
        counters = new SinkCounters(
                new Tally((reason, count) -> shown.show(SinkMetrics.DISCARDS, Map.of("reason", reason), count)),
                new Tally((error, count) -> shown.show(SinkMetrics.ERRORS, Map.of("error", error), count)));
        clocks = new Clocks(workerMs, counters.tally);
        progress = new Progress(counters, clocks, config.topics());
        Optional<ErrantRecordReporter> reporter = Optional.ofNullable(context.errantRecordReporter());
        deadLetters = new DeadLetters(reporter);
        ledger = new Ledger(config, reporter.isPresent(), clocks, clusters.apply(KafkaSettings.of(config)));
        Applier applier = new Applier(
                config, ledger, counters, reporter, progress, new Upkeep(ledger, progress, partitions.values()));
        IdleTask idle = new IdleTask(config, ledger, progress, partitions.values());
        senders = IntStream.range(0, config.getInt(RedisSinkConfig.SENDER_NUM))
                .mapToObj(i -> new Sender(
                        config.connector() + "-sender-" + i,
                        config.target(),
                        applier,
                        new TargetWatch(config.target(), workerMs),
                        i == 0 ? Optional.of(idle) : Optional.empty()))
                .toList();
        room = new Room(config.getLong(RedisSinkConfig.BUFFER_BYTES), partitions.values());
        overview = new SinkOverview(counters, progress, clocks, partitions, senders);
        SinkMetrics.show(shown, overview);
    }

    @Override
    public void open(Collection<TopicPartition> opened) {
        look(opened);
        for (TopicPartition tp : opened) {
            // Connect pauses it again after a rebalance, if we had it paused before.
            context.resume(tp);
            SinkPartition p =
                    new SinkPartition(tp, config.database(tp.topic()), config, ledger.prefix(), counters.ofPartition());
            partitions.put(tp, p);
            metrics.ifPresent(m -> SinkMetrics.show(m, p, progress));
            senders.stream()
                    .min(Comparator.comparingInt(Sender::size))
                    .orElseThrow()
                    .add(p);
        }
        context.timeout(SOON_MS);
    }

    /** A topic that loses its records is reported while it still has them. */
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

    @Override
    public void put(Collection<SinkRecord> records) {
        partitions
                .values()
                .forEach(p -> p.failure().ifPresent(e -> {
                    throw e;
                }));
        goneBack.clear();
        partitions.values().forEach(p -> p.takeRewind().ifPresent(offset -> goBack(p, offset)));
        room.measure();
        for (SinkRecord record : records) {
            TopicPartition tp = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            SinkPartition p = partitions.get(tp);
            if (p != null && !goneBack.contains(tp)) {
                if (offer(p, record)) {
                    p.handedUpTo(record.originalKafkaOffset() + 1);
                } else {
                    goBack(p, record.originalKafkaOffset());
                }
            }
        }
        if (!records.isEmpty()) {
            senders.forEach(Sender::wake);
        }
        room.measure();
        pauseAndResume();
        sayNowAndThen();
        boolean soon = deadLetters.areUnderWay() || partitions.values().stream().anyMatch(SinkPartition::isBusy);
        context.timeout(soon ? SOON_MS : LATER_MS);
    }

    private void goBack(SinkPartition p, long offset) {
        context.offset(p.topicPartition, offset);
        goneBack.add(p.topicPartition);
        p.handedUpTo(offset);
    }

    private void sayNowAndThen() {
        long now = System.nanoTime();
        if (now - saidNanos >= SAY_EVERY_NANOS) {
            saidNanos = now;
            LOG.info("{}, task {}: {}", config.connector(), config.taskIndex(), overview.line());
        }
    }

    /** Whether the partition is done with the record; else it has to come again. */
    private boolean offer(SinkPartition p, SinkRecord record) {
        Incoming incoming;
        try {
            incoming = Incoming.of(record);
        } catch (WrongConverter e) {
            throw Stop.at(record, e.getMessage(), e.remedy());
        } catch (IllegalArgumentException e) {
            notOurs(p, record, e.getMessage());
            return true;
        }
        if (!deadLetters.isClear(p.topicPartition)) {
            return false;
        }
        try {
            boolean done = p.offer(incoming, room);
            if (done && incoming.header().isTick()) {
                clocks.tick(p.topicPartition, incoming);
            }
            return done;
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int remedy = message.lastIndexOf(';');
            throw remedy < 0
                    ? Stop.at(record, "A record that cannot be applied: " + message, "Look where it comes from.")
                    : Stop.at(record, message.substring(0, remedy), message.substring(remedy + 1));
        }
    }

    private void notOurs(SinkPartition p, SinkRecord record, String why) {
        deadLetters.report(
                p.topicPartition,
                record,
                Stop.at(
                        record,
                        "A record that the source connector did not write: " + why,
                        "Only the source connector may write to its topic. To leave such records out, set"
                                + " errors.tolerance=all and a dead letter queue."));
        counters.tally.count("not.ours", () -> Incoming.where(record) + ": " + why);
    }

    private void pauseAndResume() {
        partitions.forEach((tp, p) -> {
            if (p.wantsRecords(room) && deadLetters.isClear(tp)) {
                if (paused.remove(tp)) {
                    context.resume(tp);
                }
            } else if (paused.add(tp)) {
                context.pause(tp);
            }
        });
    }

    /** What the ledger holds, and nothing beyond: the only offsets that are true. */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> current) {
        lookForDropped(current);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        current.forEach((tp, consumed) -> Optional.ofNullable(partitions.get(tp))
                .flatMap(SinkPartition::ledgerOffset)
                .filter(offset -> offset <= consumed.offset())
                .ifPresent(offset -> offsets.put(tp, new OffsetAndMetadata(offset))));
        return offsets;
    }

    /** What Connect counts as consumed but never handed over, a transformation or a converter has left out. */
    private void lookForDropped(Map<TopicPartition, OffsetAndMetadata> consumed) {
        consumed.forEach((tp, upTo) -> Optional.ofNullable(partitions.get(tp))
                .filter(p -> !goneBack.contains(tp))
                .ifPresent(p -> p.readUpTo(upTo.offset())));
    }

    @Override
    public void close(Collection<TopicPartition> closed) {
        for (TopicPartition tp : closed) {
            senders.forEach(s -> s.remove(tp));
            Optional.ofNullable(partitions.remove(tp)).ifPresent(SinkPartition::close);
            paused.remove(tp);
            deadLetters.forget(tp);
            progress.closed(tp);
            metrics.ifPresent(m -> SinkMetrics.hide(m, tp));
        }
    }

    @Override
    public void stop() {
        metrics.ifPresent(TaskMetrics::close);
        senders.forEach(Sender::end);
        long until = System.nanoTime() + STOP_NANOS;
        senders.forEach(sender -> sender.awaitEnd(until));
        LOG.info("Stopped: {}", counters);
    }

    SinkCounters counters() {
        return counters;
    }

    Progress progress() {
        return progress;
    }

    SinkOverview overview() {
        return overview;
    }
}
