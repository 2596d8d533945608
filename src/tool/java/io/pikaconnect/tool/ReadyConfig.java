package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The ready configurations of the connectors, in their JSON form for REST. */
public final class ReadyConfig {

    private ReadyConfig() {}

    /** The options in a file of {@code config/}, to be changed. */
    public static Map<String, String> of(String connector) throws IOException {
        return in(Path.of("config"), connector);
    }

    /** The same in another folder. */
    public static Map<String, String> in(Path folder, String connector) throws IOException {
        Map<String, String> options = new TreeMap<>();
        new ObjectMapper()
                .readTree(folder.resolve(connector + ".json").toFile())
                .path("config")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return options;
    }
}
