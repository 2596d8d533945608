package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.change.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that know no command of those which a managed service disables, as the page about these lists them. */
class ManagedServersTest {

    private static final Pattern ROW = Pattern.compile("^\\| ([\\w ]+) \\| ((?:`[A-Z]+` ?)+)\\|", Pattern.MULTILINE);

    /** The service, and what it disables. */
    static Stream<Arguments> services() throws IOException {
        return ROW.matcher(Files.readString(Path.of("src/site/markdown/cloud.md")))
                .results()
                .map(row -> Arguments.of(
                        row.group(1),
                        Arrays.stream(row.group(2).split("[` ]+"))
                                .filter(word -> !word.isEmpty())
                                .toList()));
    }

    private static SinkFixture without(List<String> commands) {
        return new SinkFixture(commands.stream()
                .flatMap(command -> Stream.of("--rename-command", command, ""))
                .toArray(String[]::new));
    }

    private static Stream<String> errors(SinkFixture sink) {
        Map<String, String> properties = sink.properties("name", "sink-" + UUID.randomUUID());
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .map(ConfigValue::errorMessages)
                        .flatMap(List::stream);
    }

    @Test
    void thePageHasFiveServices() throws IOException {
        assertThat(services()).hasSize(5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("services")
    void nothingThatAServiceDisablesIsNeeded(String service, List<String> commands) {
        try (SinkFixture sink = without(commands)) {
            assertThat(errors(sink)).isEmpty();
            sink.redis().set("foreign", "v");
            ModelTopic topic = ModelTopic.begun(2);
            topic.command("SET", "before", "v")
                    .barrier(Command.of("FLUSHDB"))
                    .command("SET", "k", "v")
                    .command("SADD", "set", "a", "b")
                    .command("pika.spop", "set", "1")
                    .command("ZADD", "sorted", "1", "a")
                    .ticks();
            sink.applyAll(topic, "on.target.not.empty", "clear");
            assertThat(sink.content()).containsOnlyKeys("k", "set", "sorted");
        }
    }

    @Test
    void aServerThatDoesNotLetConnectionsBeNamedIsFilledAllTheSame() {
        try (SinkFixture sink = without(List.of("CLIENT"))) {
            assertThat(errors(sink)).isEmpty();
            ModelTopic topic = ModelTopic.begun(1);
            topic.command("SET", "k", "v");
            sink.applyAll(topic);
            assertThat(sink.content()).isEqualTo(Map.of("k", "v"));
        }
    }

    @Test
    void aServerWithoutScriptsIsRefusedAtValidation() {
        try (SinkFixture sink = without(List.of("EVALSHA", "EVAL", "SCRIPT"))) {
            assertThat(errors(sink)).singleElement().asString().contains("EVALSHA");
        }
    }
}
