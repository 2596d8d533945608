package io.pikaconnect.tool;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisException;

/** Which dbs a source replicates at this moment. */
final class Databases {

    private static final String SETTING = "pika.databases";
    private static final String FIRST_DB = "db0";
    private static final String ALL = "*";

    private Databases() {}

    /**
     * Those that the source's configuration or one of its tasks names, and those of which it has stored a place. It stores
     * the first place of a db when the dump is pulled, which may be hours after its task has started.
     *
     * @param pika asked only where the source replicates all its dbs and has no tasks, as when it is stopped
     */
    static List<String> of(ConnectRest rest, String source, Endpoint pika) {
        Set<String> databases =
                new TreeSet<>(SourcePlace.all(rest.offsets(source)).keySet());
        List<Map<String, String>> tasks = rest.taskConfigs(source);
        tasks.forEach(task -> databases.addAll(named(source, task)));
        Set<String> wanted = named(source, rest.config(source).orElse(Map.of()));
        if (wanted.contains(ALL) && tasks.isEmpty()) {
            databases.addAll(allOf(pika));
        }
        databases.addAll(wanted);
        databases.remove(ALL);
        return databases.isEmpty() ? List.of(FIRST_DB) : List.copyOf(databases);
    }

    private static Set<String> named(String source, Map<String, String> config) {
        String names = References.resolved(source, Map.of(SETTING, config.getOrDefault(SETTING, FIRST_DB)))
                .get(SETTING);
        Set<String> named = new TreeSet<>();
        Stream.of(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(named::add);
        return named;
    }

    private static Collection<String> allOf(Endpoint pika) {
        try (MasterPort master = new MasterPort(pika)) {
            return master.databases();
        } catch (JedisException e) {
            return List.of(); // after a cut-over it may be gone
        }
    }
}
