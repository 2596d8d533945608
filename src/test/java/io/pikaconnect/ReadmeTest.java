package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.demo.ConnectWorker;
import io.pikaconnect.metrics.MetricGroup;
import io.pikaconnect.pika.ReadmeTables;
import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.sink.SinkMetrics;
import io.pikaconnect.source.PikaSourceConnector;
import io.pikaconnect.source.SourceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * README's tables of settings and metrics are what the connectors define. {@code mvn test -Dtest=ReadmeTest -Dreadme.write=true}
 * writes them anew.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

    @Test
    void readmeListsTheSourcesSettings() throws IOException {
        holds("## Settings of the source\n\n", table(new PikaSourceConnector().config()));
    }

    @Test
    void readmeListsTheSinksSettings() throws IOException {
        holds("## Settings of the sink\n\n", table(new RedisSinkConnector().config()));
    }

    @Test
    void readmeListsTheReleasesOfPikaAsTheTableOfReleasesHasThem() throws IOException {
        holds("## What is supported\n\n", ReadmeTables.releases());
    }

    @Test
    void readmeTellsWhatBecomesOfEachTypeOnEachRelease() throws IOException {
        holds("What becomes of each type:\n\n", ReadmeTables.types());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("metrics")
    void readmeListsTheMetrics(String type, MetricGroup<?> group) throws IOException {
        String readme = Files.readString(README);
        String start = "`pika.connect:type=" + type + ",";
        assertThat(readme).contains(start);
        int begin = readme.indexOf(start);
        String heading = readme.substring(begin, readme.indexOf("\n\n", begin) + 2);
        group.tags().forEach(tag -> assertThat(heading).contains("," + tag + "=…"));
        holds(heading, table(group));
    }

    static Stream<Arguments> metrics() {
        return Stream.of(
                        SourceMetrics.SOURCE,
                        SourceMetrics.DISCARDS,
                        SinkMetrics.SINK,
                        SinkMetrics.PARTITION,
                        SinkMetrics.DISCARDS,
                        SinkMetrics.ERRORS)
                .map(group -> Arguments.of(group.type(), group));
    }

    @Test
    void theWorkersOfDemoAndDockerHaveTheRebalanceDelayThatReadmeAdvises() throws IOException {
        String advice = "scheduled.rebalance.max.delay.ms=" + ConnectWorker.REBALANCE_DELAY_MS;
        assertThat(Files.readString(README)).contains("`" + advice + "`");
        assertThat(Files.readAllLines(Path.of("docker/worker.properties"))).contains(advice);
    }

    private static void holds(String heading, String table) throws IOException {
        String readme = Files.readString(README);
        assertThat(readme).contains(heading);
        int start = readme.indexOf(heading) + heading.length();
        int end = readme.indexOf("\n\n", start);
        if (Boolean.getBoolean("readme.write")) {
            Files.writeString(README, readme.substring(0, start) + table + readme.substring(end));
        }
        assertThat(Files.readString(README)).contains(heading + table + "\n\n");
    }

    static String table(ConfigDef settings) {
        return "| Setting | Default | Meaning |\n|---|---|---|\n"
                + settings.configKeys().values().stream()
                        .map(key -> "| `" + key.name + "` | " + defaultOf(key) + " | "
                                + key.documentation.replace("|", "\\|").replace("<", "&lt;") + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static String table(MetricGroup<?> group) {
        return "| Metric | Unit | Meaning |\n|---|---|---|\n"
                + group.metrics().stream()
                        .map(m -> "| `" + m.name() + "` | " + m.unit() + " | " + m.description() + " |")
                        .collect(Collectors.joining("\n"));
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        if (key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
            return "required";
        }
        String value = key.type == ConfigDef.Type.PASSWORD ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
        return value.isEmpty() ? "" : "`" + value + "`";
    }
}
