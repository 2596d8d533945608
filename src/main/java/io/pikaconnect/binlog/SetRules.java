package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import io.pikaconnect.change.Operation;
import io.pikaconnect.change.Resp;
import java.util.List;

/** Rules for sets: T-SPOP, and members that an SREM names twice. */
final class SetRules {

    private SetRules() {}

    /** Seen on 3.2.0 to 4.0.1: a member that is named twice is taken off the set's count twice, as Redis would not do. */
    static List<Command> srem(LoggedCommand srem) {
        DistinctMembers distinct = DistinctMembers.of(srem.command().args(), 2, 1);
        if (distinct.members() == srem.size() - 2) {
            return Rewrite.RAW.apply(srem);
        }
        srem.count("srem.repeated");
        return List.of(new Command(LazyList.of(2 + 2 * distinct.members(), i -> {
            if (i < 2) {
                return i == 0 ? Resp.bytes(Operation.SREM) : srem.key();
            }
            int member = (i - 2) / 2;
            return i % 2 == 0
                    ? srem.arg(distinct.first()[member])
                    : Resp.bytes(Integer.toString(distinct.times()[member]));
        })));
    }

    /** Up to 3.4 one member, later a number of them; by the second in which the master popped. */
    static List<Command> spop(LoggedCommand spop) {
        if (spop.dialect().logsSeveralKeys()) {
            return List.of(Command.of(Operation.SPOP, spop.key(), spop.second()));
        }
        long count = spop.size() == 3 ? spop.number(2) : 1;
        return count <= 0 ? List.of() : List.of(Command.of(Operation.SPOP, spop.key(), spop.second(), count));
    }
}
