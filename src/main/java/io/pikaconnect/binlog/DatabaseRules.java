package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Selection;
import java.util.List;
import java.util.Locale;

/** Rules for commands on a whole db: T-FLUSH, T-PATDEL. */
final class DatabaseRules {

    private static final List<Command> FLUSH = List.of(Command.of("FLUSHDB"));

    private DatabaseRules() {}

    static List<Command> flushdb(LoggedCommand flush) {
        if (flush.size() == 1) {
            return FLUSH;
        }
        String type = type(flush, 1);
        return switch (flush.dialect().typedFlush()) {
            case ONE_TYPE -> List.of(Command.of(Operation.FLUSHTYPE, type));
            case NOTHING -> List.of();
            case WHOLE_DB -> FLUSH;
            case NEVER -> throw new IllegalArgumentException("this Pika logs no FLUSHDB of one type");
        };
    }

    /** Empties every db, but is logged in one binlog only: when the others were emptied is unknown (binlog-commands 12.9). */
    static List<Command> flushall(LoggedCommand flush) {
        flush.count("flushall.other.dbs");
        return FLUSH;
    }

    static List<Command> patternDelete(LoggedCommand delete) {
        return List.of(Command.of(
                Operation.PATTERNDEL,
                delete.arg(1),
                delete.dialect().hasOneKeySpace() ? "*" : type(delete, 2),
                delete.dialect().patternDeletes()));
    }

    private static String type(LoggedCommand logged, int i) {
        String type = logged.text(i).toLowerCase(Locale.ROOT);
        if (!Selection.TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "argument " + i + " '" + Escaped.text(logged.arg(i)) + "' is not a type");
        }
        return type;
    }
}
