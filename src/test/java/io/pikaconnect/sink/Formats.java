package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.struct.AsJson;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.connect.data.SchemaAndValue;

/** What a topic's values are in Kafka, and what the sink's converter makes of them. */
public final class Formats {

    /** All are raw; {@code -Dformats.both=true} runs any test of the sink with both formats in its topics. */
    static final Formats INITIAL = Boolean.getBoolean("formats.both")
            ? both(new Random(Long.getLong("seed", 1)))
            : new Formats(Optional.empty(), Optional.empty());

    private final Optional<AsJson> json;

    /** Draws which records become structs. */
    private final Optional<Random> drawing;

    private Formats(Optional<AsJson> json, Optional<Random> drawing) {
        this.json = json;
        this.drawing = drawing;
    }

    /** Raw values, and structs, which are here as JSON. */
    public static Formats asInKafka() {
        return new Formats(Optional.of(AsJson.WITHOUT_SCHEMA), Optional.empty());
    }

    /** Raw values, of which some are made structs. */
    static Formats both(Random random) {
        AsJson json = random.nextBoolean() ? AsJson.WITH_SCHEMA : AsJson.WITHOUT_SCHEMA;
        return new Formats(Optional.of(json), Optional.of(random));
    }

    SchemaAndValue read(byte[] key, byte[] value, String header, Barrier barrier) {
        byte[] written = becomesStruct(value) ? struct(key, value, header, barrier) : value;
        return json.isPresent() && written != null && written.length > 0 && written[0] == '{'
                ? json.get().read(written)
                : new SchemaAndValue(null, written);
    }

    private boolean becomesStruct(byte[] value) {
        return value != null
                && value.length > 0
                && drawing.isPresent()
                && drawing.get().nextBoolean();
    }

    private byte[] struct(byte[] key, byte[] value, String header, Barrier barrier) {
        try {
            return json.orElseThrow().ofRaw(value, key, ChangeHeader.parse(header), Optional.ofNullable(barrier));
        } catch (RuntimeException e) {
            return value; // not one of the source's
        }
    }
}
