package io.pikaconnect.source;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/** A record that knows its batch, so that an acknowledgement can be passed on to the master. */
final class PikaSourceRecord extends SourceRecord {

    private final transient InFlight.Batch batch;
    private final int number;

    /** @param number among the records of its batch, from 0 */
    PikaSourceRecord(
            Map<String, String> sourcePartition,
            Map<String, String> sourceOffset,
            String topic,
            int partition,
            byte[] key,
            byte[] value,
            long timestampMs,
            Headers headers,
            InFlight.Batch batch,
            int number) {
        super(
                sourcePartition,
                sourceOffset,
                topic,
                partition,
                Schema.OPTIONAL_BYTES_SCHEMA,
                key,
                Schema.OPTIONAL_BYTES_SCHEMA,
                value,
                timestampMs,
                headers);
        this.batch = batch;
        this.number = number;
    }

    private PikaSourceRecord(PikaSourceRecord record, Schema valueSchema, Object value) {
        super(
                record.sourcePartition(),
                record.sourceOffset(),
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                valueSchema,
                value,
                record.timestamp(),
                record.headers());
        this.batch = record.batch;
        this.number = record.number;
    }

    InFlight.Batch batch() {
        return batch;
    }

    /** The same record with another offset. */
    @SuppressWarnings("unchecked")
    PikaSourceRecord with(Map<String, String> otherOffset) {
        return new PikaSourceRecord(
                (Map<String, String>) sourcePartition(),
                otherOffset,
                topic(),
                kafkaPartition(),
                (byte[]) key(),
                (byte[]) value(),
                timestamp(),
                headers(),
                batch,
                number);
    }

    /** The same record with another value. */
    PikaSourceRecord withValue(Schema schema, Object value) {
        return new PikaSourceRecord(this, schema, value);
    }

    /** Itself only: Connect keeps the records of a transaction in a map, and two ticks may look alike. */
    @Override
    public boolean equals(Object o) {
        return this == o;
    }

    /** In the order of the batch, so that its records lie side by side in that map: twice as fast as at random. */
    @Override
    public int hashCode() {
        return number;
    }
}
