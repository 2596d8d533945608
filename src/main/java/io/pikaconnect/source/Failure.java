package io.pikaconnect.source;

import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/** What ends a source task: the first line of its status in Connect says what is wrong, where, and what to do. */
final class Failure {

    private Failure() {}

    /** @param at how far the task was, if it had begun */
    static ConnectException of(PikaSourceConfig config, Optional<SourceOffset> at, Exception cause) {
        if (cause instanceof ConnectException e) {
            return e;
        }
        String where = config.name() + " " + config.database() + " of "
                + config.getString(PikaSourceConfig.PIKA_ADDRESS)
                + at.map(o -> ", behind " + o.resume()).orElse("");
        return new ConnectException(oneLine(message(config, where, cause)), cause);
    }

    private static String message(PikaSourceConfig config, String where, Exception cause) {
        if (cause instanceof ReplicationException) {
            return cause.getMessage(); // names the master, too
        }
        if (cause instanceof SnapshotException || cause instanceof UntranslatableException) {
            return where + ": " + cause.getMessage();
        }
        if (cause instanceof UncheckedIOException e) {
            return message(config, where, e.getCause());
        }
        if (cause instanceof FileSystemException) {
            return where + ": a file of the dump cannot be used: " + cause + ". See that snapshot.dir "
                    + config.snapshotDir() + " is there, has room and belongs to the worker, and restart the task";
        }
        if (cause instanceof IOException) {
            return where + ": " + cause.getMessage();
        }
        return where + ": unexpected failure: " + cause + ". The worker's log tells more; restart the task, it goes on"
                + " where it was, and report the failure if it comes again";
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ");
    }
}
