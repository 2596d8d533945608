package io.pikaconnect.source;

import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a topic that exists already can be written to; nothing is found where Kafka may not be asked. */
final class TopicLook {

    private static final Logger LOG = LoggerFactory.getLogger(TopicLook.class);

    private TopicLook() {}

    /** @throws TopicCheck.LookupFailed when Kafka does not tell */
    static List<String> problems(PikaSourceConfig config, String topic) throws InterruptedException {
        Optional<TopicCheck> check = KafkaSettings.of(config).map(TopicCheck::new);
        return check.isEmpty()
                ? List.of()
                : check.get()
                        .source(
                                topic,
                                config.partitions(),
                                config.getInt(PikaSourceConfig.RECORD_MAX_BYTES),
                                config.getBoolean(PikaSourceConfig.TOPIC_EXISTING));
    }

    /**
     * The same for a task that is about to start. A Kafka that does not answer now is no reason to stop.
     *
     * @throws ConnectException naming everything that is wrong with the topic
     */
    static void atStart(PikaSourceConfig config) {
        try {
            List<String> problems = problems(config, config.topic());
            if (!problems.isEmpty()) {
                throw new ConnectException(config.name() + ": " + String.join("; ", problems));
            }
        } catch (TopicCheck.LookupFailed e) {
            LOG.warn("{}: {}", config.name(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException(config.name() + ": interrupted while looking at topic " + config.topic(), e);
        }
    }
}
