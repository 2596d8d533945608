package io.pikaconnect;

import java.io.IOException;
import java.util.Map;

/**
 * Something that users get wrong in a configuration.
 *
 * @param what in words
 * @param making makes it
 * @param setting that has to be changed
 * @param words of the answer
 */
record Mistake(String what, Making making, String setting, String words) {

    /** The settings are right but for the mistake. */
    interface Making {
        void make(MistakenServers servers, Map<String, String> settings) throws IOException;
    }

    /** One of both connectors. */
    static final Mistake NO_KAFKA = new Mistake(
            "a Kafka that is not there",
            set(
                    "kafka.bootstrap.servers",
                    "127.0.0.1:1",
                    "kafka.default.api.timeout.ms",
                    "1000",
                    "kafka.request.timeout.ms",
                    "1000"),
            "kafka.bootstrap.servers",
            "could not be checked");

    static Making set(String... settings) {
        return (servers, all) -> {
            for (int i = 0; i < settings.length; i += 2) {
                all.put(settings[i], settings[i + 1]);
            }
        };
    }

    static Making without(String setting) {
        return (servers, all) -> all.remove(setting);
    }

    @Override
    public String toString() {
        return what;
    }
}
