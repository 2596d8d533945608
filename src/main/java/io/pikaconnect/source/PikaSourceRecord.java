package io.pikaconnect.source;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/** A record that knows its batch, so that an acknowledgement can be passed on to the master. */
final class PikaSourceRecord extends SourceRecord {

    private final transient InFlight.Batch batch;

    PikaSourceRecord(
            Map<String, String> sourcePartition,
            Map<String, String> sourceOffset,
            String topic,
            int partition,
            byte[] key,
            byte[] value,
            long timestampMs,
            Headers headers,
            InFlight.Batch batch) {
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
    }

    InFlight.Batch batch() {
        return batch;
    }

    /** Itself only: Connect keeps the records of a transaction in a map, and two ticks may look alike. */
    @Override
    public boolean equals(Object o) {
        return this == o;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
