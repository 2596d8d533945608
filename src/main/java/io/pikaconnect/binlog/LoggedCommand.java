package io.pikaconnect.binlog;

import io.pikaconnect.change.Command;
import io.pikaconnect.metrics.DiscardCounts;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.BinlogItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of the binlog, with everything that its rule may need. */
record LoggedCommand(Command command, BinlogItem item, BinlogDialect dialect, DiscardCounts discards) {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedCommand.class);

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
     * @throws IllegalArgumentException if it is not one
     */
    long number(int i) {
        try {
            return Long.parseLong(text(i));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("argument " + i + " (" + arg(i).length + " bytes) is not an integer");
        }
    }

    /** When the master executed it, in Unix seconds. */
    long second() {
        return item.execTimeSeconds();
    }

    void count(String reason) {
        discards.count(reason, this::toString);
        logValues(reason);
    }

    /** Counts what is left out on purpose, which nobody needs to look at one by one. */
    void countOnly(String reason) {
        discards.count(reason);
    }

    /** Logs at DEBUG what {@link #toString} leaves out. */
    void logValues(String why) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}: {}, binlog item ending at {}", why, command.values(), item.end());
        }
    }

    /** The command without its data, and its position. */
    @Override
    public String toString() {
        return command + ", binlog item ending at " + item.end();
    }
}
