package io.pikaconnect.source;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** Offsets as Connect stores them: as JSON, in records whose size is bounded. */
final class OffsetsTopic {

    private static final String TOPIC = "offsets";

    /** Far below what a topic takes: no record of a test may come with a larger offset. */
    private static final int LARGEST = 2_000;

    private final JsonConverter json = new JsonConverter();
    private final Map<Map<String, ?>, byte[]> stored = new HashMap<>();
    private Map<String, ?> checked = Map.of();

    OffsetsTopic() {
        json.configure(Map.of("schemas.enable", "false"), false);
    }

    void put(Map<String, ?> partition, Map<String, ?> offset) {
        stored.put(partition, bytes(offset));
    }

    Optional<Map<String, Object>> get(Map<String, ?> partition) {
        return Optional.ofNullable(stored.get(partition)).map(this::map);
    }

    /** The offset of the only partition. */
    Optional<Map<String, Object>> any() {
        return stored.values().stream().findFirst().map(this::map);
    }

    void change(Consumer<Map<String, Object>> change) {
        stored.replaceAll((partition, bytes) -> {
            Map<String, Object> offset = map(bytes);
            change.accept(offset);
            return bytes(offset);
        });
    }

    void clear() {
        stored.clear();
    }

    void copy(OffsetsTopic other) {
        stored.putAll(other.stored);
    }

    /** Fails when the offset of a record is too large to be relied on. */
    void check(SourceRecord r) {
        if (r.sourceOffset() != checked) { // most records of a batch share one
            checked = r.sourceOffset();
            int size = bytes(checked).length;
            if (size > LARGEST) {
                throw new AssertionError("an offset of " + size + " bytes: " + checked);
            }
        }
    }

    private byte[] bytes(Map<String, ?> offset) {
        return json.fromConnectData(TOPIC, null, offset);
    }

    private Map<String, Object> map(byte[] bytes) {
        SchemaAndValue read = json.toConnectData(TOPIC, bytes);
        Map<String, Object> map = new HashMap<>();
        ((Map<?, ?>) read.value()).forEach((key, value) -> map.put((String) key, value));
        return map;
    }
}
