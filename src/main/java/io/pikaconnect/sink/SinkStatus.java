package io.pikaconnect.sink;

import io.pikaconnect.metrics.Rate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** A sink task as a whole, for whoever looks: metrics and log. Any thread may ask. */
final class SinkStatus {

    private final SinkCounters counters;
    private final CatchUpTracker progress;
    private final ClockDifference clocks;
    private final Map<TopicPartition, SinkPartition> partitions;
    private final List<Sender> senders;

    /** The task's thread only. */
    private final Rate records = new Rate();

    /** @param partitions of the task, as they change */
    SinkStatus(
            SinkCounters counters,
            CatchUpTracker progress,
            ClockDifference clocks,
            Map<TopicPartition, SinkPartition> partitions,
            List<Sender> senders) {
        this.counters = counters;
        this.progress = progress;
        this.clocks = clocks;
        this.partitions = partitions;
        this.senders = senders;
    }

    SinkCounters counters() {
        return counters;
    }

    long partitions() {
        return partitions.size();
    }

    /** Every connection that is needed is there. */
    boolean isConnected() {
        return senders.stream().allMatch(Sender::isConnected);
    }

    /** Those that are fresh, of the partitions that the source writes to. */
    long fresh() {
        return partitions.keySet().stream()
                .filter(progress::takesPart)
                .filter(progress::isFresh)
                .count();
    }

    /** As it was seen last, and nothing has come between since. */
    boolean isReady() {
        return isConnected() && progress.isReady();
    }

    private Stream<DatabaseStatus> standings() {
        return progress.topics().stream().flatMap(t -> progress.standing(t).stream());
    }

    boolean isStale() {
        return standings().anyMatch(DatabaseStatus::stale);
    }

    /** How deadlines stand in its dbs; {@code -} while nobody looked. */
    String deadlines() {
        String all = standings().map(s -> s.deadlines().toString()).distinct().collect(Collectors.joining(", "));
        return all.isEmpty() ? "-" : all;
    }

    /** Redis' clock less the source's, ms; of the topic where it is largest. */
    long clockDifferenceMs() {
        return progress.topics().stream()
                .map(clocks::difference)
                .max(Comparator.comparingLong(Math::abs))
                .orElse(0L);
    }

    /** Of the partition that is farthest behind; -1 while that is not known of every one, or there is none. */
    long lagMs() {
        long most = -1;
        for (TopicPartition p : partitions.keySet()) {
            if (!progress.takesPart(p)) {
                continue;
            }
            long lag = progress.lagMs(p);
            if (lag < 0) {
                return lag;
            }
            most = Math.max(most, lag);
        }
        return most;
    }

    long bytes() {
        return partitions.values().stream().mapToLong(SinkPartition::bytes).sum();
    }

    long atBarrier() {
        return partitions.values().stream().filter(p -> p.atBarrierNanos() > 0).count();
    }

    /** For the log: where it is, and how fast it was since the last line. */
    String line() {
        return records.perSecond(counters.sum(SinkCounter.RECORDS)) + " records/s, lag " + lagMs() + " ms, " + fresh()
                + " of " + partitions() + " partitions fresh, deadlines " + deadlines() + (isReady() ? ", ready" : "")
                + (isStale() ? ", stale" : "")
                + (atBarrier() > 0 ? ", " + atBarrier() + " waiting at a barrier" : "")
                + (isConnected() ? "" : ", " + counters.lastRetried());
    }
}
