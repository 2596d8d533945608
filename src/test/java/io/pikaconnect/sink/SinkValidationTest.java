package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is answered to a configuration by what stands beside it: what the db holds, whether the sink has run, what may be asked. */
class SinkValidationTest {

    private static final String NOBODY = "127.0.0.1:1";

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();
    /** Validation remembers the names that were started. */
    private final String name = "sink-" + UUID.randomUUID();

    private Map<String, List<String>> errors(String... more) {
        Map<String, String> properties = sink.properties(more);
        properties.put("name", name);
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(v -> !v.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    @Test
    void leavesNothingInTheDb() {
        assertThat(errors("redis.database", "3")).isEmpty();
        sink.redis().select(3);
        assertThat(sink.redis().keys("*")).isEmpty();
    }

    @Test
    void disturbsNoSinkThatIsAtWork() {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "v");
        ModelWorker worker = sink.applyAll(topic, "name", name);
        Map<String, String> ledger = sink.redis().hgetAll(SinkFixture.PREFIX + "ledger");
        assertThat(errors()).isEmpty();
        assertThat(sink.redis().hget(SinkFixture.PREFIX + "ledger", "p0")).isEqualTo(ledger.get("p0"));
        topic.command("SET", "k", "w");
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.content()).isEqualTo(Map.of("k", "w"));
    }

    @Test
    void keysOtherThanTheDbHasAreRefused() {
        sink.applyAll(ModelTopic.begun(1).command("SET", "k", "v"), "name", name, "keys.exclude", "x*");
        assertThat(errors("keys.exclude", "x*")).isEmpty();
        assertThat(errors("keys.exclude", "y*"))
                .extractingByKey("keys.include")
                .asString()
                .contains("filled with keys.exclude=x*", "now the settings are keys.exclude=y*", "FLUSHDB");
    }

    @Test
    void aUserWithoutPasswordIsAccepted() {
        sink.redis().aclSetUser("sink", "on", "nopass", "~*", "+@all");
        assertThat(errors("redis.username", "sink")).isEmpty();
    }

    @Test
    void aRedisThatIsOutOfMemoryIsAcceptedForItMayPass() {
        sink.redis().configSet("maxmemory", "1");
        assertThat(errors()).isEmpty();
    }

    @Test
    void shortNamesOfConvertersAndHeadersByOtherConvertersAreAccepted() {
        assertThat(errors(
                        "key.converter",
                        "ByteArrayConverter",
                        "value.converter",
                        "ByteArray",
                        "header.converter",
                        "org.apache.kafka.connect.storage.SimpleHeaderConverter"))
                .isEmpty();
    }

    @Test
    void whatOthersPutBesideOurSettingsIsAccepted() {
        assertThat(errors(
                        "errors.tolerance",
                        "all",
                        "errors.deadletterqueue.topic.name",
                        "dead",
                        "errors.log.enable",
                        "true",
                        "transforms",
                        "h",
                        "transforms.h.type",
                        "org.apache.kafka.connect.transforms.InsertHeader",
                        "transforms.h.header",
                        "cluster",
                        "consumer.override.max.poll.records",
                        "500",
                        "value.converter.some.setting",
                        "x",
                        "kafka.sasl.jaas.config",
                        "x",
                        "confluent.license",
                        "x",
                        "expiry.horizon.ms",
                        "1"))
                .isEmpty();
    }

    @Test
    void aHeaderOfOursMayNotBeInserted() {
        assertThat(errors(
                        "transforms",
                        "h",
                        "transforms.h.type",
                        "org.apache.kafka.connect.transforms.InsertHeader",
                        "transforms.h.header",
                        "pika.change"))
                .containsOnlyKeys("transforms.h.header");
    }

    @Test
    void aSinkThatHasRunMayBeChangedWhileRedisIsAway() {
        assertThat(errors("redis.address", NOBODY))
                .containsOnlyKeys("redis.address")
                .hasEntrySatisfying(
                        "redis.address",
                        e -> assertThat(e).singleElement().asString().contains("validate.connect=false"));
        sink.redis().replicaof("127.0.0.1", 1);
        assertThat(errors()).containsOnlyKeys("redis.address");

        RedisSinkConnector connector = new RedisSinkConnector();
        connector.start(sink.properties("name", name));
        assertThat(errors("redis.address", NOBODY)).isEmpty();
        assertThat(errors()).isEmpty();
        assertThat(errors("redis.address", NOBODY, "on.conflict", "ignore")).containsOnlyKeys("on.conflict");
        sink.redis().replicaofNoOne();
        assertThat(errors("redis.password", "wrong")).containsOnlyKeys("redis.password");
    }

    @Test
    void aSinkThatHasRunMayBeChangedWhileRedisIsBusy() {
        String busy = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
        try (LikeRedis redis = LikeRedis.answering(sink.server.port(), "EVALSHA", busy)) {
            assertThat(errors("redis.address", redis.address())).containsOnlyKeys("redis.address");
            new RedisSinkConnector().start(sink.properties("name", name));
            assertThat(errors("redis.address", redis.address())).isEmpty();
        }
    }

    @Test
    void aTaskThatRanHereIsEnoughToKnowIt() {
        ModelTopic topic = ModelTopic.begun(1);
        topic.command("SET", "k", "v");
        sink.applyAll(topic, "name", name);
        assertThat(errors("redis.address", NOBODY)).isEmpty();
    }

    @Test
    void nobodyIsAskedIfSoWished() {
        assertThat(errors("redis.address", NOBODY, "kafka.bootstrap.servers", NOBODY, "validate.connect", "false"))
                .isEmpty();
        assertThat(errors("redis.address", NOBODY, "validate.connect", "false", "value.converter", "String"))
                .containsOnlyKeys("value.converter");
    }

    @Test
    void allMistakesInTheSettingsAreNamedAtOnce() {
        assertThat(errors(
                        "redis.database",
                        "none",
                        "on.conflict",
                        "ignore",
                        "redis.pasword",
                        "x",
                        "key.converter",
                        "Json"))
                .containsOnlyKeys("redis.database", "on.conflict", "redis.pasword", "key.converter");
    }

    @Test
    void aMissingAddressIsNamedBesideOtherMistakes() {
        assertThat(errors("redis.address", "", "key.converter", "Json"))
                .containsOnlyKeys("redis.address", "key.converter");
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(errors("redis.pasword", "s3cret", "redis.password", "s3\ncret")
                        .toString())
                .doesNotContain("s3cret", "s3");
        assertThat(errors("redis.password", "s3cret").toString()).doesNotContain("s3cret");
    }
}
