package io.pikaconnect.kafka;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an earlier run of a connector left in Kafka; nothing if Kafka does not answer. */
public final class Traces {

    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    private final KafkaSettings kafka;

    public Traces(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    private interface Question {
        boolean ask(Admin admin) throws ExecutionException, InterruptedException;
    }

    /** Whether the topic has records. */
    public boolean holdsRecords(String topic) {
        return ask(admin -> {
            Map<TopicPartition, OffsetSpec> ends =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                            .collect(Collectors.toMap(
                                    p -> new TopicPartition(topic, p.partition()), p -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream().anyMatch(end -> end.offset() > 0);
        });
    }

    /** Whether a group has committed offsets. */
    public boolean hasOffsets(String group) {
        return ask(admin -> !admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .isEmpty());
    }

    private boolean ask(Question question) {
        try (Admin admin = kafka.admin()) {
            return question.ask(admin);
        } catch (ExecutionException | RuntimeException e) {
            LOG.debug("{} did not answer", kafka, e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
