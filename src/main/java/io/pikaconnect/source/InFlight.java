package io.pikaconnect.source;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.replication.BinlogOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What was handed to Connect and is not yet acknowledged by Kafka, in order.
 *
 * <p>Used by the task's thread and by the producer's, which tells what Kafka has; every method is synchronized.
 */
final class InFlight {

    private final Deque<Batch> batches = new ArrayDeque<>();
    private Optional<String> dropped = Optional.empty();

    /** Takes note of a batch that is about to be returned by {@code poll()}. */
    synchronized Batch add(int records, Optional<BinlogOffset> end) {
        Batch batch = new Batch(records, end, System.nanoTime());
        batches.add(batch);
        return batch;
    }

    /**
     * Kafka has one more record.
     *
     * @return the end of the last binlog item that Kafka has, with everything before it, if that moved
     */
    synchronized Optional<BinlogOffset> acknowledged(PikaSourceRecord record) {
        record.batch().acknowledgeOne();
        return advance();
    }

    /** The same for batches without records. */
    synchronized Optional<BinlogOffset> advance() {
        Optional<BinlogOffset> end = Optional.empty();
        while (!batches.isEmpty() && batches.peek().isAcknowledged()) {
            Optional<BinlogOffset> e = batches.poll().end();
            end = e.isPresent() ? e : end;
        }
        return end;
    }

    /** What is on its way belongs to a conversation that has ended; its acknowledgements concern nobody any more. */
    synchronized void forget() {
        batches.clear();
    }

    /** A record was left out on its way: it would be a hole in the topic. */
    synchronized void dropped(PikaSourceRecord record) {
        if (dropped.isEmpty()) {
            dropped =
                    Optional.of(record.headers().lastWithName(ChangeHeader.NAME).value() + " on " + record.topic() + "-"
                            + record.kafkaPartition());
        }
    }

    /**
     * @throws ConnectException once a record was left out by a transformation
     */
    synchronized void throwIfDropped() {
        if (dropped.isPresent()) {
            throw new ConnectException("Record " + dropped.get() + " was dropped by a transformation or by"
                    + " errors.tolerance before it reached Kafka: the topic would lack a change. Remove the"
                    + " transformation; the task goes on before this record when it is restarted");
        }
    }

    synchronized boolean isEmpty() {
        return batches.isEmpty();
    }

    /** How long the oldest batch has been waiting, in nanoseconds; 0 when nothing is. */
    synchronized long oldestNanos() {
        return batches.isEmpty() ? 0 : System.nanoTime() - batches.peek().handedOverNanos();
    }
}
