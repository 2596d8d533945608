package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.change.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record of Kafka, read as one of ours.
 *
 * <p>Its headers may have gone through any header converter: text and bytes are both understood. Key and value must be
 * the bytes of the topic.
 */
record ChangeRecord(
        SinkRecord record,
        ChangeHeader header,
        Optional<Barrier> barrier,
        Optional<Writer> writer,
        Optional<byte[]> key,
        byte[] value) {

    private static final byte[] NOTHING = {};

    /**
     * @throws WrongConverter when it is one of ours, but did not arrive as it was written
     * @throws IllegalArgumentException when it is not one of ours; the message says why
     */
    static ChangeRecord of(SinkRecord record) {
        Header header = record.headers().lastWithName(ChangeHeader.NAME);
        if (header == null) {
            throw new IllegalArgumentException("it has no header " + ChangeHeader.NAME);
        }
        ChangeHeader change = ChangeHeader.parse(headerText(header));
        Header barrier = record.headers().lastWithName(Barrier.NAME);
        Header writer = record.headers().lastWithName(Writer.NAME);
        return new ChangeRecord(
                record,
                change,
                barrier == null ? Optional.empty() : Optional.of(Barrier.parse(headerText(barrier))),
                writer == null ? Optional.empty() : Optional.of(Writer.parse(headerText(writer))),
                bytes("key", record.key()),
                bytes("value", record.value()).orElse(NOTHING));
    }

    /**
     * The commands in its value.
     *
     * @throws IllegalArgumentException when the value is not RESP
     */
    List<Command> commands() {
        return Resp.parse(value);
    }

    /** The barrier that begins an epoch on its partition. */
    boolean startsEpoch() {
        return barrier.isPresent() && header.sequence().orElse(-1) == 0;
    }

    /** In ms as the script wants it: only what came through the binlog, and ticks, have a time. */
    String time() {
        boolean snapshot =
                header.position().map(p -> p.phase() == Position.Phase.SNAPSHOT).orElse(false);
        return snapshot ? "-" : String.valueOf(header.timeMs());
    }

    long offset() {
        return record.originalKafkaOffset();
    }

    /** What it takes in memory, roughly: its bytes as they came, as arguments and packed for the script; objects around them. */
    long bytes() {
        return 1_000 + 3L * payload();
    }

    /** Bytes of key and value. */
    long payload() {
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

    /** Text, or its bytes, as any converter that keeps headers leaves it. */
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
