package io.pikaconnect.sink;

import io.pikaconnect.metrics.Rate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** A sink task as a whole, for metrics and log. Any thread may ask. */
final class SinkStatus {

    private final SinkCounters counters;
    private final CatchUpTracker tracker;
    private final ClockDifference clockDifference;
    private final Map<TopicPartition, SinkPartition> partitions;
    private final List<Sender> senders;

    /** The task's thread only. */
    private final Rate records = new Rate();

    /** @param partitions of the task, as they change */
    SinkStatus(
            SinkCounters counters,
            CatchUpTracker tracker,
            ClockDifference clockDifference,
            Map<TopicPartition, SinkPartition> partitions,
            List<Sender> senders) {
        this.counters = counters;
        this.tracker = tracker;
        this.clockDifference = clockDifference;
        this.partitions = partitions;
        this.senders = senders;
    }

    SinkCounters counters() {
        return counters;
    }

    long partitions() {
        return partitions.size();
    }

    /** Whether every connection that is needed exists. */
    boolean isConnected() {
        return senders.stream().allMatch(Sender::isConnected);
    }

    /** Partitions that are fresh, of those that the source writes to. */
    long freshPartitions() {
        return partitions.keySet().stream()
                .filter(tracker::isParticipant)
                .filter(tracker::isFresh)
                .count();
    }

    /** By the last readings of the status, as long as they hold. */
    boolean isReady() {
        return isConnected() && tracker.isReady();
    }

    private Stream<DatabaseStatus> statuses() {
        return tracker.topics().stream().flatMap(t -> tracker.status(t).stream());
    }

    boolean isStale() {
        return statuses().anyMatch(DatabaseStatus::stale);
    }

    /** How deadlines are stored in its databases; {@code -} while that was not read. */
    String deadlines() {
        String all = statuses().map(s -> s.deadlines().toString()).distinct().collect(Collectors.joining(", "));
        return all.isEmpty() ? "-" : all;
    }

    /** Redis' clock less the source's, ms; of the topic with the largest difference. */
    long clockDifferenceMs() {
        return tracker.topics().stream()
                .map(clockDifference::ms)
                .max(Comparator.comparingLong(Math::abs))
                .orElse(0L);
    }

    /** Of the partition that lags most; -1 if it is unknown for any of them, or there is none. */
    long lagMs() {
        long most = -1;
        for (TopicPartition p : partitions.keySet()) {
            if (!tracker.isParticipant(p)) {
                continue;
            }
            long lag = tracker.lagMs(p);
            if (lag < 0) {
                return lag;
            }
            most = Math.max(most, lag);
        }
        return most;
    }

    long bufferedBytes() {
        return partitions.values().stream().mapToLong(SinkPartition::bytes).sum();
    }

    long partitionsAtBarriers() {
        return partitions.values().stream().filter(p -> p.atBarrierNanos() > 0).count();
    }

    /** For the log: the state, and the speed since the last line. */
    String logLine() {
        return records.perSecond(counters.sum(SinkCounter.RECORDS)) + " records/s, lag " + lagMs() + " ms, "
                + freshPartitions()
                + " of " + partitions() + " partitions fresh, deadlines " + deadlines() + (isReady() ? ", ready" : "")
                + (isStale() ? ", stale" : "")
                + (partitionsAtBarriers() > 0 ? ", " + partitionsAtBarriers() + " waiting at a barrier" : "")
                + (isConnected() ? "" : ", " + counters.lastRetry());
    }
}
