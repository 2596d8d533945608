package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A db that another sink, topic or Kafka cluster has written to: refused before anything is changed, or taken over. */
class ForeignLedgerTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String LEDGER = SinkFixture.PREFIX + "ledger";

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(2).command("SET", "k", "1").command("SET", "l", "1");

    private void isRefused(ModelTopic its, String message, String remedy, String... settings) {
        Map<String, String> ledger = sink.redis().hgetAll(LEDGER);
        long writes = writes();
        ModelWorker worker = sink.all(its, settings);
        assertThat(worker.untilItFails()).hasMessageContaining(message).hasMessageContaining(remedy);
        worker.close();
        assertThat(sink.redis().hgetAll(LEDGER)).isEqualTo(ledger);
        assertThat(writes()).isEqualTo(writes);
    }

    /** Changes that Redis has made so far. */
    private long writes() {
        return sink.redis()
                .info("persistence")
                .lines()
                .filter(line -> line.startsWith("rdb_changes_since_last_save:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, String> problems(String... settings) {
        Map<String, String> validated = sink.properties(settings);
        validated.put("key.converter", BYTES);
        validated.put("value.converter", BYTES);
        return new RedisSinkConnector()
                .validate(validated).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(
                                ConfigValue::name, v -> v.errorMessages().toString()));
    }

    @Test
    void validationNamesTheSettingThatDecides() {
        assertThat(problems()).isEmpty();
        sink.applyAll(topic, "redis.database", "0").close();
        assertThat(problems()).isEmpty();
        assertThat(problems("topics", "other.db0"))
                .containsOnlyKeys("redis.database")
                .hasEntrySatisfying(
                        "redis.database",
                        p -> assertThat(p).contains("belongs to topic pika.db0 of connector to-redis"));
        assertThat(problems("name", "renamed"))
                .containsOnlyKeys("ledger.takeover")
                .hasEntrySatisfying(
                        "ledger.takeover", p -> assertThat(p).contains("set ledger.takeover=to-redis here"));
        assertThat(problems("name", "renamed", "ledger.takeover", "to-redis")).isEmpty();
    }

    @Test
    void ofAnotherTopic() {
        sink.applyAll(topic).close();
        isRefused(
                new ModelTopic("other.db0", 1).begin(),
                "belongs to topic pika.db0 of connector to-redis",
                "choose another Redis or db");
    }

    @Test
    void ofASinkOfAnotherName() {
        sink.applyAll(topic).close();
        isRefused(topic, "of connector to-redis", "set ledger.takeover=to-redis", "name", "renamed");
        isRefused(topic, "of connector to-redis", "set ledger.takeover=to-redis", "name", "a", "ledger.takeover", "b");
    }

    @Test
    void aRenamedSinkContinuesWhereTheFormerOneWas() {
        sink.applyAll(topic).close();
        topic.command("INCR", "k").command("INCR", "l");
        sink.committed.clear(); // the group of another name has no offsets
        sink.applyAll(topic, "name", "renamed", "ledger.takeover", "to-redis").close();
        assertThat(sink.content()).isEqualTo(Map.of("k", "2", "l", "2"));
        assertThat(sink.ledger("connector")).isEqualTo("renamed");
        topic.command("INCR", "k");
        sink.applyAll(topic, "name", "renamed").close();
        assertThat(sink.content()).isEqualTo(Map.of("k", "3", "l", "2"));
        isRefused(topic, "of connector renamed", "set ledger.takeover=renamed");
    }

    @Test
    void aFormerSinkThatIsStillThereIsStopped() {
        ModelWorker former = sink.applyAll(topic);
        topic.command("INCR", "k").command("INCR", "l");
        ModelWorker renamed = sink.all(topic, "name", "renamed", "ledger.takeover", "to-redis");
        renamed.until(() -> sink.isAtEnd(topic));
        topic.command("INCR", "k").command("INCR", "l");
        assertThat(former.untilItFails()).hasMessageContaining("of connector renamed");
        renamed.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "3", "l", "3"));
    }

    @Test
    void ofAnotherKafkaCluster() {
        sink.applyAll(topic, ModelWorker.CLUSTER, "one").close();
        assertThat(sink.ledger("cluster")).isEqualTo("one");
        isRefused(
                topic, "written from the Kafka cluster one", "Choose another Redis or db", ModelWorker.CLUSTER, "two");
        sink.applyAll(topic, ModelWorker.CLUSTER, "one").close();
        sink.applyAll(topic).close(); // one that may not ask
        assertThat(sink.ledger("cluster")).isEqualTo("one");
    }

    @Test
    void theClusterIsFilledInOnceItIsKnown() {
        sink.applyAll(topic).close();
        assertThat(sink.ledger("cluster")).isNull();
        ModelWorker knows = sink.all(topic, ModelWorker.CLUSTER, "one");
        knows.until(() -> "one".equals(sink.ledger("cluster")));
        knows.close();
        topic.epoch(topic.epoch() + 1).begin();
        sink.applyAll(topic, "on.new.epoch", "clear").close();
        assertThat(sink.ledger("cluster")).isEqualTo("one");
    }
}
