package io.pikaconnect.tool;

import java.util.List;
import java.util.Optional;

/** The line of a trace that has what happened and what to do. */
final class FirstLine {

    private static final String CAUSE = "Caused by: ";
    private static final String OF_CONNECT = "org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask";

    private FirstLine() {}

    /** The line of what has failed, with its name; empty while nothing has. */
    static Optional<String> ofFailure(ConnectRest.Status status) {
        if (status.state().equals("FAILED")) {
            return Optional.of("connector " + status.name() + ": " + of(status.trace()));
        }
        return status.tasks().stream()
                .filter(task -> task.state().equals("FAILED"))
                .findFirst()
                .map(task -> "task " + task.id() + " of " + status.name() + ": " + of(task.trace()));
    }

    /** A sink's is after the line that Connect puts before it. */
    static String of(String trace) {
        List<String> lines = trace.lines().toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        String cause = first.startsWith(OF_CONNECT)
                ? lines.stream()
                        .filter(line -> line.startsWith(CAUSE))
                        .findFirst()
                        .orElse(first)
                : first;
        return cause.replaceFirst("^" + CAUSE, "").replaceFirst("^[\\w.$]+(Exception|Error|TaskFailure): ", "");
    }
}
