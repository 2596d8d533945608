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
 * Checks a topic as it is in Kafka, whatever the settings are: that it keeps every record, and has the partitions that
 * the keys are spread over.
 */
public final class TopicCheck {

    /** Bytes of a record batch besides the record, headers included, estimated generously. */
    private static final int OVERHEAD = 1_024;

    private static final String UNLIMITED = "-1";

    /** The limit on the age of records that a topic accepts, by its present name and that of brokers before 4.0. */
    private static final List<String> AGE_LIMITS =
            List.of("message.timestamp.before.max.ms", "message.timestamp.difference.max.ms");

    private final KafkaSettings kafka;

    public TopicCheck(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /** A topic: its number of partitions, the smallest number of replicas of any of them, and its settings by name. */
    record Topic(int partitions, int replicas, Map<String, String> settings) {}

    /** What a problem is about. */
    public enum Kind {
        /** The topic does not exist. */
        MISSING,
        /** The number of partitions. */
        PARTITIONS,
        /** The size of the largest record. */
        SIZE,
        /** Whether the topic accepts records, and keeps them. */
        KEEPING,
        /** What does harm only when something else fails. */
        RISK
    }

    /** @param text what is wrong, and the remedy */
    public record Problem(Kind kind, String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Problems that would stop the source or lose records.
     *
     * @param partitions number that the keys are spread over
     * @param recordMaxBytes size of the largest record
     * @param mustExist false if the topic may still have to be created
     * @throws LookupFailed if Kafka does not answer
     */
    public List<Problem> source(String topic, int partitions, int recordMaxBytes, boolean mustExist)
            throws InterruptedException {
        Optional<Topic> found = look(topic);
        if (found.isEmpty()) {
            return mustExist
                    ? List.of(new Problem(
                            Kind.MISSING, "topic " + topic + " does not exist; create it, or set topic.existing=false"))
                    : List.of();
        }
        List<Problem> problems = keeping(topic, found.get());
        if (found.get().partitions != partitions) {
            problems.add(new Problem(
                    Kind.PARTITIONS,
                    "topic " + topic + " has " + found.get().partitions + " partitions, but topic.partitions is "
                            + partitions + "; set topic.partitions to that number, or choose another topic.prefix"));
        }
        long most = number(found.get(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.MAX_VALUE);
        if (most < recordMaxBytes + OVERHEAD) {
            problems.add(new Problem(
                    Kind.SIZE,
                    "topic " + topic + " accepts no record batch above max.message.bytes=" + most
                            + ", but records may have record.max.bytes=" + recordMaxBytes + "; raise the former to "
                            + (recordMaxBytes + OVERHEAD) + " or lower the latter"));
        }
        taking(topic, found.get()).forEach(text -> problems.add(new Problem(Kind.KEEPING, text)));
        return problems;
    }

    /** Problems that would keep a sink from reading, or from rebuilding Redis later. */
    public List<Problem> sink(String topic) throws InterruptedException {
        return look(topic)
                .map(found -> keeping(topic, found))
                .orElseGet(() -> List.of(new Problem(
                        Kind.MISSING,
                        "topic " + topic + " does not exist; deploy the source first, or correct the name")));
    }

    private static List<Problem> keeping(String topic, Topic found) {
        List<Problem> problems = new ArrayList<>();
        String cleanup =
                found.settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
            problems.add(new Problem(
                    Kind.KEEPING,
                    "topic " + topic + " has cleanup.policy=" + cleanup
                            + ", which removes records that the data consist of; set it to delete, and have the source"
                            + " make a new full sync if records are already missing"));
        }
        String finite = List.of(TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG).stream()
                .filter(name -> !found.settings.getOrDefault(name, UNLIMITED).equals(UNLIMITED))
                .map(name -> name + "=" + found.settings.get(name))
                .collect(Collectors.joining(" and "));
        if (!finite.isEmpty()) {
            problems.add(new Problem(
                    Kind.KEEPING,
                    "topic " + topic + " has " + finite
                            + ": its oldest records are removed in time, and Redis can then not be rebuilt from it;"
                            + " set both to -1 ("
                            + alter(topic, "retention.ms=-1,retention.bytes=-1") + ")"));
        }
        if ("true".equals(found.settings.get(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG))) {
            problems.add(new Problem(
                    Kind.RISK,
                    "topic " + topic + " has unclean.leader.election.enable=true: when brokers fail, records that were"
                            + " acknowledged may be lost; set it to false ("
                            + alter(topic, "unclean.leader.election.enable=false") + ")"));
        }
        return problems;
    }

    /** Reasons why the topic would not accept every record. */
    private static List<String> taking(String topic, Topic found) {
        List<String> problems = new ArrayList<>();
        long needed = number(found, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1);
        if (needed > found.replicas) {
            problems.add("topic " + topic + " has min.insync.replicas=" + needed + ", but only " + found.replicas
                    + " replicas, so it accepts no record; lower the former or add replicas");
        }
        if (!"LogAppendTime".equals(found.settings.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            for (String limit : AGE_LIMITS) {
                long most = number(found, limit, Long.MAX_VALUE);
                if (most < Long.MAX_VALUE) {
                    problems.add("topic " + topic + " has " + limit + "=" + most
                            + ": it refuses records of changes that are older, as after an outage; remove it ("
                            + "kafka-configs.sh --alter --entity-type topics --entity-name " + topic
                            + " --delete-config " + limit + ") or set message.timestamp.type=LogAppendTime");
                }
            }
        }
        return problems;
    }

    private static long number(Topic found, String setting, long otherwise) {
        String text = found.settings.get(setting);
        return text == null ? otherwise : Long.parseLong(text);
    }

    private static String alter(String topic, String settings) {
        return "kafka-configs.sh --alter --entity-type topics --entity-name " + topic + " --add-config " + settings;
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
                    description.partitions().stream()
                            .mapToInt(p -> p.replicas().size())
                            .min()
                            .orElse(0),
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

    /** Kafka did not answer; the message has the reason. */
    public static final class LookupFailed extends RuntimeException {

        private static final long serialVersionUID = 1;

        LookupFailed(String topic, KafkaSettings kafka, Throwable cause) {
            super(
                    "topic " + topic + " could not be checked with kafka.bootstrap.servers=" + kafka + ": "
                            + (cause.getCause() == null ? cause : cause.getCause()).toString()
                            + ". Correct kafka.bootstrap.servers and the other kafka.* settings, or remove them",
                    cause);
        }
    }
}
