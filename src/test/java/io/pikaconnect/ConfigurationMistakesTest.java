package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.MasterSetup;
import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users get wrong in a configuration, and what validation answers: an error at the setting that has to be changed, and
 * at no other. {@code -Dmistakes.table=FILE} writes the answers there, as lines of a table.
 */
class ConfigurationMistakesTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    @TempDir
    Path directory;

    private final MistakenServers servers = new MistakenServers();

    @AfterEach
    void end() throws Exception {
        servers.close();
    }

    private Map<String, String> rightSource() {
        Map<String, String> right = new TreeMap<>();
        right.put("name", "mistaken-source");
        right.put("connector.class", PikaSourceConnector.class.getName());
        right.put("tasks.max", "1");
        right.put("snapshot.dir", directory.toString());
        right.put("topic.prefix", "pika");
        right.put("topic.partitions", "4");
        right.put("topic.creation.default.partitions", "4");
        right.put("topic.creation.default.replication.factor", "-1");
        right.put("topic.creation.default.cleanup.policy", "delete");
        right.put("topic.creation.default.retention.ms", "-1");
        right.put("topic.creation.default.retention.bytes", "-1");
        right.put("key.converter", BYTES);
        right.put("value.converter", BYTES);
        return right;
    }

    private static Map<String, String> rightSink() {
        Map<String, String> right = new TreeMap<>();
        right.put("name", "mistaken-sink");
        right.put("connector.class", RedisSinkConnector.class.getName());
        right.put("tasks.max", "1");
        right.put("topics", "pika.db0");
        right.put("key.converter", BYTES);
        right.put("value.converter", BYTES);
        return right;
    }

    static Stream<Mistake> ofSources() {
        return SourceMistakes.all();
    }

    static Stream<Mistake> ofSinks() {
        return SinkMistakes.all();
    }

    @ParameterizedTest(name = "source: {0}")
    @MethodSource("ofSources")
    void theSourceNamesTheSettingAndTheRemedy(Mistake mistake) throws IOException {
        Map<String, String> settings = rightSource();
        servers.master(settings, MasterSetup.REAL);
        mistake.making().make(servers, settings);
        answers("source", mistake, new PikaSourceConnector(), settings);
    }

    @ParameterizedTest(name = "sink: {0}")
    @MethodSource("ofSinks")
    void theSinkNamesTheSettingAndTheRemedy(Mistake mistake) throws IOException {
        Map<String, String> settings = rightSink();
        servers.redis(settings);
        mistake.making().make(servers, settings);
        answers("sink", mistake, new RedisSinkConnector(), settings);
    }

    @Test
    void withoutAMistakeNothingIsFound() throws IOException {
        Map<String, String> source = rightSource();
        servers.master(source, MasterSetup.REAL);
        assertThat(errors(new PikaSourceConnector(), source)).isEmpty();
        Map<String, String> sink = rightSink();
        servers.redis(sink);
        assertThat(errors(new RedisSinkConnector(), sink)).isEmpty();
    }

    private static void answers(String side, Mistake mistake, Connector connector, Map<String, String> settings)
            throws IOException {
        Map<String, List<String>> errors = errors(connector, settings);
        String table = System.getProperty("mistakes.table", "");
        if (!table.isEmpty()) {
            String answer = errors.entrySet().stream()
                    .map(e -> "`" + e.getKey() + "`: " + String.join(" / ", e.getValue()))
                    .collect(Collectors.joining("; "));
            Files.writeString(
                    Path.of(table),
                    "| " + side + " | " + mistake.what() + " | "
                            + (answer.isEmpty() ? "accepted" : answer.replace("|", "\\|")) + " |\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        assertThat(errors).containsOnlyKeys(mistake.setting());
        assertThat(errors.get(mistake.setting())).singleElement().asString().contains(mistake.words());
    }

    private static Map<String, List<String>> errors(Connector connector, Map<String, String> settings) {
        return connector.validate(settings).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages, (a, b) -> a, TreeMap::new));
    }
}
