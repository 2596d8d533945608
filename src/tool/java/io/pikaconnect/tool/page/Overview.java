package io.pikaconnect.tool.page;

import java.time.Instant;
import java.util.List;

/**
 * What the page shows.
 *
 * @param at when it was looked
 * @param metricsKnown whether there are metrics of tasks, from which discards and remaining times are
 */
record Overview(
        Instant at,
        Ends ends,
        Verdict verdict,
        Point now,
        List<DbProgress> databases,
        List<Check> checklist,
        List<TaskState> tasks,
        List<Discard> discards,
        Filtered filtered,
        boolean metricsKnown) {

    Overview {
        databases = List.copyOf(databases);
        checklist = List.copyOf(checklist);
        tasks = List.copyOf(tasks);
        discards = List.copyOf(discards);
    }

    /** The same with another verdict. */
    Overview with(Verdict other) {
        return new Overview(at, ends, other, now, databases, checklist, tasks, discards, filtered, metricsKnown);
    }
}
