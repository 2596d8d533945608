package io.pikaconnect.endtoend;

import java.nio.file.Path;

/** Where the build left the plugin: the Confluent Hub archive, and the same unpacked as a worker's plugin.path. */
final class PluginArchive {

    private PluginArchive() {}

    /** The zip. */
    static Path zip() {
        return Path.of(property("hub.archive"));
    }

    /** The folder that holds the plugin's folder. */
    static Path plugins() {
        return Path.of(property("hub.plugins"));
    }

    static String version() {
        return property("hub.version");
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("no system property " + name
                    + ": these tests run on the packaged plugin, by `mvn verify` (one of them: -Dit.test=NAME)");
        }
        return value;
    }
}
