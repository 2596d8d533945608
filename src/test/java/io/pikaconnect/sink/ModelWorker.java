package io.pikaconnect.sink;

import io.pikaconnect.demo.QuietSinkContext;
import io.pikaconnect.kafka.ClusterId;
import io.pikaconnect.metrics.PluginRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Drives one task as a worker does: polls what is assigned and not paused, rewinds before the next poll where the task
 * asked for it, checks what the task wants to commit. All in the caller's thread, one {@link #turn} at a time.
 */
public final class ModelWorker implements AutoCloseable {

    /** Not a setting of the plugin: the id of the Kafka cluster. */
    static final String CLUSTER = "test.kafka.cluster";

    private static final int POLL = Integer.getInteger("poll", 50);

    final RedisSinkTask task;
    final List<SinkRecord> reported = new CopyOnWriteArrayList<>();
    /** Runs before a record is taken for the dead letter queue. */
    volatile Runnable whenReporting = () -> {};

    /** What is given for a record that was taken: when Kafka has it. */
    volatile CompletableFuture<Void> letter = CompletableFuture.completedFuture(null);

    final PluginRegistry plugins;

    private final ModelTopic topic;
    private final Map<String, ModelTopic> topics = new HashMap<>();
    private final Map<TopicPartition, Long> consumed = new HashMap<>();
    private final Map<TopicPartition, Long> committed;
    private final Map<TopicPartition, Long> rewinds = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private final boolean deadLetters;
    private final List<Sender> senders = new ArrayList<>();
    private Predicate<SinkRecord> leftOut = r -> false;
    private boolean running;

    /** @param committed the group's offsets, shared by its workers */
    ModelWorker(
            ModelTopic topic,
            Map<TopicPartition, Long> committed,
            Map<String, String> properties,
            boolean deadLetters) {
        this(topic, committed, properties, deadLetters, TaskClock.SYSTEM);
    }

    /** Its senders have threads of their own. */
    ModelWorker(
            ModelTopic topic,
            Map<TopicPartition, Long> committed,
            Map<String, String> properties,
            boolean deadLetters,
            TaskClock clock) {
        this(topic, committed, properties, deadLetters, clock, Sender::start, new PluginRegistry());
    }

    /** Its senders have no threads: they take a turn when {@link #senderTurn} is called. */
    static ModelWorker inSteps(
            ModelTopic topic, Map<TopicPartition, Long> committed, Map<String, String> properties, TaskClock clock) {
        List<Sender> senders = new ArrayList<>();
        ModelWorker worker =
                new ModelWorker(topic, committed, properties, false, clock, senders::add, new PluginRegistry());
        worker.senders.addAll(senders);
        return worker;
    }

    /** A turn of one of its senders; it need not be its time. */
    void senderTurn(int which) {
        senders.get(which % senders.size()).turn();
    }

    private ModelWorker(
            ModelTopic topic,
            Map<TopicPartition, Long> committed,
            Map<String, String> properties,
            boolean deadLetters,
            TaskClock clock,
            Consumer<Sender> start,
            PluginRegistry plugins) {
        this.task = task(clock, properties, start);
        this.plugins = plugins;
        this.topic = topic;
        this.committed = committed;
        this.deadLetters = deadLetters;
        task.initialize(new Context());
        task.start(properties);
        running = true;
    }

    /** What Kafka would tell, where it may be asked, stands in the setting. */
    private static RedisSinkTask task(TaskClock clock, Map<String, String> properties, Consumer<Sender> start) {
        Optional<String> cluster = Optional.ofNullable(properties.get(CLUSTER));
        return cluster.isEmpty()
                ? new RedisSinkTask(clock, ClusterId::new, start)
                : new RedisSinkTask(clock, kafka -> () -> cluster, start);
    }

    /** A worker of Kafka 3.9 or 4.0. */
    static ModelWorker older(ModelTopic topic, Map<TopicPartition, Long> committed, Map<String, String> properties) {
        PluginRegistry none = new PluginRegistry();
        none.becomesOlder();
        return new ModelWorker(topic, committed, properties, false, TaskClock.SYSTEM, Sender::start, none);
    }

    public ModelWorker assign(int... partitions) {
        return alsoOf(topic, partitions);
    }

    /** Assigns partitions of another topic, too. */
    ModelWorker alsoOf(ModelTopic topic, int... partitions) {
        topics.put(topic.name, topic);
        List<TopicPartition> added = new ArrayList<>();
        for (int p : partitions) {
            TopicPartition tp = topic.partition(p);
            added.add(tp);
            consumed.put(tp, committed.getOrDefault(tp, 0L));
        }
        // What was paused and comes back in the same rebalance, Connect pauses again by itself.
        paused.retainAll(consumed.keySet());
        task.open(added);
        return this;
    }

    /** Takes partitions away, committing first, as a rebalance does. */
    public void revoke(int... partitions) {
        List<TopicPartition> gone = new ArrayList<>();
        for (int p : partitions) {
            gone.add(topic.partition(p));
        }
        commit();
        task.close(gone);
        gone.forEach(consumed::remove);
    }

    /** From now on a transformation leaves such records out: they are consumed, but not handed over. */
    ModelWorker leavingOut(Predicate<SinkRecord> which) {
        leftOut = which;
        return this;
    }

    /** One iteration of the worker. */
    public void turn() {
        rewinds.forEach((tp, offset) -> {
            if (consumed.containsKey(tp)) {
                consumed.put(tp, offset);
            }
        });
        rewinds.clear();
        List<SinkRecord> batch = new ArrayList<>();
        consumed.forEach((tp, offset) -> {
            if (!paused.contains(tp)) {
                batch.addAll(topics.get(tp.topic()).from(tp.partition(), offset, POLL));
            }
        });
        batch.forEach(r -> consumed.put(
                new TopicPartition(r.originalTopic(), r.originalKafkaPartition()), r.originalKafkaOffset() + 1));
        batch.removeIf(leftOut);
        long start = System.nanoTime();
        task.put(batch);
        if (System.nanoTime() - start > 1_000_000_000L) {
            throw new AssertionError("put() blocked longer than a second");
        }
    }

    public void commit() {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        consumed.forEach((tp, o) -> current.put(tp, new OffsetAndMetadata(rewinds.getOrDefault(tp, o))));
        task.preCommit(current).forEach((tp, o) -> {
            if (o.offset() > current.get(tp).offset()) {
                throw new AssertionError("offset " + o.offset() + " of " + tp + " is not consumed");
            }
            committed.put(tp, o.offset());
        });
    }

    /** Turns until the condition holds. */
    ModelWorker until(BooleanSupplier condition) {
        return until(condition, 15_000);
    }

    ModelWorker until(BooleanSupplier condition, long limitMs) {
        long end = System.nanoTime() + limitMs * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within " + limitMs + " ms; " + task.started().counters());
            }
            turn();
            java.util.concurrent.locks.LockSupport.parkNanos(500_000);
        }
        return this;
    }

    /** Turns until the task fails, and gives the failure. */
    ConnectException untilItFails() {
        long end = System.nanoTime() + 15_000_000_000L;
        while (System.nanoTime() < end) {
            try {
                turn();
            } catch (ConnectException e) {
                return e;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(500_000);
        }
        throw new AssertionError("the task did not fail; " + task.started().counters());
    }

    boolean isRunning() {
        return running;
    }

    /** Stops as a worker does. */
    @Override
    public void close() {
        if (running) {
            running = false;
            commit();
            task.close(new ArrayList<>(consumed.keySet()));
            task.stop();
        }
    }

    /** Stops without a word, as a crash does: nothing is committed. */
    public void crash() {
        running = false;
        task.stop();
    }

    private final class Context implements QuietSinkContext {

        @Override
        public void offset(TopicPartition tp, long offset) {
            rewinds.put(tp, offset);
        }

        @Override
        public Set<TopicPartition> assignment() {
            return consumed.keySet();
        }

        @Override
        public void pause(TopicPartition... partitions) {
            change(List.of(partitions), true);
        }

        @Override
        public void resume(TopicPartition... partitions) {
            change(List.of(partitions), false);
        }

        private void change(Collection<TopicPartition> partitions, boolean pause) {
            if (!consumed.keySet().containsAll(partitions)) {
                throw new IllegalStateException("not assigned: " + partitions);
            }
            if (pause) {
                paused.addAll(partitions);
            } else {
                paused.removeAll(partitions);
            }
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return plugins.ofTask("to-redis", 0);
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return deadLetters ? this::report : null;
        }

        private Future<Void> report(SinkRecord record, Throwable error) {
            whenReporting.run();
            reported.add(record);
            return letter;
        }
    }
}
