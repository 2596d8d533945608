package io.pikaconnect.tool.page;

import java.util.List;

/** The phases of one db, in their order. */
record DbProgress(String db, List<Phase> phases) {

    DbProgress {
        phases = List.copyOf(phases);
    }

    /** The first that is in progress; the last one if none is. */
    Phase current() {
        return phases.stream().filter(Phase::isActive).findFirst().orElse(phases.get(phases.size() - 1));
    }
}
