package io.pikaconnect.settings;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** One of a few words; Connect's REST API shows them as recommended values. */
public record Choice(List<Object> words) implements ConfigDef.Validator, ConfigDef.Recommender {

    public static Choice of(String... words) {
        return new Choice(List.of((Object[]) words));
    }

    @Override
    public void ensureValid(String name, Object value) {
        if (!words.contains(value)) {
            throw new ConfigException(name, value, "must be one of " + this);
        }
    }

    @Override
    public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
        return words;
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsedConfig) {
        return true;
    }

    @Override
    public String toString() {
        return String.join(", ", words.stream().map(String::valueOf).toList());
    }
}
