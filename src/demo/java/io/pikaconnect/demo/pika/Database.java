package io.pikaconnect.demo.pika;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.CommandTable.Logging;
import io.pikaconnect.demo.pika.CommandTable.Row;
import java.util.List;
import java.util.Optional;

/** One db that executes commands and returns what a master logs of them. For one thread at a time. */
public final class Database {

    private static final CommandTable COMMANDS = new CommandTable();
    private static final int SWEEP_EVERY = 50_000;

    private final Store store;
    private int executed;

    /**
     * What a command did.
     *
     * @param logged what the master logs, in order
     */
    public record Done(Reply reply, List<Command> logged) {}

    public Database(PikaRelease release) {
        this.store = new Store(release);
    }

    public Store store() {
        return store;
    }

    /** Executes a command at a moment; empty if there is no such command. */
    public Optional<Done> execute(Command command, long nowMs) {
        return COMMANDS.row(command.name()).map(row -> execute(row, command, nowMs));
    }

    private Done execute(Row row, Command command, long nowMs) {
        if (!row.fits(command.size())) {
            return new Done(Reply.error("wrong number of arguments for '" + command.name() + "' command"), List.of());
        }
        store.at(nowMs);
        if (++executed % SWEEP_EVERY == 0) {
            store.sweep();
        }
        Call call = new Call(command, store);
        try {
            Reply reply = row.handler().run(call);
            if (row.logging() == Logging.RAW) {
                call.logRaw();
            }
            return new Done(reply, call.logged());
        } catch (Failed e) {
            return new Done(e.reply(), call.logged());
        }
    }
}
