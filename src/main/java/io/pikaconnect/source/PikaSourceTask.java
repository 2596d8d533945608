package io.pikaconnect.source;

import io.pikaconnect.Version;
import io.pikaconnect.metrics.TaskMetrics;
import io.pikaconnect.metrics.WorkerMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Replicates one db of a Pika master; see {@link RunningSource}. */
public final class PikaSourceTask extends SourceTask {

    private final PollLimit limit;
    // Set by the task's thread; stop() comes from another.
    private volatile TaskMetrics metrics;
    private volatile RunningSource running;

    /** As Connect makes it. */
    public PikaSourceTask() {
        this(PollLimit.DEFAULT);
    }

    PikaSourceTask(PollLimit limit) {
        this.limit = limit;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> settings) {
        PikaSourceConfig config = new PikaSourceConfig(settings);
        Map<String, String> partition = PikaSourceConnector.sourcePartition(config);
        TopicLook.atStart(config);
        metrics = SourceMetrics.of(config, WorkerMetrics.of(context));
        running = new RunningSource(
                config,
                partition,
                () -> Optional.ofNullable(context.offsetStorageReader().offset(partition))
                        .map(SourceOffset::fromMap),
                Optional.ofNullable(context.transactionContext()),
                limit,
                metrics);
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        return running.poll();
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        running.acknowledged((PikaSourceRecord) record, metadata != null);
    }

    @Override
    public void commit() {
        // Connect's committing thread may come before start() is through.
        RunningSource started = running;
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
        RunningSource started = running;
        if (started != null) {
            started.close();
        }
    }
}
