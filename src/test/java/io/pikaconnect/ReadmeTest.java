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

/**
 * README's tables of settings are what the connectors define. {@code mvn test -Dtest=ReadmeTest -Dreadme.write=true}
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

    private static String defaultOf(ConfigDef.ConfigKey key) {
        if (key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
            return "required";
        }
        String value = key.type == ConfigDef.Type.PASSWORD ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
        return value.isEmpty() ? "" : "`" + value + "`";
    }
}
