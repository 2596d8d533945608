package io.pikaconnect.source;

import io.pikaconnect.failure.TaskFailure;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Reads what Connect has durably stored for one source partition. */
record StoredOffsets(OffsetStorageReader reader, Map<String, String> sourcePartition)
        implements Supplier<Optional<SourceOffset>> {

    private static final String REMEDY = "See that the worker can read its offsets topic (offset.storage.topic, or the"
            + " connector's offsets.storage.topic), and restart the task";

    /**
     * The stored offset, if there is one.
     *
     * @throws TaskFailure when Connect cannot read it now, or it is not one that this release can continue from
     */
    @Override
    public Optional<SourceOffset> get() {
        String where = "stored position of " + sourcePartition;
        Map<String, Object> stored;
        try {
            stored = reader.offset(sourcePartition);
        } catch (RuntimeException e) {
            throw TaskFailure.unexpected(where, e, REMEDY);
        }
        return Optional.ofNullable(stored).map(SourceOffset::fromMap);
    }
}
