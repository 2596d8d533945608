package io.pikaconnect.endtoend;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pikaconnect.tool.ReadyConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The configurations that come with the plugin, as its archive has them. */
final class ReadyConfiguration {

    private ReadyConfiguration() {}

    /** The {@code config} of the JSON form for REST, such as {@code pika-source}. */
    static Map<String, String> json(String name) throws IOException {
        return ReadyConfig.in(etc(), name);
    }

    /** The connector's name in the JSON form. */
    static String nameInJson(String name) throws IOException {
        return new ObjectMapper()
                .readTree(etc().resolve(name + ".json").toFile())
                .path("name")
                .asText();
    }

    /** The properties form for a standalone worker, the name included. */
    static Map<String, String> properties(String name) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(etc().resolve(name + ".properties"))) {
            properties.load(reader);
        }
        Map<String, String> options = new TreeMap<>();
        properties.forEach((key, value) -> options.put(key.toString(), value.toString()));
        return options;
    }

    private static Path etc() {
        return PluginArchive.plugins()
                .resolve("pikaconnect-kafka-connect-pika-" + PluginArchive.version())
                .resolve("etc");
    }
}
