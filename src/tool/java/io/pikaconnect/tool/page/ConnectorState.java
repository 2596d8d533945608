package io.pikaconnect.tool.page;

import java.util.List;
import java.util.Optional;

/**
 * A connector as Connect reports it.
 *
 * @param state RUNNING, PAUSED, STOPPED, FAILED or UNASSIGNED
 * @param failure the line with cause and remedy, of a connector that has failed itself
 */
public record ConnectorState(String name, String state, Optional<String> failure, List<Task> tasks) {

    private static final String RUNNING = "RUNNING";

    /**
     * One of its tasks.
     *
     * @param worker on which it runs
     * @param failure the line with cause and remedy, if it has failed
     */
    public record Task(int id, String state, String worker, Optional<String> failure) {}

    public ConnectorState {
        tasks = List.copyOf(tasks);
    }

    boolean runs() {
        return state.equals(RUNNING)
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> task.state().equals(RUNNING));
    }

    boolean isStopped() {
        return state.equals("STOPPED") && tasks.isEmpty();
    }

    /** Such as {@code redis-sink is RUNNING, its tasks are FAILED}. */
    String words() {
        return name + " is " + state
                + (tasks.isEmpty()
                        ? " and has no task"
                        : ", its tasks are "
                                + String.join(
                                        ", ",
                                        tasks.stream()
                                                .map(Task::state)
                                                .distinct()
                                                .toList()));
    }
}
