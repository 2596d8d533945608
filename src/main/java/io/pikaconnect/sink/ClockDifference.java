package io.pikaconnect.sink;

import io.pikaconnect.metrics.DiscardCounts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/**
 * How far Redis' clock is from the source's, so that a partition that lags can be told from clocks that differ.
 *
 * <p>Redis' clock is compared with this worker's at every reply. The source compares its worker's with the master's: a tick
 * has the same moment twice, by the master's clock in its header and by the worker's in Kafka's timestamp. The clocks of the
 * two workers are assumed to agree. A source of an earlier release does not compare; then ticks whose age stays the same,
 * while that of a backlog's ticks decreases, indicate that clocks differ. That is reported but not used, because a source
 * with a constant delay looks the same.
 *
 * <p>Thread-safe.
 */
final class ClockDifference {

    private static final long TOLERATED_MS = 2_000;
    private static final long OLD_MS = 10_000;

    /** Idle ticks are as old as the last keepalive, which comes every two seconds. */
    private static final long STEADY_MS = 3_000;

    private static final long STEADY_FOR_MS = 5_000;
    private static final long LOG_EVERY_MS = 30_000;

    /** A slower reply replaces a quicker one only if that is older than this. */
    private static final long COMPARED_FOR_MS = 10_000;

    /** Ticks of a partition that have about the same age: since when, and the youngest and oldest age. */
    private record Steady(long since, long youngest, long oldest) {}

    private final LongSupplier workerMs;
    private final DiscardCounts discards;
    private final Map<String, Long> masterAheadOfWorker = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Steady> steady = new ConcurrentHashMap<>();
    private final Map<String, Long> loggedAt = new ConcurrentHashMap<>();

    /** How far Redis' clock is ahead of the worker's, by a reply that took so long, at that time of the worker's clock. */
    private record Comparison(long redisAhead, long took, long at) {}

    private volatile Comparison comparison = new Comparison(0, Long.MAX_VALUE, Long.MIN_VALUE);

    /** @param workerMs this worker's clock */
    ClockDifference(LongSupplier workerMs, DiscardCounts discards) {
        this.workerMs = workerMs;
        this.discards = discards;
    }

    long workerMs() {
        return workerMs.getAsLong();
    }

    /**
     * Redis has replied.
     *
     * @param askedMs this worker's clock when the request was sent
     * @param redisMs Redis' clock in the reply
     */
    void redisReplied(long askedMs, long redisMs) {
        long now = workerMs();
        long took = now - askedMs;
        Comparison before = comparison;
        if (took <= before.took || before.at + COMPARED_FOR_MS < now) {
            // Redis read its clock somewhere between the two moments: take the smallest possible difference.
            long ahead = redisMs < askedMs ? redisMs - askedMs : Math.max(0, redisMs - now);
            comparison = new Comparison(ahead, took, now);
        }
    }

    /** A tick has come from Kafka. */
    void tickArrived(TopicPartition partition, ChangeRecord tick) {
        long time = tick.header().timeMs();
        Long timestamp = tick.record().timestamp();
        if (time == 0 || timestamp == null || tick.record().timestampType() != TimestampType.CREATE_TIME) {
            return;
        }
        masterAheadOfWorker.put(partition.topic(), time - timestamp);
        long difference = ms(partition.topic());
        if (difference > TOLERATED_MS) {
            report(
                    partition.topic(),
                    "Redis' clock is " + difference + " ms ahead of Pika's (of this worker's " + comparison.redisAhead
                            + " ms; Pika's is " + (time - timestamp) + " ms ahead of the source's worker)");
        }
        steady(partition, workerMs() - timestamp);
    }

    private void steady(TopicPartition partition, long age) {
        long now = workerMs();
        Steady s = steady.compute(partition, (p, before) -> {
            if (before == null) {
                return new Steady(now, age, age);
            }
            long youngest = Math.min(before.youngest, age);
            long oldest = Math.max(before.oldest, age);
            return oldest - youngest > STEADY_MS
                    ? new Steady(now, age, age)
                    : new Steady(before.since, youngest, oldest);
        });
        if (s.youngest > OLD_MS && now - s.since >= STEADY_FOR_MS) {
            report(
                    partition.topic(),
                    "the ticks of " + partition + " have been " + age + " ms old for " + (now - s.since)
                            + " ms: the clocks of Pika and of the workers differ, or source or sink lag that"
                            + " far (see their lag-ms)");
        }
    }

    private void report(String topic, String what) {
        long now = workerMs();
        if (loggedAt.merge(topic, now, (last, at) -> at - last < LOG_EVERY_MS ? last : at) == now) {
            discards.count("clock.behind", () -> topic + ": " + what);
        }
    }

    /** Redis' time less the source's at the same moment, ms. */
    long ms(String topic) {
        return comparison.redisAhead - masterAheadOfWorker.getOrDefault(topic, 0L);
    }

    void forget(TopicPartition partition) {
        steady.remove(partition);
    }
}
