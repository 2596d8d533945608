package io.pikaconnect.sink;

import org.apache.kafka.connect.errors.ConnectException;

/** What has been wrong with the topic for too long, and what to do about it. */
record TopicProblem(String cause, String remedy) {

    /** @param writtenBy which epoch is of whom, empty where that is not known */
    ConnectException at(String place, String writtenBy) {
        return Stop.of(place, writtenBy.isEmpty() ? cause : cause + " (" + writtenBy + ")", remedy);
    }
}
