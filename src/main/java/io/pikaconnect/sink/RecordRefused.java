package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** A record that cannot be right, so that the task has to stop; the message is the cause. */
final class RecordRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String remedy;

    /** @param remedy what to do about it, as a sentence */
    RecordRefused(String cause, String remedy) {
        this(cause, remedy, null);
    }

    RecordRefused(String cause, String remedy, Throwable why) {
        super(cause, why);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }

    ConnectException at(SinkRecord record) {
        return TaskFailure.of(ChangeRecord.describe(record), getMessage(), remedy);
    }
}
