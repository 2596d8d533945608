package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import java.util.List;

/** Rules for lists: T-POPN. */
final class ListRules {

    private ListRules() {}

    /** A count of 0 pops nothing. */
    static List<Command> pop(LoggedCommand pop) {
        return pop.size() == 3 && pop.number(2) == 0 ? List.of() : Rewrite.RAW.apply(pop);
    }
}
