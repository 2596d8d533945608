package io.pikaconnect.source;

import io.pikaconnect.binlog.UntranslatableException;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Makes a {@link TaskFailure} of whatever ended a source task. */
final class SourceFailure {

    private SourceFailure() {}

    /** @param at how far the task was, if it had begun */
    static TaskFailure of(PikaSourceConfig config, Optional<SourceOffset> at, Throwable cause) {
        Optional<String> position =
                at.map(o -> "after " + o.resume() + " of epoch " + o.epoch().number());
        String where = config.name() + " " + config.database() + " of "
                + config.getString(PikaSourceConfig.PIKA_ADDRESS)
                + position.map(p -> ", " + p).orElse("");
        if (cause instanceof ReplicationException) {
            // It names the master.
            return TaskFailure.of(
                    cause.getMessage() + position.map(p -> " (" + p + ")").orElse(""), cause);
        }
        if ((cause instanceof UncheckedIOException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            return of(config, at, cause.getCause());
        }
        if (cause instanceof FileSystemException) {
            return TaskFailure.of(
                    where,
                    "a file of the dump cannot be used: " + cause,
                    "See that snapshot.dir " + config.snapshotDir()
                            + " exists, has room and belongs to the worker's user, and restart the task",
                    cause);
        }
        return saysWhatToDo(cause)
                ? TaskFailure.of(where + ": " + cause.getMessage(), cause)
                : TaskFailure.unexpected(where, cause);
    }

    private static boolean saysWhatToDo(Throwable cause) {
        boolean unexpected = cause.getCause() instanceof RuntimeException || cause.getCause() instanceof Error;
        return cause instanceof UntranslatableException
                || cause instanceof SnapshotException && !unexpected
                || cause instanceof IOException && !unexpected;
    }
}
