package io.pikaconnect.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many tasks Connect may start: each database needs one of its own.
 *
 * @param most empty where the setting is not a number, which Connect itself refuses
 */
record TaskLimit(OptionalInt most) {

    static final String TASKS_MAX = "tasks.max";

    static TaskLimit of(Map<String, String> settings) {
        String most = settings.getOrDefault(TASKS_MAX, "1").strip();
        return new TaskLimit(most.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(most)) : OptionalInt.empty());
    }

    /** Why these databases cannot be replicated, if they cannot. */
    Optional<String> problem(List<String> databases) {
        return most.isEmpty() || databases.size() <= most.getAsInt()
                ? Optional.empty()
                : Optional.of("each db needs a task of its own: " + TASKS_MAX + " must be at least " + databases.size()
                        + " for " + databases + ", but is " + most.getAsInt());
    }
}
