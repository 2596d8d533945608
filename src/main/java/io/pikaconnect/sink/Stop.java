package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** What ends a task: the first line says what is wrong, where, and what to do. */
final class Stop {

    private Stop() {}

    static ConnectException at(SinkRecord record, String cause, String remedy) {
        return of(ChangeRecord.where(record), cause, remedy);
    }

    static ConnectException of(Object where, String cause, String remedy) {
        return TaskFailure.of(where, cause, remedy);
    }
}
