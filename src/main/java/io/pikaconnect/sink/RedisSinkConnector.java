package io.pikaconnect.sink;

import io.pikaconnect.Version;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.settings.Started;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the changes in a topic of the source connector to Redis: in order, each once. */
public final class RedisSinkConnector extends SinkConnector {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSinkConnector.class);

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> props) {
        properties = Map.copyOf(props);
        Started.note(RedisSinkConnector.class, RedisSinkConfig.connector(props));
        RedisSinkConfig.removed(props).forEach(LOG::warn);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RedisSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks).mapToObj(this::taskConfig).toList();
    }

    private Map<String, String> taskConfig(int index) {
        Map<String, String> task = new HashMap<>(properties);
        task.put(RedisSinkConfig.TASK_INDEX, String.valueOf(index));
        return task;
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return RedisSinkConfig.DEFINITION;
    }

    /** Besides the values themselves: see {@link SinkValidation}. */
    @Override
    public Config validate(Map<String, String> props) {
        Config result = super.validate(props);
        new SinkValidation(props).addErrors(result);
        return result;
    }

    /** Refused: the place is kept in Redis, with the data. */
    @Override
    public boolean alterOffsets(Map<String, String> props, Map<TopicPartition, Long> offsets) {
        RedisSinkConfig config = new RedisSinkConfig(props);
        throw TaskFailure.of(
                config.connector(),
                "The offsets of its consumer group mean nothing to it: its place in the topic is kept in Redis "
                        + config.target() + ", beside the data, in the hash "
                        + config.ledgerPrefix() + "ledger",
                "To have the topic applied again, stop the connector, empty the target db (FLUSHDB; a cluster:"
                        + " FLUSHALL on each node) and resume it; with"
                        + " rebuild=auto it starts from the topic's start");
    }
}
