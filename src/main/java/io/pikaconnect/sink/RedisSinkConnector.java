package io.pikaconnect.sink;

import io.pikaconnect.Version;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Applies the changes in a topic of the source connector to Redis: in order, each once. */
public final class RedisSinkConnector extends SinkConnector {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSinkConnector.class);
    private static final int VALIDATE_MS = 5_000;

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> props) {
        properties = Map.copyOf(props);
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

    /** Besides the values themselves: the db fits the topics, and Redis answers and can be a target. */
    @Override
    public Config validate(Map<String, String> props) {
        Config result = super.validate(props);
        if (result.configValues().stream().allMatch(v -> v.errorMessages().isEmpty())) {
            RedisSinkConfig config;
            try {
                config = new RedisSinkConfig(props);
            } catch (ConfigException e) {
                add(result, RedisSinkConfig.ON_LONG_ABSENCE, e.getMessage());
                return result;
            }
            topicsProblem(config, props).ifPresent(p -> add(result, RedisSinkConfig.DATABASE, p));
            targetProblem(config).ifPresent(p -> add(result, RedisSinkConfig.ADDRESS, p));
            look(config, props, result);
        }
        return result;
    }

    private static Optional<String> topicsProblem(RedisSinkConfig config, Map<String, String> props) {
        List<String> topics = topics(props);
        try {
            long databases = topics.stream().map(config::database).distinct().count();
            return databases < topics.size() && topics.size() > 1
                    ? Optional.of("several topics would go to one db; a db takes one topic")
                    : Optional.empty();
        } catch (ConfigException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** The topics as they are, where Kafka can be asked. */
    private static void look(RedisSinkConfig config, Map<String, String> props, Config result) {
        KafkaSettings.of(config).map(TopicCheck::new).ifPresent(check -> {
            try {
                for (String topic : topics(props)) {
                    check.sink(topic).forEach(problem -> add(result, TOPICS_CONFIG, problem));
                }
            } catch (TopicCheck.LookupFailed e) {
                add(result, KafkaSettings.BOOTSTRAP_SERVERS, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                add(result, KafkaSettings.BOOTSTRAP_SERVERS, "looking at the topics was interrupted");
            }
        });
    }

    private static List<String> topics(Map<String, String> props) {
        return Stream.of(props.getOrDefault(TOPICS_CONFIG, "").split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .toList();
    }

    private static Optional<String> targetProblem(RedisSinkConfig config) {
        try (Jedis jedis = config.target().connect(0, VALIDATE_MS)) {
            return TargetCheck.refusal(jedis)
                    .or(() -> TargetCheck.isReplica(jedis) ? Optional.of("Redis is a replica") : Optional.empty())
                    .map(cause -> cause + ". " + TargetCheck.REMEDY);
        } catch (JedisException e) {
            return Optional.of("Redis " + config.target() + " does not answer as it should: " + e.getMessage());
        }
    }

    private static void add(Config config, String key, String problem) {
        Optional<ConfigValue> known =
                config.configValues().stream().filter(v -> v.name().equals(key)).findFirst();
        ConfigValue value = known.orElseGet(() -> new ConfigValue(key));
        value.addErrorMessage(problem);
        if (known.isEmpty()) {
            config.configValues().add(value);
        }
    }
}
