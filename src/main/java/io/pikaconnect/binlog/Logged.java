package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Tally;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import java.util.stream.Collectors;

/** One command of the binlog, with everything its rule may need to know. */
record Logged(Command command, BinlogItem item, BinlogDialect group, Tally tally) {

    private static final int ARGS_SHOWN = 8;

    byte[] key() {
        return command.args().get(1);
    }

    byte[] arg(int i) {
        return command.args().get(i);
    }

    String text(int i) {
        return command.text(i);
    }

    int size() {
        return command.size();
    }

    /**
     * Argument {@code i} as an integer.
     *
     * @throws IllegalArgumentException when it is none
     */
    long number(int i) {
        try {
            return Long.parseLong(text(i));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("argument " + i + " '" + Escaped.text(arg(i)) + "' is no integer", e);
        }
    }

    /** When the master executed it, in Unix seconds. */
    long second() {
        return item.execTimeSeconds();
    }

    void count(String reason) {
        tally.count(reason, toString());
    }

    /** The command as far as a log line holds it, and where it stands. */
    @Override
    public String toString() {
        String shown =
                command.args().stream().limit(ARGS_SHOWN).map(Escaped::text).collect(Collectors.joining(" "));
        String rest = command.size() > ARGS_SHOWN ? " …(" + command.size() + " arguments)" : "";
        return shown + rest + ", binlog item ending at " + item.end();
    }
}
