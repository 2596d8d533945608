package io.pikaconnect.sink;

import io.pikaconnect.Version;
import io.pikaconnect.kafka.ClusterId;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.settings.Started;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** What Connect calls of a sink task; see {@link StartedSinkTask}. */
public final class RedisSinkTask extends SinkTask {

    private final TaskClock clock;
    private final Function<Optional<KafkaSettings>, Supplier<Optional<String>>> clusters;
    private final Consumer<Sender> start;
    private Optional<StartedSinkTask> started = Optional.empty();

    public RedisSinkTask() {
        this(TaskClock.SYSTEM, ClusterId::new, Sender::start);
    }

    /**
     * @param clusters returns the id of the Kafka cluster
     * @param start has a sender take its turns from now on
     */
    RedisSinkTask(
            TaskClock clock,
            Function<Optional<KafkaSettings>, Supplier<Optional<String>>> clusters,
            Consumer<Sender> start) {
        this.clock = clock;
        this.clusters = clusters;
        this.start = start;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> properties) {
        RedisSinkConfig config = new RedisSinkConfig(properties);
        Started.note(RedisSinkConnector.class, config.connector());
        started = Optional.of(
                new StartedSinkTask(config, context, clusters.apply(KafkaSettings.of(config)), clock, start));
    }

    @Override
    public void open(Collection<TopicPartition> opened) {
        started().open(opened);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        started().put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> current) {
        return started().preCommit(current);
    }

    @Override
    public void close(Collection<TopicPartition> closed) {
        started().close(closed);
    }

    /** Connect calls it also for a task that did not start. */
    @Override
    public void stop() {
        started.ifPresent(StartedSinkTask::stop);
    }

    StartedSinkTask started() {
        return started.orElseThrow();
    }
}
