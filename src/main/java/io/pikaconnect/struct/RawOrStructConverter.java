package io.pikaconnect.struct;

import io.pikaconnect.Version;
import java.io.Closeable;
import java.io.IOException;
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
 *
 * <p>The other one may be of another plugin. Connect sets this plugin's class loader as the thread's, so each call of the
 * other one sets that of its own plugin, where it finds the classes that its settings name.
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
        withItsClasses(other.getClass(), () -> {
            other.configure(its, isKey);
            return other;
        });
    }

    /** Of a plugin on the worker: the class loader of a plugin asks the worker's for those of others. */
    private static Converter converter(String name) {
        try {
            Class<? extends Converter> type = Class.forName(name, false, RawOrStructConverter.class.getClassLoader())
                    .asSubclass(Converter.class);
            return withItsClasses(type, () -> type.getDeclaredConstructor().newInstance());
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
        return isRaw(value) ? raw(value) : withItsClasses(other.getClass(), () -> other.toConnectData(topic, value));
    }

    @Override
    public SchemaAndValue toConnectData(String topic, Headers headers, byte[] value) {
        return isRaw(value)
                ? raw(value)
                : withItsClasses(other.getClass(), () -> other.toConnectData(topic, headers, value));
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return isRaw(value)
                ? (byte[]) value
                : withItsClasses(other.getClass(), () -> other.fromConnectData(topic, schema, value));
    }

    @Override
    public byte[] fromConnectData(String topic, Headers headers, Schema schema, Object value) {
        return isRaw(value)
                ? (byte[]) value
                : withItsClasses(other.getClass(), () -> other.fromConnectData(topic, headers, schema, value));
    }

    @Override
    public void close() throws IOException {
        // Converters were not closeable in all releases of Connect: asked for by its object, not by its type.
        Object closed = other;
        if (closed instanceof Closeable closeable) {
            withItsClasses(closed.getClass(), () -> {
                closeable.close();
                return closed;
            });
        }
    }

    /** What may fail with {@code E}. */
    @FunctionalInterface
    private interface Call<T, E extends Exception> {
        T run() throws E;
    }

    private static <T, E extends Exception> T withItsClasses(Class<?> plugin, Call<T, E> call) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClassLoader());
        try {
            return call.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Nothing, as ticks have it, or a raw record's bytes. */
    private static boolean isRaw(Object value) {
        return value == null || value instanceof byte[] bytes && bytes.length > 0 && bytes[0] == RESP;
    }

    private static SchemaAndValue raw(byte[] value) {
        return new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, value);
    }
}
