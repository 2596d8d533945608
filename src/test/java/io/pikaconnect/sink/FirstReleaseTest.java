package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pikaconnect.content.Content;
import io.pikaconnect.content.ExpectedContent;
import io.pikaconnect.content.RedisContent;
import io.pikaconnect.content.ReleasedTopic;
import io.pikaconnect.demo.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What release 0.1.0 left: its topic, and a Redis that its sink had filled half. */
class FirstReleaseTest {

    private static final String RELEASE = "0.1.0";

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    @Test
    void itsTopicIsAppliedToAnEmptyRedis() throws IOException {
        sink.applyAll(topic());
        assertThatRedisHasWhatTheMasterHeld();
    }

    @Test
    void itsLedgerIsContinuedInTheMiddleOfTheTopic() throws IOException {
        fill();
        ModelTopic topic = topic();
        long before = 0;
        for (int p = 0; p < topic.size(); p++) {
            assertThat(sink.field(p).offset()).isBetween(1L, topic.end(p) - 1);
            before += sink.field(p).offset();
        }
        ModelWorker worker = sink.all(topic);
        worker.until(() -> "held".equals(sink.ledger("deadlines")) && sink.isAtEnd(topic));
        long all = topic.end(0) + topic.end(1);
        assertThat(worker.task.started().counters().sum(SinkCounter.RECORDS)).isLessThanOrEqualTo(all - before);
        assertThatRedisHasWhatTheMasterHeld();
    }

    private void assertThatRedisHasWhatTheMasterHeld() throws IOException {
        Content expected = ExpectedContent.read(Recording.folder("3.5.5").resolve("expected-after-binlog.jsonl"));
        List<String> differences = RedisContent.read(sink.redis()).differencesFrom(expected);
        assertThat(differences).as(Content.shown(differences)).isEmpty();
    }

    private static ModelTopic topic() throws IOException {
        ModelTopic topic = new ModelTopic("pika.db0", ReleasedTopic.PARTITIONS);
        ReleasedTopic.of(RELEASE).records().forEach(topic::add);
        return topic;
    }

    /** As that release's sink left it: data, ledger and the keys that it had beside it. */
    private void fill() throws IOException {
        JsonMapper json = new JsonMapper();
        for (String line : ReleasedTopic.lines(RELEASE, "redis.jsonl.gz")) {
            List<byte[]> words = new ArrayList<>();
            for (JsonNode word : json.readTree(line)) {
                words.add(word.asText().getBytes(StandardCharsets.ISO_8859_1));
            }
            sink.redis()
                    .sendCommand(
                            () -> words.get(0), words.subList(1, words.size()).toArray(byte[][]::new));
        }
    }
}
