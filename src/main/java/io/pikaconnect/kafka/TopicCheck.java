package io.pikaconnect.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks at a topic as it is in Kafka, whatever the settings say: whether it keeps every record, in the partitions that the
 * keys are spread over.
 */
public final class TopicCheck {

    /** What a record batch and its headers take beside the record, with room to spare. */
    private static final int OVERHEAD = 1_024;

    private static final String UNLIMITED = "-1";

    private final KafkaSettings kafka;

    public TopicCheck(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** A topic: how many partitions it has, and its settings by name. */
    record Topic(int partitions, Map<String, String> settings) {}

    /**
     * What would stop the source or lose records; empty when nothing would.
     *
     * @param partitions that the keys are spread over
     * @param recordMaxBytes the largest record
     * @param mustExist false where the topic may still have to be made
     * @throws LookupFailed when Kafka does not tell
     */
    public List<String> source(String topic, int partitions, int recordMaxBytes, boolean mustExist)
            throws InterruptedException {
        Optional<Topic> found = look(topic);
        if (found.isEmpty()) {
            return mustExist
                    ? List.of("topic " + topic + " does not exist; make it, or set topic.existing=false")
                    : List.of();
        }
        List<String> problems = keeping(topic, found.get());
        if (found.get().partitions != partitions) {
            problems.add("topic " + topic + " has " + found.get().partitions + " partitions, but topic.partitions is "
                    + partitions + "; set topic.partitions to that number, or choose another topic.prefix");
        }
        String most = found.get().settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (most != null && Long.parseLong(most) < recordMaxBytes + OVERHEAD) {
            problems.add("topic " + topic + " takes no record batch above max.message.bytes=" + most
                    + ", but records may have record.max.bytes=" + recordMaxBytes + "; raise the former to "
                    + (recordMaxBytes + OVERHEAD) + " or lower the latter");
        }
        return problems;
    }

    /** What would keep a sink from reading, or from rebuilding Redis later; empty when nothing would. */
    public List<String> sink(String topic) throws InterruptedException {
        return look(topic)
                .map(found -> keeping(topic, found))
                .orElseGet(() ->
                        List.of("topic " + topic + " does not exist; deploy the source first, or correct the name"));
    }

    private static List<String> keeping(String topic, Topic found) {
        List<String> problems = new ArrayList<>();
        String cleanup =
                found.settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
            problems.add("topic " + topic + " has cleanup.policy=" + cleanup
                    + ", which removes records that the data set is made of; set it to delete, and have the source make a"
                    + " new full sync if records are gone already");
        }
        String finite = List.of(TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG).stream()
                .filter(name -> !found.settings.getOrDefault(name, UNLIMITED).equals(UNLIMITED))
                .map(name -> name + "=" + found.settings.get(name))
                .collect(Collectors.joining(" and "));
        if (!finite.isEmpty()) {
            problems.add("topic " + topic + " has " + finite
                    + ": its head is removed some day, and Redis can then not be rebuilt from it; set both to -1"
                    + " (kafka-configs.sh --alter --entity-type topics --entity-name " + topic
                    + " --add-config retention.ms=-1,retention.bytes=-1)");
        }
        return problems;
    }

    private Optional<Topic> look(String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = kafka.admin()) {
            TopicDescription description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            Config settings =
                    admin.describeConfigs(List.of(resource)).all().get().get(resource);
            return Optional.of(new Topic(
                    description.partitions().size(),
                    settings.entries().stream()
                            .filter(entry -> entry.value() != null)
                            .collect(Collectors.toMap(entry -> entry.name(), entry -> entry.value()))));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new LookupFailed(topic, kafka, e.getCause());
        } catch (RuntimeException e) {
            throw new LookupFailed(topic, kafka, e);
        }
    }

    /** Kafka does not tell; the message says why. */
    public static final class LookupFailed extends RuntimeException {

        private static final long serialVersionUID = 1;

        LookupFailed(String topic, KafkaSettings kafka, Throwable cause) {
            super(
                    "topic " + topic + " could not be looked at by way of kafka.bootstrap.servers=" + kafka + ": "
                            + (cause.getCause() == null ? cause : cause.getCause()).toString()
                            + ". Correct kafka.bootstrap.servers and the kafka.* settings beside it, or take them out",
                    cause);
        }
    }
}
