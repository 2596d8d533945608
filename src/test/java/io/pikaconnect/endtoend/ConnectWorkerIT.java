package io.pikaconnect.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.tool.ConnectRest;
import io.pikaconnect.tool.ConnectWorker;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged plugin in a real worker, before anything runs. */
class ConnectWorkerIT {

    private static final String SOURCE = "io.pikaconnect.source.PikaSourceConnector";
    private static final String SINK = "io.pikaconnect.sink.RedisSinkConnector";

    @Test
    void findsBothConnectorsByTheirServicesAndRefusesAConfigurationWithItsReasons() throws IOException {
        ConnectWorker.Options options = ConnectWorker.Options.of(
                SharedKafka.kafka().bootstrapServers(),
                "plugins",
                PluginArchive.plugins(),
                Workplace.folder("plugins"));
        try (ConnectWorker worker = ConnectWorker.start(options)) {
            ConnectRest rest = worker.rest();
            assertThat(rest.plugins())
                    .containsEntry(SOURCE, PluginArchive.version())
                    .containsEntry(SINK, PluginArchive.version());
            assertThat(rest.validate(Map.of("connector.class", SOURCE, "name", "s", "tasks.max", "1")))
                    .containsKeys("pika.address", "snapshot.dir", "topic.prefix");
            assertThat(rest.validate(Map.of("connector.class", SINK, "name", "s", "tasks.max", "1", "topics", "t.db0")))
                    .containsKeys("redis.address");
            assertThatThrownBy(() -> rest.deploy("s", Map.of("connector.class", SOURCE, "tasks.max", "1")))
                    .hasMessageContaining("pika.address")
                    .hasMessageContaining(worker.log().toString());
            assertThat(rest.connectors()).isEmpty();
        }
    }
}
