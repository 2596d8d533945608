package io.pikaconnect.tool;

import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** The references in a connector's configuration that a worker resolves, such as {@code ${file:/etc/secrets:redis}}. */
final class References {

    private References() {}

    /**
     * The configuration with what is referred to in place of the references to files and to the environment.
     *
     * @throws Failed if that is not on this machine
     */
    static Map<String, String> resolved(String connector, Map<String, String> config) {
        try (FileConfigProvider file = new FileConfigProvider();
                EnvVarConfigProvider environment = new EnvVarConfigProvider()) {
            file.configure(Map.of());
            environment.configure(Map.of());
            Map<String, String> resolved = new ConfigTransformer(Map.of("file", file, "env", environment))
                    .transform(config)
                    .data();
            resolved.forEach((setting, value) -> {
                if (setting.endsWith("password") && value.matches("\\$\\{[^}]*}")) {
                    throw new Failed(unknown(connector, setting, value));
                }
            });
            return resolved;
        } catch (ConfigException | IOException e) {
            throw new Failed("the configuration of " + connector + " refers to a file that is not readable here ("
                    + e.getMessage() + "): run this on the worker, or give the password with --pika-password-file,"
                    + " --redis-password-file, or in " + Passwords.PIKA + " and " + Passwords.REDIS);
        }
    }

    private static String unknown(String connector, String setting, String value) {
        return "what " + setting + " of " + connector + " refers to (" + value
                + ") is not known here: give the password" + " with --pika-password-file, --redis-password-file, or in "
                + Passwords.PIKA + " and " + Passwords.REDIS;
    }
}
