package io.pikaconnect.sink;

import io.pikaconnect.Version;
import io.pikaconnect.kafka.ClusterId;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.settings.Started;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Connect calls of a sink task; see {@link StartedSinkTask}. */
public final class RedisSinkTask extends SinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSinkTask.class);

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
        start(config);
    }

    private void start(RedisSinkConfig its) {
        started = Optional.of(new StartedSinkTask(its, context, clusters.apply(KafkaSettings.of(its)), clock, start));
    }

    /** What the one node that is named turned out to be. It may be away when the task starts, so that this is known late. */
    private void startForCluster() {
        StartedSinkTask before = started();
        RedisSinkConfig config = before.config();
        LOG.info(
                "{}: {} is a node of a Redis Cluster, which is written to as with {}=true",
                config.connector(),
                config.target(),
                ConnectionSettings.CLUSTER);
        RedisSinkConfig found = config.ofCluster();
        found.topics().forEach(found::database);
        Set<TopicPartition> partitions = before.partitions();
        before.abandon();
        start(found);
        started().open(partitions);
    }

    @Override
    public void open(Collection<TopicPartition> opened) {
        started().open(opened);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        if (started().hasFoundCluster()) {
            startForCluster();
        }
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
