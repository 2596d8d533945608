package io.pikaconnect.source;

import io.pikaconnect.change.ChangeHeader;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What was handed to Connect and is not yet acknowledged by Kafka, in order.
 *
 * <p>Used by the task's thread and by the producer's, which reports what Kafka has; every method is synchronized.
 */
final class InFlight {

    /**
     * The records of one {@code poll()} on their way to Kafka. Guarded by its {@link InFlight}, once it is there.
     */
    static final class Batch {

        private long handedOverNanos;
        private Optional<BinlogPosition> end = Optional.empty();
        private int unacknowledged;
    }

    private final Consumer<BinlogPosition> acknowledgedUpTo;
    private final LongSupplier nanoTime;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private Optional<String> dropped = Optional.empty();

    /**
     * @param acknowledgedUpTo gets the end of the last binlog item that Kafka has, with everything before it, whenever that moved;
     *     under this object's lock, so never after {@link #forget} for what was forgotten
     * @param nanoTime as {@link System#nanoTime}
     */
    InFlight(Consumer<BinlogPosition> acknowledgedUpTo, LongSupplier nanoTime) {
        this.acknowledgedUpTo = acknowledgedUpTo;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes note of a batch that is about to be returned by {@code poll()}.
     *
     * @param end after the last item that is wholly in this batch or an earlier one; empty outside the binlog
     */
    synchronized void add(Batch batch, int records, Optional<BinlogPosition> end) {
        batch.unacknowledged = records;
        batch.end = end;
        batch.handedOverNanos = nanoTime.getAsLong();
        batches.add(batch);
    }

    /** Kafka has one more record. */
    synchronized void acknowledged(PikaSourceRecord record) {
        if (--record.batch().unacknowledged == 0) {
            advance();
        }
    }

    /** The same for batches without records. */
    synchronized void advance() {
        Optional<BinlogPosition> end = Optional.empty();
        while (!batches.isEmpty() && batches.peek().unacknowledged == 0) {
            Optional<BinlogPosition> e = batches.poll().end;
            end = e.isPresent() ? e : end;
        }
        if (dropped.isEmpty()) {
            end.ifPresent(acknowledgedUpTo);
        }
    }

    /** Forgets what is in flight: it belongs to a closed session and must not be acknowledged to the master. */
    synchronized void forget() {
        batches.clear();
    }

    /** A record was left out on its way: a hole in the topic. From now on the master gets no acknowledgement. */
    synchronized void dropped(PikaSourceRecord record) {
        if (dropped.isEmpty()) {
            dropped =
                    Optional.of(record.headers().lastWithName(ChangeHeader.NAME).value() + " on " + record.topic() + "-"
                            + record.kafkaPartition());
        }
        record.batch().unacknowledged--;
        advance();
    }

    /** The first record that was left out, if any: its header, topic and partition. */
    synchronized Optional<String> dropped() {
        return dropped;
    }

    synchronized boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Records that Kafka does not have yet. */
    synchronized long unacknowledged() {
        return batches.stream().mapToLong(batch -> batch.unacknowledged).sum();
    }

    /** How long the oldest batch has been waiting, in nanoseconds; 0 when nothing is. */
    synchronized long oldestNanos() {
        return batches.isEmpty() ? 0 : nanoTime.getAsLong() - batches.peek().handedOverNanos;
    }
}
