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
