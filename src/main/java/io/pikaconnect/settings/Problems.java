package io.pikaconnect.settings;

import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** The problems of a configuration, each at the setting that has to be changed. */
public final class Problems {

    private final Config config;

    /** @param config where Connect looks for errors; problems are added to it */
    public Problems(Config config) {
        this.config = config;
    }

    /** Adds a problem to a setting, which may be one of Connect's, or one that does not exist. */
    public void add(String setting, String problem) {
        ConfigValue value = config.configValues().stream()
                .filter(v -> v.name().equals(setting))
                .findFirst()
                .orElseGet(() -> {
                    ConfigValue another = new ConfigValue(setting);
                    config.configValues().add(another);
                    return another;
                });
        value.addErrorMessage(problem);
    }

    /** Whether there is no problem so far. */
    public boolean isEmpty() {
        return config.configValues().stream().allMatch(v -> v.errorMessages().isEmpty());
    }
}
