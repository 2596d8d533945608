package io.pikaconnect.source;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Writer;
import io.pikaconnect.content.ReleasedTopic;
import io.pikaconnect.metrics.PluginRegistry;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.Replicas;
import io.pikaconnect.struct.AsJson;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A model of what Connect does with a source task, with the topic in memory: polls, sends, acknowledges, stores offsets
 * (at random moments without exactly-once; otherwise each batch is a transaction, which is committed before the next
 * poll), and loses what a crash loses.
 */
public final class ModelConnect {

    /** A record as it stands in the topic. */
    public record Stored(
            Optional<byte[]> key,
            Optional<byte[]> value,
            ChangeHeader header,
            Optional<Barrier> barrier,
            Optional<Writer> writer) {

        static Stored of(SourceRecord r) {
            Header barrier = r.headers().lastWithName(Barrier.NAME);
            Header writer = r.headers().lastWithName(Writer.NAME);
            return new Stored(
                    Optional.ofNullable((byte[]) r.key()),
                    Optional.ofNullable(AsJson.WITHOUT_SCHEMA.written(r.valueSchema(), r.value())),
                    ChangeHeader.parse(
                            r.headers().lastWithName(ChangeHeader.NAME).value().toString()),
                    Optional.ofNullable(barrier)
                            .map(b -> Barrier.parse(b.value().toString())),
                    Optional.ofNullable(writer).map(w -> Writer.parse(w.value().toString())));
        }

        List<Command> commands() {
            return value.map(v -> AsJson.WITHOUT_SCHEMA.commands(v, key.orElse(null)))
                    .orElse(List.of());
        }

        /** The same for a record in either format: names in lower case, numbers as Java writes them. */
        List<String> values() {
            return commands().stream()
                    .map(command -> command.name()
                            + command.args().stream()
                                    .skip(1)
                                    .map(Stored::value)
                                    .collect(Collectors.joining(" ", " ", "")))
                    .toList();
        }

        private static String value(byte[] arg) {
            String text = new String(arg, StandardCharsets.ISO_8859_1);
            return text.matches("[+-]?\\d{1,20}(\\.\\d{1,20})?([eE][+-]?\\d{1,3})?")
                    ? String.valueOf(Double.parseDouble(text))
                    : text;
        }

        String text() {
            return header + " " + barrier.map(Barrier::toString).orElse("") + commands();
        }
    }

    private final Map<String, String> settings;
    final PluginRegistry plugins = new PluginRegistry();
    private final boolean exactlyOnce;
    private final Random random;
    private final OffsetsTopic offsets = new OffsetsTopic();
    private final List<List<Stored>> topic = new ArrayList<>();
    private final List<SourceRecord> sent = new ArrayList<>();
    private boolean endTransaction;
    private boolean changesFormat;
    private boolean dropNext;
    private BiFunction<ReplicaConfig, BooleanSupplier, Replica> replicas = Replica::new;
    private TaskClock clock = TaskClock.SYSTEM;
    private final List<String> steps = new ArrayList<>();
    private final Deque<Throwable> failingReads = new ArrayDeque<>();
    private PikaSourceTask task;

    public ModelConnect(Map<String, String> settings, int partitions, boolean exactlyOnce, long seed) {
        this.settings = settings;
        this.exactlyOnce = exactlyOnce;
        this.random = new Random(seed);
        for (int p = 0; p < partitions; p++) {
            topic.add(new ArrayList<>());
        }
    }

    /** The same topic and offsets, for a task with other settings. */
    ModelConnect with(Map<String, String> otherSettings) {
        ModelConnect other = new ModelConnect(otherSettings, topic.size(), exactlyOnce, random.nextLong());
        other.offsets.copy(offsets);
        for (int p = 0; p < topic.size(); p++) {
            other.topic.get(p).addAll(topic.get(p));
        }
        return other;
    }

    /** What another release left: records that it sent, and the offset that was stored after them. */
    void inherit(List<ReleasedTopic.Poll> polls) {
        for (ReleasedTopic.Poll poll : polls) {
            poll.records().forEach(this::append);
            offsets.put(poll.partition(), poll.offset());
        }
    }

    /** The settings, but one. */
    Map<String, String> settingsWith(String name, String value) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(name, value);
        return changed;
    }

    /** Somebody resets the offsets of the stopped connector. */
    void resetOffsets() {
        offsets.clear();
    }

    /** Somebody wrote something else into the offset that is stored. */
    void damageStoredOffset(String field, String value) {
        offsets.change(offset -> offset.put(field, value));
    }

    /** Somebody, or another release, stored something else. */
    void changeStoredOffset(Consumer<Map<String, Object>> change) {
        offsets.change(change);
    }

    /** From now on each start of the task draws the format of its records. */
    public void changeFormatAtEachStart() {
        changesFormat = true;
    }

    /** From the next start on the task talks to its master with shorter times. */
    void hurry() {
        replicas = Replicas::quick;
    }

    /**
     * From the next start on the task's clock stands still and it takes the items of a whole binlog as if they were all
     * there: its polls, and so all that the seed decides between them, are the same in each run.
     *
     * @param end of the master's binlog
     */
    void replaying(BinlogPosition end) {
        clock = new TaskClock(() -> 0, Clock.systemUTC());
        replicas = (config, inFlight) -> new PatientReplica(config, inFlight, end);
    }

    /** What was done so far and came of it, but for the moments: sizes of polls, what was stored, crashes. */
    List<String> steps() {
        return steps;
    }

    /** Connect cannot read its offsets, that many times. */
    void failReadingOffsets(int times) {
        for (int i = 0; i < times; i++) {
            failReadingOffsets(new ConnectException(
                    "Failed to fetch offsets.", new ExecutionException(new TimeoutException("no answer"))));
        }
    }

    /** The next reading of offsets ends with this. */
    void failReadingOffsets(Throwable failure) {
        failingReads.add(failure);
    }

    /** How often it still will not. */
    int readsThatWillFail() {
        return failingReads.size();
    }

    /** A transformation drops the next record that is acknowledged. */
    void dropNextRecord() {
        dropNext = true;
    }

    public List<List<Stored>> topic() {
        return topic;
    }

    Optional<SourceOffset> storedOffset() {
        return offsets.any().map(SourceOffset::fromMap);
    }

    public long records() {
        return topic.stream().mapToLong(List::size).sum();
    }

    /** Starts the task with the offset stored so far; its polls have at most so many records or items. */
    public void start(int records, int items) {
        start(new PollLimit(records, 1 << 20, items));
    }

    /** What follows in the binlog behind the offset stored; empty before the binlog. */
    public Optional<BinlogPosition> storedPosition() {
        return storedOffset()
                .filter(o -> o.phase() == SourceOffset.Phase.BINLOG)
                .map(SourceOffset::resume);
    }

    /** Starts the task with the offset stored so far. */
    void start(PollLimit limit) {
        task = new PikaSourceTask(limit, clock, replicas);
        task.initialize(new Context());
        task.start(changesFormat ? settingsWith("record.format", random.nextBoolean() ? "raw" : "struct") : settings);
    }

    /** One round of the worker: poll, send, now and then acknowledge and store offsets. Returns how many records it sent. */
    public int round() throws InterruptedException {
        commitTransaction();
        int polled = pollOnly();
        // Nothing is drawn while nothing is on its way: how many polls a start takes depends on the machine.
        if (!exactlyOnce && !sent.isEmpty() && random.nextInt(4) == 0) {
            store(random.nextInt(sent.size() + 1));
        }
        return polled;
    }

    /** Connect pauses the task: what is on its way arrives, and nobody polls until the next round. */
    void pause() {
        store(sent.size());
    }

    /** As a worker does between polls; a crash before it loses the batch. */
    private void commitTransaction() {
        if (exactlyOnce && !sent.isEmpty()) {
            store(sent.size());
        }
    }

    /** Poll and send; Kafka acknowledges nothing. Returns how many records there were. */
    int pollOnly() throws InterruptedException {
        endTransaction = false;
        List<SourceRecord> batch = task.poll();
        if (batch != null) {
            if (exactlyOnce && !endTransaction) {
                throw new AssertionError("a transaction stays open across polls, and a paused task is not polled");
            }
            for (SourceRecord r : batch) {
                offsets.check(r);
                byte[] key = (byte[]) r.key();
                if (key != null && KeySlot.partition(key, topic.size()) != r.kafkaPartition()) {
                    throw new AssertionError("key on the wrong partition: " + r);
                }
            }
            sent.addAll(batch);
            steps.add("polled " + batch.size() + ", the last " + position(batch.get(batch.size() - 1)));
        }
        return batch == null ? 0 : batch.size();
    }

    /** The first {@code n} records sent are in Kafka, acknowledged, and the offset behind them is stored. */
    private void store(int n) {
        List<SourceRecord> acknowledged = new ArrayList<>(sent.subList(0, n));
        sent.subList(0, n).clear();
        for (SourceRecord r : acknowledged) {
            if (dropNext) {
                dropNext = false;
                task.commitRecord(r, null);
                continue;
            }
            append(r);
            if (!exactlyOnce) {
                task.commitRecord(r, metadata(r));
            }
        }
        if (!acknowledged.isEmpty()) {
            SourceRecord last = acknowledged.get(n - 1);
            offsets.put(last.sourcePartition(), last.sourceOffset());
            steps.add("stored " + n + ", the last " + position(last));
        }
        if (exactlyOnce) {
            acknowledged.forEach(r -> task.commitRecord(r, metadata(r)));
        }
        task.commit();
    }

    /** The worker dies: without exactly-once some of what was sent is in the topic all the same. */
    public void crash() {
        if (!exactlyOnce) {
            int[] cut = random.ints(topic.size(), 0, sent.size() + 1).toArray();
            for (int i = 0; i < sent.size(); i++) {
                if (i < cut[sent.get(i).kafkaPartition()]) {
                    append(sent.get(i));
                }
            }
        }
        steps.add("crashed with " + sent.size() + " on their way");
        sent.clear();
        task.stop();
    }

    public void stop() {
        commitTransaction();
        task.stop();
    }

    /** Of a record, without its epoch, which is a time. */
    private static String position(SourceRecord r) {
        ChangeHeader header = Stored.of(r).header();
        return "on partition " + r.kafkaPartition() + ": "
                + (header.isTick() ? "tick" : header.sequence()) + " "
                + header.position().map(Object::toString).orElse("-");
    }

    private void append(SourceRecord r) {
        topic.get(r.kafkaPartition()).add(Stored.of(r));
    }

    private RecordMetadata metadata(SourceRecord r) {
        return new RecordMetadata(new TopicPartition(r.topic(), r.kafkaPartition()), 0, 0, 0, 0, 0);
    }

    /** Every record of a partition once, in order of its sequence; ticks left out. */
    public static List<Stored> withoutDuplicates(Collection<Stored> partition) {
        List<Stored> once = new ArrayList<>();
        for (Stored r : partition) {
            if (r.header().isTick()) {
                continue;
            }
            long next = once.size();
            long sequence = r.header().sequence().orElseThrow();
            if (sequence > next) {
                throw new AssertionError("hole before " + r.text() + ": expected sequence " + next);
            }
            if (sequence == next) {
                once.add(r);
            } else if (!same(once.get((int) sequence), r)) {
                throw new AssertionError("another record under the same sequence: " + r.text() + " after "
                        + once.get((int) sequence).text());
            }
        }
        return once;
    }

    private static boolean same(Stored a, Stored b) {
        return a.header().equals(b.header())
                && Arrays.equals(a.key().orElse(null), b.key().orElse(null))
                && (Arrays.equals(a.value().orElse(null), b.value().orElse(null))
                        || a.values().equals(b.values()));
    }

    private final class Context implements SourceTaskContext {

        @Override
        public Map<String, String> configs() {
            return settings;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> Map<String, Object> offset(Map<String, T> partition) {
                    Throwable failure = failingReads.poll();
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    if (failure instanceof RuntimeException exception) {
                        throw exception;
                    }
                    return offsets.get(partition).orElse(null);
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public TransactionContext transactionContext() {
            return exactlyOnce
                    ? new TransactionContext() {
                        @Override
                        public void commitTransaction() {
                            endTransaction = true;
                        }

                        @Override
                        public void commitTransaction(SourceRecord record) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public void abortTransaction() {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        public void abortTransaction(SourceRecord record) {
                            throw new UnsupportedOperationException();
                        }
                    }
                    : null;
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return plugins.ofTask(settings.get("name"), 0);
        }
    }
}
