package io.pikaconnect.source;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs where in the topic an epoch starts, once Kafka has its barrier on every partition: what is before may be deleted
 * when no sink needs it any more. In the form that {@code kafka-delete-records.sh --offset-json-file} reads:
 *
 * <pre>
 * {"partitions":[{"topic":"pika.db0","partition":0,"offset":31},{"topic":"pika.db0","partition":1,"offset":29}],"version":1}
 * </pre>
 *
 * <p>Many partitions are spread over several lines, each a whole document. Called by the producer's thread.
 */
final class EpochStarts {

    private static final Logger LOG = LoggerFactory.getLogger(EpochStarts.class);

    /** Characters of a line's document, about. */
    static final int LONGEST = 8_000;

    // Guarded by this: the barrier of the latest epoch.
    private long epoch = -1;
    private int partitions;
    private final SortedMap<Integer, Long> offsets = new TreeMap<>();

    /** Kafka has this record. */
    void acknowledged(PikaSourceRecord record, RecordMetadata metadata) {
        if (record.headers().size() == 1) {
            return; // no barrier; nearly every record, and a search through headers that have left the cache costs
        }
        Header barrier = record.headers().lastWithName(Barrier.NAME);
        if (barrier == null || !metadata.hasOffset()) {
            return;
        }
        ChangeHeader change = ChangeHeader.parse(
                record.headers().lastWithName(ChangeHeader.NAME).value().toString());
        if (change.position().filter(Position.BEGIN::equals).isPresent()) {
            starts(record.topic(), change.epoch(), barrier.value().toString(), metadata);
        }
    }

    private synchronized void starts(String topic, long itsEpoch, String barrier, RecordMetadata metadata) {
        if (itsEpoch != epoch) {
            epoch = itsEpoch;
            partitions = Barrier.parse(barrier).partitions().size();
            offsets.clear();
        }
        offsets.put(metadata.partition(), metadata.offset());
        if (offsets.size() == partitions) {
            documents(topic, offsets)
                    .forEach(document -> LOG.info(
                            "Epoch {} starts here in the topic; for kafka-delete-records.sh --offset-json-file, once no sink"
                                    + " needs what is before: {}",
                            epoch,
                            document));
            offsets.clear();
        }
    }

    static List<String> documents(String topic, SortedMap<Integer, Long> offsets) {
        List<String> documents = new ArrayList<>();
        StringBuilder entries = new StringBuilder();
        for (Map.Entry<Integer, Long> start : offsets.entrySet()) {
            if (entries.length() >= LONGEST) {
                documents.add(document(entries));
                entries.setLength(0);
            }
            // A topic's name is made of letters, digits, dots, hyphens and underscores.
            entries.append(entries.length() == 0 ? "" : ",")
                    .append("{\"topic\":\"")
                    .append(topic)
                    .append("\",\"partition\":")
                    .append(start.getKey())
                    .append(",\"offset\":")
                    .append(start.getValue())
                    .append("}");
        }
        documents.add(document(entries));
        return documents;
    }

    private static String document(CharSequence entries) {
        return "{\"partitions\":[" + entries + "],\"version\":1}";
    }
}
