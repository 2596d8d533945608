package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.pika.HyperLogLog;
import java.util.List;

/** Rules for HyperLogLogs: T-HLL. */
final class HyperLogLogRules {

    private HyperLogLogRules() {}

    /** Pika writes the whole value again, without a deadline, and empties it where no element is named. */
    static List<Command> pfadd(LoggedCommand pfadd) {
        return pfadd.size() == 2
                ? List.of(Command.of("DEL", pfadd.key()), pfadd.command())
                : List.of(pfadd.command(), Command.of("PERSIST", pfadd.key()));
    }

    /** Whether a SET is what a PFMERGE is logged as from 3.5 on. */
    static boolean isMerged(LoggedCommand set) {
        return !set.dialect().logsSeveralKeys() && HyperLogLog.looksLikeOne(set.arg(2));
    }
}
