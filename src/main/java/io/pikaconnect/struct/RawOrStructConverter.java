package io.pikaconnect.struct;

import io.pikaconnect.Version;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.storage.Converter;

/**
 * A value converter for topics whose records have either format: bytes of raw records stay as they are, all others are
 * another converter's, which gets the same settings.
 *
 * <p>The first byte tells: a raw value is RESP and begins with {@code *}. JSON begins with a brace, and what is written with a
 * schema registry with a zero.
 */
public final class RawOrStructConverter implements Converter, Versioned {

    /** Its setting: the class of the other converter. */
    public static final String STRUCT_CONVERTER = "struct.converter";

    private static final ConfigDef SETTINGS = new ConfigDef()
            .define(
                    STRUCT_CONVERTER,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    ConfigDef.Importance.HIGH,
                    "Class of the converter that the source has as its value.converter, with record.format=struct. It"
                            + " gets all other settings of this one.");

    private static final byte RESP = '*';

    private Converter other;

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public ConfigDef config() {
        return SETTINGS;
    }

    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        String name =
                String.valueOf(SETTINGS.parse(settings).get(STRUCT_CONVERTER)).strip();
        Map<String, Object> its = new HashMap<>(settings);
        its.remove(STRUCT_CONVERTER);
        other = converter(name);
        other.configure(its, isKey);
    }

    /** Of a plugin on the worker: the class loader of a plugin asks the worker's for those of others. */
    private static Converter converter(String name) {
        try {
            return Class.forName(name, true, RawOrStructConverter.class.getClassLoader())
                    .asSubclass(Converter.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new ConfigException(
                    STRUCT_CONVERTER,
                    name,
                    "is no converter that this worker has (" + e + "); give the full name of the class that the source"
                            + " has as its value.converter, and install its plugin on this worker");
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        return isRaw(value) ? raw(value) : other.toConnectData(topic, value);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, Headers headers, byte[] value) {
        return isRaw(value) ? raw(value) : other.toConnectData(topic, headers, value);
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return isRaw(value) ? (byte[]) value : other.fromConnectData(topic, schema, value);
    }

    @Override
    public byte[] fromConnectData(String topic, Headers headers, Schema schema, Object value) {
        return isRaw(value) ? (byte[]) value : other.fromConnectData(topic, headers, schema, value);
    }

    /** Nothing, as ticks have it, or a raw record's bytes. */
    private static boolean isRaw(Object value) {
        return value == null || value instanceof byte[] bytes && bytes.length > 0 && bytes[0] == RESP;
    }

    private static SchemaAndValue raw(byte[] value) {
        return new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, value);
    }
}
