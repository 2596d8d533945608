package io.pikaconnect.source;

import io.pikaconnect.change.Writer;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.TopicCheck;
import io.pikaconnect.kafka.TopicWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a topic that exists already can be written to; nothing is found where Kafka may not be asked. */
final class TopicInspection {

    private static final Logger LOG = LoggerFactory.getLogger(TopicInspection.class);

    private TopicInspection() {}

    /** A task that has written an epoch of its own before continues: the sink knows whose the topic is. */
    private static void meet(PikaSourceConfig config, TopicWriter.Newest other, Optional<SourceOffset> stored) {
        Writer writer = other.writer().orElseThrow();
        if (stored.filter(offset -> offset.epoch().number() != other.epoch()).isEmpty()) {
            throw new ConnectException(config.name() + ": " + refusal(config, config.topic(), writer));
        }
        LOG.warn(
                "{}: in topic {} there is also a full sync by {} (epoch {}). Two sources must not write one topic; what the"
                        + " sink takes is for its topic.writer to say",
                config.name(),
                config.topic(),
                writer.described(),
                other.epoch());
    }

    /** @throws TopicCheck.LookupFailed when Kafka does not answer */
    static List<TopicCheck.Problem> problems(PikaSourceConfig config, String topic) throws InterruptedException {
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

    /** Why this connector must not write to that topic, if another one does. */
    static Optional<String> otherWriter(PikaSourceConfig config, String topic) throws InterruptedException {
        return newestOfAnother(config, topic)
                .map(newest -> refusal(config, topic, newest.writer().orElseThrow()));
    }

    private static Optional<TopicWriter.Newest> newestOfAnother(PikaSourceConfig config, String topic)
            throws InterruptedException {
        Optional<KafkaSettings> kafka = KafkaSettings.of(config);
        return kafka.isEmpty()
                ? Optional.empty()
                : new TopicWriter(kafka.get())
                        .of(topic)
                        .filter(newest -> newest.writer().isPresent()
                                && !config.writer("", 0, false).mayContinue(newest.writer()));
    }

    private static String refusal(PikaSourceConfig config, String topic, Writer writer) {
        return "topic " + topic + " is written by another " + writer.described()
                + ", and two sources must not write one topic: choose another topic.prefix. If " + config.connector()
                + " is to continue instead of " + writer.fullName() + ", delete that one and set topic.takeover="
                + writer.fullName();
    }

    /**
     * The same for a task that is about to start. A Kafka that does not answer now is no reason to stop.
     *
     * @param stored what Connect has stored for the task
     * @throws ConnectException naming everything that is wrong with the topic
     */
    static void atStart(PikaSourceConfig config, Supplier<Optional<SourceOffset>> stored) {
        try {
            Map<Boolean, String> problems = problems(config, config.topic()).stream()
                    .collect(Collectors.groupingBy(
                            problem -> problem.kind() == TopicCheck.Kind.RISK,
                            Collectors.mapping(TopicCheck.Problem::text, Collectors.joining("; "))));
            if (problems.containsKey(true)) {
                LOG.warn("{}: {}", config.name(), problems.get(true));
            }
            if (problems.containsKey(false)) {
                throw new ConnectException(config.name() + ": " + problems.get(false));
            }
            Optional<TopicWriter.Newest> other = newestOfAnother(config, config.topic());
            if (other.isPresent()) {
                meet(config, other.get(), stored.get());
            }
        } catch (TopicCheck.LookupFailed e) {
            LOG.warn("{}: {}", config.name(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException(config.name() + ": interrupted while looking at topic " + config.topic(), e);
        }
    }
}
