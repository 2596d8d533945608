package io.pikaconnect.kafka;

import io.pikaconnect.kafka.EpochSearch.Found;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a rebuild may start, for the partitions of a sink's topics. One search of a topic serves all partitions that
 * ask within a minute. Thread-safe.
 */
public final class NewestEpoch {

    private static final Logger LOG = LoggerFactory.getLogger(NewestEpoch.class);
    private static final long GOOD_FOR_NANOS = 60_000_000_000L;

    private record Looked(Optional<Found> found, long nanos) {}

    private final Optional<KafkaSettings> kafka;
    private final String writer;
    private final Map<String, Looked> looked = new ConcurrentHashMap<>();

    /**
     * @param kafka empty if nothing is to be looked up: a rebuild then starts at the topic's start
     * @param writer the one whose epochs count; empty: any
     */
    public NewestEpoch(Optional<KafkaSettings> kafka, String writer) {
        this.kafka = kafka;
        this.writer = writer;
    }

    /**
     * The offset of the barrier with which the newest complete epoch starts on that partition; empty if the topic's
     * start is as good, or the only choice. Blocks for seconds while Kafka is queried.
     */
    public OptionalLong barrier(TopicPartition partition) {
        if (kafka.isEmpty()) {
            return OptionalLong.empty();
        }
        Looked last = looked.compute(
                partition.topic(),
                (topic, known) -> known != null && System.nanoTime() - known.nanos < GOOD_FOR_NANOS
                        ? known
                        : new Looked(look(kafka.get(), topic), System.nanoTime()));
        return last.found
                .map(found -> found.barriers().get(partition.partition()))
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    private Optional<Found> look(KafkaSettings kafka, String topic) {
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            EpochSearch search = new EpochSearch(new KafkaTopicRecords(consumer, topic));
            Optional<Found> found = writer.isEmpty() ? search.newest() : search.newestOf(writer);
            found.ifPresent(f -> LOG.info(
                    "{}: the newest {} epoch is {}; a rebuild starts there, at the offsets {}",
                    topic,
                    f.complete() ? "complete" : "(not yet complete)",
                    f.epoch(),
                    f.barriers()));
            return found;
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: its newest epoch cannot be looked up in Kafka at {}: {}. A rebuild starts at the topic's"
                            + " start, which is correct but takes longer if the topic has older epochs",
                    topic,
                    kafka,
                    e.toString());
            return Optional.empty();
        }
    }
}
