package io.pikaconnect.sink;

import io.pikaconnect.metrics.Rate;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** A sink task as a whole, for whoever looks: metrics and log. Any thread may ask. */
final class SinkOverview {

    private final SinkCounters counters;
    private final Progress progress;
    private final Map<TopicPartition, SinkPartition> partitions;
    private final List<Sender> senders;

    /** The task's thread only. */
    private final Rate records = new Rate();

    /** @param partitions of the task, as they change */
    SinkOverview(
            SinkCounters counters,
            Progress progress,
            Map<TopicPartition, SinkPartition> partitions,
            List<Sender> senders) {
        this.counters = counters;
        this.progress = progress;
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

    long caughtUp() {
        return partitions.keySet().stream().filter(progress::isCaughtUp).count();
    }

    /** As it was seen last, and nothing has come between since. */
    boolean isReady() {
        return progress.isReady() && isConnected() && caughtUp() == partitions();
    }

    /** Of the partition that is farthest behind; -1 while that is not known of every one, or there is none. */
    long lagMs() {
        long most = -1;
        for (TopicPartition p : partitions.keySet()) {
            long lag = progress.lagMs(p);
            if (lag < 0) {
                return lag;
            }
            most = Math.max(most, lag);
        }
        return most;
    }

    long due() {
        return partitions.keySet().stream().mapToLong(progress::due).sum();
    }

    long bytes() {
        return partitions.values().stream().mapToLong(SinkPartition::bytes).sum();
    }

    long atBarrier() {
        return partitions.values().stream().filter(p -> p.atBarrierNanos() > 0).count();
    }

    /** For the log: where it is, and how fast it was since the last line. */
    String line() {
        return records.perSecond(counters.recordsApplied.sum()) + " records/s, lag " + lagMs() + " ms, " + caughtUp()
                + " of " + partitions() + " partitions caught up" + (isReady() ? ", ready" : "")
                + (atBarrier() > 0 ? ", " + atBarrier() + " waiting at a barrier" : "")
                + (isConnected() ? "" : ", " + counters.lastRetried());
    }
}
