package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.ChangeHeader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
}
