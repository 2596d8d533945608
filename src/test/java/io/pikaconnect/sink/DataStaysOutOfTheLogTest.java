package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values, members and fields are customers' data: neither the log nor a failure shows them, whatever goes wrong. */
class DataStaysOutOfTheLogTest {

    /** Where the build has the tests' log written. */
    private static final Path LOG = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));

    private final String secret = "s3cret" + System.nanoTime();
    private final String key = "key" + System.nanoTime();

    @RegisterExtension
    private final SinkFixture sink = new SinkFixture();

    private ModelTopic topic = ModelTopic.begun(1);

    private void theLogNamesTheKeyAndShowsNoData() throws IOException {
        assertThat(Files.readString(LOG, StandardCharsets.ISO_8859_1))
                .contains(key)
                .doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip", "overwrite"})
    void whatAPolicyPassesOver(String policy) throws Exception {
        topic.command("SET", key, secret).command("HSET", key, secret, secret);
        topic.command("SET", key, secret).command("INCRBY", key, "1");
        topic.command("SET", key + "s", secret).command("SUNIONSTORE", key + "u", key + "s");
        topic.change(Resp.bytes("none"), Command.of("SADD", "none", secret), Command.of("SREM", "none", secret));
        topic.command("pika.spop", "none", "1795000000");
        ModelWorker worker = sink.applyAll(topic, "on.wrong.type", policy, "on.conflict", policy);
        worker.until(() -> worker.task.started().counters().discards.of("conflict") > 0);
        theLogNamesTheKeyAndShowsNoData();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on.wrong.type", "on.conflict"})
    void whatEndsTheTask(String setting) throws Exception {
        topic.command("SET", key, secret);
        topic.command(
                setting.equals("on.conflict") ? "INCRBY" : "SADD", key, setting.equals("on.conflict") ? "1" : secret);
        topic.command("APPEND", key, secret);
        assertThat(sink.all(topic, setting, "fail").untilItFails())
                .hasMessageContaining(key)
                .hasMessageNotContaining(secret);
        assertThat(Files.readString(LOG, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
    }

    @Test
    void aCommandThatRedisDoesNotKnow() throws Exception {
        topic.command("HSETX", key, secret, secret);
        assertThat(sink.all(topic).untilItFails())
                .hasMessageContaining("HSETX " + key)
                .hasMessageContaining("rename-command")
                .hasMessageNotContaining(secret);
        assertThat(Files.readString(LOG, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
    }
}
