package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.demo.ConnectWorker;
import io.pikaconnect.demo.EmbeddedKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The stage of the end-to-end tests, with source connectors that Connect itself brings. */
class ConnectWorkerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> COUNTER = List.of("counter");

    private final EmbeddedKafka kafka = SharedKafka.kafka();

    @Test
    void findsBothConnectorsInThePluginsFolderByTheirServices() throws IOException {
        ConnectWorker.Options options = ConnectWorker.Options.of(
                kafka.bootstrapServers(), "plugins", PluginArchive.plugins(), Workplace.folder("plugins"));
        try (ConnectWorker worker = ConnectWorker.start(options)) {
            assertThat(worker.rest().plugins())
                    .containsEntry("io.pikaconnect.source.PikaSourceConnector", PluginArchive.version())
                    .containsEntry("io.pikaconnect.sink.RedisSinkConnector", PluginArchive.version());
        }
    }

    @Test
    void aKilledWorkersConnectorGoesOnInTheNextOne() throws IOException {
        kafka.createTopic("counted", 2);
        ConnectWorker.Options options = options("killed").withExactlyOnce(true);
        long sent;
        try (ConnectWorker first = ConnectWorker.start(options)) {
            first.rest()
                    .deployAndAwait(
                            "counter",
                            Map.of(
                                    "connector.class", "org.apache.kafka.connect.tools.VerifiableSourceConnector",
                                    "topic", "counted",
                                    "throughput", "200",
                                    "tasks.max", "1"),
                            1,
                            LIMIT);
            first.rest().await("records", LIMIT, COUNTER, () -> kafka.offsetsUsed("counted") > 100);
            first.kill();
            sent = kafka.offsetsUsed("counted");
        }
        try (ConnectWorker second = ConnectWorker.start(options)) {
            second.rest().await("more records", LIMIT, COUNTER, () -> kafka.offsetsUsed("counted") > sent + 100);
            assertThat(second.rest().connectors()).isEqualTo(COUNTER);
        }
    }

    @Test
    void aRefusedConfigurationAndAFailedTaskShowTheirReasons() throws IOException {
        try (ConnectWorker worker = ConnectWorker.start(options("failing").withExactlyOnce(false))) {
            assertThatThrownBy(() -> worker.rest()
                            .deploy("counter", Map.of("connector.class", "no.such.Connector", "tasks.max", "1")))
                    .hasMessageContaining("no.such.Connector")
                    .hasMessageContaining(worker.log().toString());
            Map<String, String> failing = Map.of(
                    "connector.class", "org.apache.kafka.connect.tools.MockSourceConnector",
                    "mock_mode", "task-failure",
                    "delay_ms", "10",
                    "tasks.max", "1");
            assertThatThrownBy(() -> worker.rest().deployAndAwait("mock", failing, 2, LIMIT))
                    .hasMessageContaining("task mock-0 failed")
                    .hasMessageContaining("RuntimeException");
        }
    }

    /** A worker that also looks for the connectors which Connect brings without naming them as services. */
    private ConnectWorker.Options options(String group) throws IOException {
        return ConnectWorker.Options.of(
                        kafka.bootstrapServers(), group, PluginArchive.plugins(), Workplace.folder(group))
                .withOverrides(Map.of("plugin.discovery", "HYBRID_WARN"));
    }
}
