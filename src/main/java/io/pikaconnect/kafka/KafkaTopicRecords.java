package io.pikaconnect.kafka;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/** A topic read by a consumer; records that are not the source connector's are skipped. For one thread. */
final class KafkaTopicRecords implements TopicRecords {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How many offsets back the last record is looked for at first; then four times as many each time. */
    private static final long BACK = 64;

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<TopicPartition, Long> beginnings;
    private final Map<TopicPartition, Long> ends;

    KafkaTopicRecords(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
        List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        this.beginnings = consumer.beginningOffsets(all);
        this.ends = consumer.endOffsets(all);
    }

    @Override
    public Set<Integer> partitions() {
        return ends.keySet().stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    @Override
    public long end(int partition) {
        return ends.get(new TopicPartition(topic, partition));
    }

    @Override
    public Optional<Placed> lastBefore(int partition, long offset) {
        long first = beginnings.get(new TopicPartition(topic, partition));
        for (long back = BACK; ; back *= 4) {
            long from = Math.max(first, offset - back);
            AtomicReference<Placed> last = new AtomicReference<>();
            scan(partition, from, offset, placed -> {
                last.set(placed);
                return true;
            });
            if (last.get() != null || from == first) {
                return Optional.ofNullable(last.get());
            }
        }
    }

    @Override
    public Optional<Long> firstSince(int partition, long timestamp) {
        TopicPartition tp = new TopicPartition(topic, partition);
        return Optional.ofNullable(
                        consumer.offsetsForTimes(Map.of(tp, timestamp)).get(tp))
                .map(OffsetAndTimestamp::offset);
    }

    @Override
    public Optional<Placed> find(int partition, long from, int most, Predicate<Placed> wanted) {
        AtomicReference<Placed> found = new AtomicReference<>();
        AtomicInteger left = new AtomicInteger(most);
        scan(partition, from, end(partition), placed -> {
            if (wanted.test(placed)) {
                found.set(placed);
                return false;
            }
            return left.decrementAndGet() > 0;
        });
        return Optional.ofNullable(found.get());
    }

    /** Passes the records from one offset up to another, exclusive, to the visitor, until it wants no more. */
    private void scan(int partition, long from, long end, Predicate<Placed> wantsMore) {
        TopicPartition tp = new TopicPartition(topic, partition);
        consumer.assign(Set.of(tp));
        consumer.seek(tp, from);
        long heard = System.nanoTime();
        while (consumer.position(tp) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(tp)) {
                heard = System.nanoTime();
                Optional<Placed> placed = placed(record);
                if (record.offset() >= end || placed.isPresent() && !wantsMore.test(placed.get())) {
                    return;
                }
            }
            if (System.nanoTime() - heard > LIMIT.toNanos()) {
                throw new TimeoutException("no record of " + tp + " was received from offset " + consumer.position(tp)
                        + " on within " + LIMIT.toSeconds() + " s");
            }
        }
    }

    private static Optional<Placed> placed(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> header = text(record, ChangeHeader.NAME);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Placed(
                    record.offset(),
                    ChangeHeader.parse(header.get()),
                    record.headers().lastHeader(Barrier.NAME) != null,
                    text(record, Writer.NAME).map(Writer::parse)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String header) {
        return Optional.ofNullable(record.headers().lastHeader(header))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
