package io.pikaconnect.source;

import io.pikaconnect.demo.StandInMaster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a source of a test is set up with: name, master, folder of dumps, the topic {@code t.…}, and what it adds. */
public final class TaskSettings {

    private TaskSettings() {}

    /** @param more settings and their values in turn */
    public static Map<String, String> of(String name, StandInMaster master, Path snapshots, String... more) {
        return of(name, "127.0.0.1:" + master.port(), snapshots, more);
    }

    static Map<String, String> of(String name, String address, Path snapshots, String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("name", name);
        settings.put("pika.address", address);
        settings.put("snapshot.dir", snapshots.toString());
        settings.put("topic.prefix", "t");
        return with(settings, more);
    }

    /** Adds to the settings, or changes them. */
    static Map<String, String> with(Map<String, String> settings, String... more) {
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }
}
