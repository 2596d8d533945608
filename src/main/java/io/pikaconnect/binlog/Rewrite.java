package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import java.util.List;

/** How one logged command is written for Redis (binlog-commands 11). */
interface Rewrite {

    /** The command needs no change (T-RAW). */
    Rewrite RAW = logged -> List.of(logged.command());

    /** The command changes no data (T-IGNORE). */
    Rewrite IGNORE = logged -> List.of();

    /**
     * Plain commands and named operations; none if there is nothing to do.
     *
     * @throws IllegalArgumentException if an argument is not what Pika would have logged; the message names it
     */
    List<Command> apply(LoggedCommand logged);
}
