package io.pikaconnect.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Settings of a connector in a file: properties, or JSON as those of {@code config/} have it. Names of files in it are
 * relative to it.
 */
final class SettingsFile {

    private SettingsFile() {}

    /** @throws Failed if it cannot be read */
    static Map<String, String> read(Path file) {
        Map<String, String> settings = new TreeMap<>();
        try (Reader reader = Files.newBufferedReader(file)) {
            if (file.toString().endsWith(".json")) {
                JsonNode json = new ObjectMapper().readTree(reader);
                (json.has("config") ? json.path("config") : json)
                        .properties()
                        .forEach(option ->
                                settings.put(option.getKey(), option.getValue().asText()));
            } else {
                Properties properties = new Properties();
                properties.load(reader);
                properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Failed("the settings file " + file + " cannot be read (" + e.getMessage()
                    + "): give a file with lines name=value, or JSON as in config/");
        }
        settings.remove("name");
        settings.replaceAll((name, value) -> name.endsWith(".location") && !value.isBlank()
                ? file.toAbsolutePath().resolveSibling(value.strip()).toString()
                : value);
        return settings;
    }
}
