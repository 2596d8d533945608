package io.pikaconnect.kafka;

import io.pikaconnect.change.Writer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/** Looks up which source connector has written a topic's newest epoch. */
public final class TopicWriter {

    /**
     * An epoch.
     *
     * @param writer empty: a source of release 0.1.0
     */
    public record Newest(long epoch, Optional<Writer> writer) {}

    private final KafkaSettings kafka;

    public TopicWriter(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /**
     * The epoch that a rebuild would start with; empty if none has started, or if the topic does not exist. Blocks for
     * seconds while Kafka is queried.
     *
     * @throws TopicCheck.LookupFailed if Kafka does not answer
     */
    public Optional<Newest> of(String topic) throws InterruptedException {
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            return new EpochSearch(new KafkaTopicRecords(consumer, topic))
                    .newest()
                    .map(found -> new Newest(found.epoch(), found.writer()));
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka's client has set the flag
            throw new InterruptedException();
        } catch (RuntimeException e) {
            throw new TopicCheck.LookupFailed(topic, kafka, e);
        }
    }
}
