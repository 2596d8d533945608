package io.pikaconnect.settings;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which connectors this worker has started, or a task of, since it runs. From any thread.
 *
 * <p>Connect validates with an instance made for that, which has neither offsets nor tasks; what is remembered here is all
 * that it can know without asking Kafka.
 */
public final class Started {

    /** Each connector's class has its own names. */
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
