package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.ConnectWorker;
import io.pikaconnect.demo.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The stage of the end-to-end tests, with a source connector that Connect itself brings. */
class ConnectWorkerIT {

    private static final Map<String, String> COUNTER = Map.of(
            "connector.class", "org.apache.kafka.connect.tools.VerifiableSourceConnector",
            "topic", "counted",
            "throughput", "200",
            "tasks.max", "1");

    @Test
    void aKilledWorkersConnectorGoesOnInTheNextOne() throws Exception {
        Path directory = Workplace.folder("worker");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
            kafka.createTopic("counted", 2);
            ConnectWorker.Options options = ConnectWorker.Options.of(
                    kafka.bootstrapServers(), "killed", PluginArchive.plugins(), directory.resolve("connect"));
            ConnectWorker first = ConnectWorker.start(options);
            first.rest().deployAndAwait("counter", COUNTER, 1, Duration.ofSeconds(30));
            first.rest()
                    .await(
                            "records",
                            Duration.ofSeconds(30),
                            List.of("counter"),
                            () -> kafka.offsetsUsed("counted") > 100);
            first.kill();
            long sent = kafka.offsetsUsed("counted");
            try (ConnectWorker second = ConnectWorker.start(options)) {
                second.rest()
                        .await(
                                "more records",
                                Duration.ofSeconds(30),
                                List.of("counter"),
                                () -> kafka.offsetsUsed("counted") > sent + 100);
                assertThat(second.rest().connectors()).containsExactly("counter");
            }
        }
    }

    @Test
    void aFailedTaskAndARefusedConfigurationShowTheirReasons() throws Exception {
        Path directory = Workplace.folder("worker");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
                ConnectWorker worker = ConnectWorker.start(ConnectWorker.Options.of(
                                kafka.bootstrapServers(), "failing", PluginArchive.plugins(), directory)
                        .withExactlyOnce(false))) {
            assertThatThrownBy(() -> worker.rest()
                            .deploy("counter", Map.of("connector.class", "no.such.Connector", "tasks.max", "1")))
                    .hasMessageContaining("no.such.Connector")
                    .hasMessageContaining(worker.log().toString());
            assertThatThrownBy(() -> worker.rest()
                            .deployAndAwait(
                                    "mock",
                                    Map.of(
                                            "connector.class", "org.apache.kafka.connect.tools.MockSourceConnector",
                                            "mock_mode", "task-failure",
                                            "delay_ms", "10",
                                            "tasks.max", "1"),
                                    2,
                                    Duration.ofSeconds(30)))
                    .hasMessageContaining("task mock-0 failed")
                    .hasMessageContaining("RuntimeException");
        }
    }
}
