package io.pikaconnect.source;

import io.pikaconnect.Version;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.snapshot.NativeLibrary;
import io.pikaconnect.snapshot.SnapshotException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Replicates one db of a Pika master; see {@link StartedSourceTask}. */
public final class PikaSourceTask extends SourceTask {

    private final PollLimit limit;
    private final TaskClock clock;
    private final BiFunction<ReplicaConfig, BooleanSupplier, Replica> replicas;
    // Set by the task's thread; stop() comes from another.
    private volatile TaskMetrics metrics;
    private volatile StartedSourceTask running;
    private volatile Optional<StructRecords> structs = Optional.empty();

    /** As Connect makes it. */
    public PikaSourceTask() {
        this(PollLimit.DEFAULT, TaskClock.SYSTEM, Replica::new);
    }

    PikaSourceTask(PollLimit limit, TaskClock clock, BiFunction<ReplicaConfig, BooleanSupplier, Replica> replicas) {
        this.limit = limit;
        this.clock = clock;
        this.replicas = replicas;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> settings) {
        PikaSourceConfig config = new PikaSourceConfig(settings);
        config.noteStarted();
        Map<String, String> partition = config.sourcePartition();
        loadLibrary(config);
        StoredOffsets stored = new StoredOffsets(context.offsetStorageReader(), partition);
        TopicInspection.atStart(config, stored);
        structs = config.structs();
        metrics = SourceMetrics.of(config, WorkerMetrics.of(context));
        running = new StartedSourceTask(
                config,
                partition,
                stored,
                Optional.ofNullable(context.transactionContext()),
                limit,
                clock,
                metrics,
                replicas);
    }

    private static void loadLibrary(PikaSourceConfig config) {
        try {
            NativeLibrary.load();
        } catch (SnapshotException e) {
            throw TaskFailure.of(config.name() + " " + config.database() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<SourceRecord> poll() {
        List<SourceRecord> records = running.poll();
        if (records != null && structs.isPresent()) {
            structs.get().replaceIn(records);
        }
        return records;
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        running.acknowledged((PikaSourceRecord) record, Optional.ofNullable(metadata));
    }

    @Override
    public void commit() {
        // Connect's committing thread may come before start() is through.
        StartedSourceTask started = running;
        if (started != null) {
            started.committed();
        }
    }

    @Override
    public void stop() {
        TaskMetrics shown = metrics;
        if (shown != null) {
            shown.close();
        }
        StartedSourceTask started = running;
        if (started != null) {
            started.close();
        }
    }
}
