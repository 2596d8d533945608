package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.struct.AsJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records that another converter changed are all of them, and none of them is to be lost in a dead letter queue. */
class WrongConverterTest {

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private final ModelTopic topic = ModelTopic.begun(1);

    private String failureOf(SinkRecord record) {
        topic.change(record);
        ModelWorker worker = sink.worker(topic, true).assign(0);
        String message = worker.untilItFails().getMessage();
        assertThat(worker.reported).isEmpty();
        assertThat(sink.content()).isEmpty();
        return message;
    }

    private SinkRecord last() {
        topic.command("SET", "k", "v");
        return topic.take(0);
    }

    @Test
    void aValueThatIsNoBytesStopsTheSinkWithTheConverterThatIsNeeded() {
        SinkRecord bytes = last();
        SinkRecord text = bytes.newRecord(
                bytes.topic(),
                bytes.kafkaPartition(),
                null,
                bytes.key(),
                null,
                new String((byte[]) bytes.value(), StandardCharsets.UTF_8),
                bytes.timestamp(),
                bytes.headers());
        assertThat(failureOf(text))
                .contains("value.converter=org.apache.kafka.connect.converters.ByteArrayConverter")
                .doesNotContain("errors.tolerance");
    }

    @Test
    void aHeaderThatIsNoTextStopsTheSinkWithTheConverterThatIsNeeded() {
        SinkRecord right = last();
        right.headers().remove(ChangeHeader.NAME);
        right.headers().add(ChangeHeader.NAME, Map.of("schema", "x"), null);
        assertThat(failureOf(right))
                .contains("header.converter=org.apache.kafka.connect.storage.StringConverter")
                .doesNotContain("errors.tolerance");
    }

    /** The bytes of a struct, which ByteArrayConverter leaves as they are. */
    @Test
    void aStructThatNoConverterReadStopsTheSinkWithTheConverterThatIsNeeded() {
        SinkRecord raw = last();
        String header = raw.headers().lastWithName(ChangeHeader.NAME).value().toString();
        byte[] json = AsJson.WITHOUT_SCHEMA.ofRaw(
                (byte[]) raw.value(), (byte[]) raw.key(), ChangeHeader.parse(header), Optional.empty());
        assertThat(failureOf(raw.newRecord(
                        raw.topic(),
                        raw.kafkaPartition(),
                        null,
                        raw.key(),
                        null,
                        json,
                        raw.timestamp(),
                        raw.headers())))
                .contains("record.format=struct")
                .contains("value.converter=io.pikaconnect.struct.RawOrStructConverter");
    }

    /** As JSON with a schema is read by a converter with schemas.enable=false. */
    @Test
    void aStructThatIsReadInAnotherWayThanItWasWrittenStopsTheSink() {
        SinkRecord raw = last();
        assertThat(failureOf(raw.newRecord(
                        raw.topic(),
                        raw.kafkaPartition(),
                        null,
                        raw.key(),
                        null,
                        Map.of("schema", Map.of(), "payload", Map.of()),
                        raw.timestamp(),
                        raw.headers())))
                .contains("has no commands; its fields are [payload, schema]")
                .contains("value.converter")
                .contains("Nothing was applied");
    }
}
