package io.pikaconnect.demo;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all that is committed in a topic, from its first to its present last record, into memory. */
public final class TopicReader {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TopicReader() {}

    /**
     * One record.
     *
     * @param change the header {@value ChangeHeader#NAME}; absent from a record that is not ours
     * @param barrier the header {@value Barrier#NAME}, on barrier records
     * @param headerNames names of all headers, in order
     */
    public record Entry(
            int partition,
            long offset,
            Optional<byte[]> key,
            Optional<byte[]> value,
            Optional<ChangeHeader> change,
            Optional<Barrier> barrier,
            List<String> headerNames) {}

    /**
     * Reads a topic.
     *
     * @return for each partition its records in order
     * @throws IllegalStateException when the topic's end is not reached within a minute
     */
    public static TopicContent read(String bootstrapServers, String topic) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<Integer, List<Entry>> entries = new HashMap<>();
            partitions.forEach(partition -> entries.put(partition.partition(), new ArrayList<>()));
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the end of topic " + topic + " (" + ends
                            + ") was not reached within " + LIMIT.toSeconds() + " s");
                }
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> entries.get(record.partition()).add(entry(record)));
            }
            return new TopicContent(topic, entries);
        }
    }

    private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
        return new Entry(
                record.partition(),
                record.offset(),
                Optional.ofNullable(record.key()),
                Optional.ofNullable(record.value()),
                header(record, ChangeHeader.NAME).map(ChangeHeader::parse),
                header(record, Barrier.NAME).map(Barrier::parse),
                StreamSupport.stream(record.headers().spliterator(), false)
                        .map(Header::key)
                        .toList());
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }
}
