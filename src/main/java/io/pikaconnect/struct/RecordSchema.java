package io.pikaconnect.struct;

import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The schema of a record's value with {@code record.format=struct}.
 *
 * <p>It is in topics: a field that has been released keeps its name, type and meaning. A later release may add optional
 * fields, and then raises the version; a sink that meets a command with a field that it does not know stops.
 */
public final class RecordSchema {

    public static final int VERSION = 1;

    /** An element of {@code fields}. */
    static final Schema FIELD = struct("Field")
            .field("field", Schema.BYTES_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .build();

    /** An element of {@code scores}. */
    static final Schema SCORE = struct("Score")
            .field("score", Schema.FLOAT64_SCHEMA)
            .field("member", Schema.BYTES_SCHEMA)
            .build();

    /** An element of {@code points}. */
    static final Schema POINT = struct("Point")
            .field("longitude", Schema.FLOAT64_SCHEMA)
            .field("latitude", Schema.FLOAT64_SCHEMA)
            .field("member", Schema.BYTES_SCHEMA)
            .build();

    /** An element of {@code commands}: what has no part in a command is null. */
    public static final Schema COMMAND = struct("Command")
            .field("name", Schema.STRING_SCHEMA)
            .field("option", Schema.OPTIONAL_STRING_SCHEMA)
            .field("value", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("member", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("old", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("elements", listOf(Schema.BYTES_SCHEMA))
            .field("fields", listOf(FIELD))
            .field("scores", listOf(SCORE))
            .field("points", listOf(POINT))
            .field("keys", listOf(Schema.BYTES_SCHEMA))
            .field("delta", Schema.OPTIONAL_INT64_SCHEMA)
            .field("increment", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("offset", Schema.OPTIONAL_INT64_SCHEMA)
            .field("count", Schema.OPTIONAL_INT64_SCHEMA)
            .field("start", Schema.OPTIONAL_INT64_SCHEMA)
            .field("stop", Schema.OPTIONAL_INT64_SCHEMA)
            .field("min", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("max", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("id", Schema.OPTIONAL_STRING_SCHEMA)
            .field("deadline_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .field("slots", listOf(Schema.INT32_SCHEMA))
            .field("arguments", listOf(Schema.BYTES_SCHEMA))
            .build();

    public static final Schema RECORD = struct("Record")
            .field("epoch", Schema.INT64_SCHEMA)
            .field("sequence", Schema.INT64_SCHEMA)
            .field("phase", Schema.STRING_SCHEMA)
            .field("position", Schema.STRING_SCHEMA)
            .field("time_ms", Schema.INT64_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("key", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("type", Schema.OPTIONAL_STRING_SCHEMA)
            .field("partitions", listOf(Schema.INT32_SCHEMA))
            .field("commands", SchemaBuilder.array(COMMAND).build())
            .build();

    private RecordSchema() {}

    /** A field of a command. */
    static Field field(String name) {
        Field field = COMMAND.field(name);
        if (field == null) {
            throw new IllegalArgumentException("no field " + name);
        }
        return field;
    }

    private static SchemaBuilder struct(String name) {
        return SchemaBuilder.struct().name("io.pikaconnect." + name).version(VERSION);
    }

    private static Schema listOf(Schema element) {
        return SchemaBuilder.array(element).optional().build();
    }
}
