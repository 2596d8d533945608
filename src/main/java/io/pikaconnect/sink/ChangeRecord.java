package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import io.pikaconnect.struct.StructDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record of the topic, as the source connector wrote it.
 *
 * <p>Its headers may have come through any header converter: text and bytes are both accepted. The key must be the bytes
 * of the topic, and so must a raw value; a struct is read as the raw value that has the same commands.
 *
 * @param value in RESP
 * @param bytes estimated heap of the topic's record: its payload three times (raw, the places of its arguments, packed for
 *     the script) plus 1,000 bytes of objects, and what a struct takes. What is left of a record counts as the whole one,
 *     which it holds.
 */
record ChangeRecord(
        SinkRecord record,
        ChangeHeader header,
        Optional<Barrier> barrier,
        Optional<Writer> writer,
        Optional<byte[]> key,
        byte[] value,
        long bytes) {

    private static final byte[] NOTHING = {};

    private static final long HEAP_OF_OBJECTS = 1_000;

    /** An element of a list that is a map with two texts. */
    private static final long HEAP_OF_ARGUMENT = 250;

    /**
     * @throws WrongConverter when the source wrote it, but a converter changed it
     * @throws IllegalArgumentException when the source did not write it; the message has the reason
     */
    static ChangeRecord of(SinkRecord record) {
        Header header = null;
        Header barrier = null;
        Header writer = null;
        for (Header each : record.headers()) {
            switch (each.key()) {
                case ChangeHeader.NAME -> header = each;
                case Barrier.NAME -> barrier = each;
                case Writer.NAME -> writer = each;
                default -> {}
            }
        }
        if (header == null) {
            throw new IllegalArgumentException("it has no header " + ChangeHeader.NAME);
        }
        ChangeHeader change = ChangeHeader.parse(headerText(header));
        Optional<byte[]> key = bytes("key", record.key());
        boolean struct = !(record.value() instanceof byte[]) && StructDecoder.isStruct(record.value());
        List<Command> commands = struct ? commandsOf(record.value(), key) : List.of();
        byte[] value =
                struct ? Resp.encode(commands) : bytes("value", record.value()).orElse(NOTHING);
        return new ChangeRecord(
                record,
                change,
                barrier == null ? Optional.empty() : Optional.of(Barrier.parse(headerText(barrier))),
                writer == null ? Optional.empty() : Optional.of(Writer.parse(headerText(writer))),
                key,
                value,
                HEAP_OF_OBJECTS + 3L * payload(key, value) + (struct ? heap(value, commands) : 0));
    }

    private static List<Command> commandsOf(Object struct, Optional<byte[]> key) {
        try {
            return StructDecoder.commands(struct, key.orElse(null));
        } catch (IllegalArgumentException e) {
            throw WrongConverter.ofStruct(e);
        }
    }

    /** Estimated, of a struct and of what it was made from. */
    private static long heap(byte[] value, List<Command> commands) {
        long arguments = commands.stream().mapToLong(Command::size).sum();
        return 3L * value.length + HEAP_OF_ARGUMENT * arguments;
    }

    /**
     * The commands in its value.
     *
     * @throws IllegalArgumentException when the value is not RESP
     */
    List<Command> commands() {
        return Resp.view(value);
    }

    /** The same about that key, and no barrier. */
    ChangeRecord onKey(byte[] other) {
        return new ChangeRecord(record, header, Optional.empty(), writer, Optional.of(other), value, bytes);
    }

    /** The same without key and value, and no barrier. */
    ChangeRecord withoutContent() {
        return new ChangeRecord(record, header, Optional.empty(), writer, Optional.empty(), NOTHING, bytes);
    }

    /** Whether it is the barrier that begins an epoch on its partition. */
    boolean startsEpoch() {
        return barrier.isPresent() && header.sequence().orElse(-1) == 0;
    }

    /** Source time in ms, as the script reads it; {@code -} in the snapshot. */
    String time() {
        return isSnapshot() ? "-" : String.valueOf(header.timeMs());
    }

    boolean isSnapshot() {
        return header.position().isPresent() && header.position().get().phase() == Position.Phase.SNAPSHOT;
    }

    long offset() {
        return record.originalKafkaOffset();
    }

    /** Bytes of key and value. */
    long payload() {
        return payload(key, value);
    }

    private static long payload(Optional<byte[]> key, byte[] value) {
        return (long) value.length + key.map(k -> k.length).orElse(0);
    }

    /** For messages: topic, partition, offset, header and key. */
    static String describe(SinkRecord record) {
        Header header = record.headers().lastWithName(ChangeHeader.NAME);
        return record.originalTopic() + "-" + record.originalKafkaPartition() + "@" + record.originalKafkaOffset()
                + (header == null ? "" : ", " + text(header))
                + (record.key() instanceof byte[] key ? ", key " + Escaped.text(key) : "");
    }

    private static String text(Header header) {
        Object value = header.value();
        return value instanceof byte[] b ? new String(b, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    /** The header's text, as any converter that keeps headers leaves it. */
    private static String headerText(Header header) {
        Object value = header.value();
        if (value instanceof String || value instanceof byte[]) {
            return text(header);
        }
        throw new WrongConverter("header", value);
    }

    private static Optional<byte[]> bytes(String part, Object value) {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof byte[] b) {
            return Optional.of(b);
        }
        if (value instanceof ByteBuffer b) {
            byte[] copy = new byte[b.remaining()];
            b.duplicate().get(copy);
            return Optional.of(copy);
        }
        throw new WrongConverter(part, value);
    }
}
