package io.pikaconnect.struct;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;

/** Values as Connect's own converters write them to Kafka and read them: structs as JSON, with their schema or without. */
public final class AsJson {

    public static final AsJson WITH_SCHEMA = new AsJson(true);
    public static final AsJson WITHOUT_SCHEMA = new AsJson(false);

    private static final String TOPIC = "pika.db0";

    private final JsonConverter writer = new JsonConverter();
    private final RawOrStructConverter reader = new RawOrStructConverter();

    private AsJson(boolean schemas) {
        String enabled = String.valueOf(schemas);
        writer.configure(Map.of("schemas.enable", enabled), false);
        reader.configure(Map.of("struct.converter", JsonConverter.class.getName(), "schemas.enable", enabled), false);
    }

    /** What Kafka gets of a source's record. */
    public byte[] written(Schema schema, Object value) {
        boolean bytes = value instanceof byte[] || value == null && schema == Schema.OPTIONAL_BYTES_SCHEMA;
        return bytes ? (byte[]) value : writer.fromConnectData(TOPIC, schema, value);
    }

    /** What the sink gets. */
    public SchemaAndValue read(byte[] value) {
        return reader.toConnectData(TOPIC, value);
    }

    /** A raw value as a struct in Kafka. */
    public byte[] ofRaw(byte[] value, byte[] key, ChangeHeader header, Optional<Barrier> barrier) {
        Struct struct = StructEncoder.record(header, barrier, "db0", key, Resp.parse(value));
        return written(RecordSchema.RECORD, struct);
    }

    /** The commands that the sink finds in a value of either format. */
    public List<Command> commands(byte[] value, byte[] key) {
        Object given = read(value).value();
        return given instanceof byte[] raw ? Resp.parse(raw) : StructDecoder.commands(given, key);
    }
}
