package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records that the source did not write, on their way to the dead letter queue. Until Kafka has them, no later record of
 * their partition may be applied: the ledger would be past them, and after a crash they would never be reported.
 *
 * <p>The task's thread only.
 */
final class DeadLetters {

    private record Letter(SinkRecord record, Future<Void> written) {}

    private final Optional<ErrantRecordReporter> reporter;
    private final Map<TopicPartition, Queue<Letter>> underWay = new HashMap<>();

    /** @param reporter empty where Connect has none: nothing is reported then */
    DeadLetters(Optional<ErrantRecordReporter> reporter) {
        this.reporter = reporter;
    }

    /** @throws ConnectException {@code why}, if errors are not tolerated */
    void report(TopicPartition partition, SinkRecord record, ConnectException why) {
        if (reporter.isEmpty()) {
            throw why;
        }
        try {
            Letter letter = new Letter(record, reporter.get().report(record, why));
            underWay.computeIfAbsent(partition, p -> new ArrayDeque<>()).add(letter);
        } catch (ConnectException notTolerated) {
            throw why;
        }
    }

    /**
     * Whether Kafka has all that were reported of the partition.
     *
     * @throws ConnectException when it does not take one
     */
    boolean isClear(TopicPartition partition) {
        Queue<Letter> letters = underWay.isEmpty() ? null : underWay.get(partition);
        if (letters == null) {
            return true;
        }
        while (!letters.isEmpty() && letters.peek().written.isDone()) {
            Letter letter = letters.remove();
            try {
                letter.written.get();
            } catch (ExecutionException e) {
                throw TaskFailure.of(
                        ChangeRecord.describe(letter.record),
                        "A record that the source connector did not write could not be put into the dead letter queue: "
                                + e.getCause(),
                        "Make sure that errors.deadletterqueue.topic.name exists and the worker may write to it; the record is"
                                + " reported again when the task restarts.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException("interrupted", e);
            }
        }
        if (letters.isEmpty()) {
            underWay.remove(partition);
        }
        return letters.isEmpty();
    }

    boolean areUnderWay() {
        return !underWay.isEmpty();
    }

    void forget(TopicPartition partition) {
        underWay.remove(partition);
    }
}
