package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import org.apache.kafka.connect.errors.ConnectException;

/** What has been wrong with the topic for too long, and the remedy. */
record TopicProblem(String cause, String remedy) {

    /** @param epochWriters which epoch is of whom, empty if that is not known */
    ConnectException at(String place, String epochWriters) {
        return TaskFailure.of(place, epochWriters.isEmpty() ? cause : cause + " (" + epochWriters + ")", remedy);
    }
}
