package io.pikaconnect.sink;

import io.pikaconnect.metrics.DiscardCounts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;

/**
 * How far Redis' clock is from the source's, so that a partition's age can be told from clocks that differ.
 *
 * <p>Redis' clock is compared with this worker's at every answer. The source compares its worker's with the master's: a
 * tick names the same moment twice, in its header by the master's clock, in Kafka's timestamp by the worker's. The two
 * workers are taken to agree. A source of an earlier release does not compare; then ticks that stay the same age, rather
 * than become younger as those of a backlog do, say that clocks differ. That is reported but not relied on, for a source
 * that is late by a constant time looks the same.
 *
 * <p>Safe for use by several threads.
 */
final class ClockDifference {

    private static final long TOLERATED_MS = 2_000;
    private static final long OLD_MS = 10_000;

    /** Idle ticks are as old as the keepalive before them, which comes every two seconds. */
    private static final long STEADY_MS = 3_000;

    private static final long STEADY_FOR_MS = 5_000;
    private static final long LOG_EVERY_MS = 30_000;

    /** An answer that took longer replaces a quicker one only when that is so old. */
    private static final long COMPARED_FOR_MS = 10_000;

    /** Ticks of a partition that are about the same age: since when they come, and the ages met. */
    private record Steady(long since, long youngest, long oldest) {}

    private final LongSupplier workerMs;
    private final DiscardCounts discards;
    private final Map<String, Long> masterAheadOfWorker = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Steady> steady = new ConcurrentHashMap<>();
    private final Map<String, Long> loggedAt = new ConcurrentHashMap<>();

    /** How far Redis' clock is ahead of the worker's, by an answer that took so long, at that time of the worker's. */
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
     * Redis has answered.
     *
     * @param askedMs this worker's clock when the question was sent
     * @param redisMs Redis' clock in the answer
     */
    void redisReplied(long askedMs, long redisMs) {
        long now = workerMs();
        long took = now - askedMs;
        Comparison before = comparison;
        if (took <= before.took || before.at + COMPARED_FOR_MS < now) {
            // Redis read its clock between the two moments; which difference it is within that is not known.
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
                            + " ms: the clocks of Pika and of the workers differ, or source or sink are that far"
                            + " behind (their lag-ms tell)");
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
