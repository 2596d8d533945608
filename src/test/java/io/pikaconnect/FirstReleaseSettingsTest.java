package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pikaconnect.content.ReleasedTopic;
import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configurations of release 0.1.0, with each of its settings at the default that it had. */
class FirstReleaseSettingsTest {

    private static final Path FOLDER = ReleasedTopic.folder("0.1.0");

    @TempDir
    private Path snapshots;

    @Test
    void itsConfigurationsAreAccepted() throws IOException {
        accepts(new PikaSourceConnector(), "pika-source");
        accepts(new RedisSinkConnector(), "redis-sink");
    }

    private void accepts(Connector connector, String name) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve(name + ".txt"))) {
            String[] setting = line.split(" = ", 2);
            settings.put(setting[0], setting[1]);
        }
        new JsonMapper()
                .readTree(FOLDER.resolve(name + ".json").toFile())
                .path("config")
                .forEachEntry((setting, value) -> settings.put(setting, value.asText()));
        settings.put("name", name);
        settings.replace("snapshot.dir", snapshots.toString());
        settings.put("validate.connect", "false");
        assertThat(connector.validate(settings).configValues())
                .allSatisfy(value ->
                        assertThat(value.errorMessages()).as(value.name()).isEmpty());
        if (connector instanceof RedisSinkConnector) {
            assertThat(settings).containsEntry("expiry.horizon.ms", "86400000");
        }
    }
}
