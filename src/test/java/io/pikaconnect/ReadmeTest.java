package io.pikaconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.sink.RedisSinkConnector;
import io.pikaconnect.source.PikaSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** README's tables of settings are what the connectors define; what should stand there is in the failure's message. */
class ReadmeTest {

    @Test
    void readmeListsTheSourcesSettings() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains(table(new PikaSourceConnector().config()));
    }

    @Test
    void readmeListsTheSinksSettings() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains(table(new RedisSinkConnector().config()));
    }

    static String table(ConfigDef settings) {
        return "| Setting | Default | Meaning |\n|---|---|---|\n"
                + settings.configKeys().values().stream()
                        .map(key -> "| `" + key.name + "` | " + defaultOf(key) + " | "
                                + key.documentation.replace("|", "\\|").replace("<", "&lt;") + " |")
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
