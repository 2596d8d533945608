package io.pikaconnect.kafka;

import io.pikaconnect.change.Writer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/** Which source connector a topic has its newest data set from. */
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
     * The epoch that a rebuild would begin with; empty where none has begun, or there is no such topic. Blocks while Kafka
     * is asked, for seconds.
     *
     * @throws TopicCheck.LookupFailed when Kafka does not tell
     */
    public Optional<Newest> of(String topic) throws InterruptedException {
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            return new EpochSearch(new KafkaTopicRecords(consumer, topic))
                    .newest()
                    .map(found -> new Newest(found.epoch(), found.writer()));
        } catch (InterruptException e) {
            Thread.interrupted(); // it has set the flag
            throw new InterruptedException();
        } catch (RuntimeException e) {
            throw new TopicCheck.LookupFailed(topic, kafka, e);
        }
    }
}
