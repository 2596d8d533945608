package io.pikaconnect.settings;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connectors of which this worker has started the connector or a task since the worker's start. Thread-safe.
 *
 * <p>Connect validates with a separate instance, which has neither offsets nor tasks; what is remembered here is all
 * that it can know without a query to Kafka.
 */
public final class Started {

    /** Names are unique within a connector class. */
    private record Name(Class<?> connector, String name) {}

    private static final Set<Name> NAMES = ConcurrentHashMap.newKeySet();

    private Started() {}

    public static void note(Class<?> connector, String name) {
        NAMES.add(new Name(connector, name));
    }

    public static boolean isNoted(Class<?> connector, String name) {
        return NAMES.contains(new Name(connector, name));
    }
}
