package io.pikaconnect.binlog;

import io.pikaconnect.change.Change;
import io.pikaconnect.change.Command;
import io.pikaconnect.change.LazyList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a logged command changes: turns the commands that its rewrite returns into changes. */
interface Scope {

    /** The key after its name, with all commands in one change. */
    Scope KEY = (logged, commands) -> List.of(new Change.OnKey(logged.key(), commands));

    /** The whole db. */
    Scope DATABASE = (logged, commands) -> List.of(new Change.OnDatabase(commands));

    /** Several independent keys: each command is a separate change. */
    Scope EACH_KEY = (logged, commands) -> LazyList.of(commands.size(), i -> onItsKey(commands.get(i)));

    /** Several keys that must be seen together: those of the first command; each command after it concerns one key. */
    static Scope keys(Function<LoggedCommand, List<byte[]>> keys) {
        return (logged, commands) -> {
            List<Change> changes = new ArrayList<>();
            changes.add(new Change.OnKeys(keys.apply(logged), commands.get(0)));
            commands.stream().skip(1).map(Scope::onItsKey).forEach(changes::add);
            return changes;
        };
    }

    /** @param commands one or more */
    List<Change> changes(LoggedCommand logged, List<Command> commands);

    private static Change onItsKey(Command command) {
        return new Change.OnKey(command.args().get(1), List.of(command));
    }
}
