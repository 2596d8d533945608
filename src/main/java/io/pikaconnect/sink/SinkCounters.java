package io.pikaconnect.sink;

import io.pikaconnect.metrics.DiscardCounts;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What a task counts, or one of its partitions for itself and the task. Thread-safe. */
final class SinkCounters {

    /**
     * What was discarded or looks wrong, by reason: {@code not.ours}, {@code wrong.type}, {@code conflict}, {@code spop.miss}, {@code
     * other.writer}, {@code clock.ahead}, {@code clock.behind}.
     */
    final DiscardCounts discards;

    /** Errors of Redis and of the connection to it, by {@link RedisErrors#classOf}. */
    final DiscardCounts errors;

    private final Map<SinkCounter, LongAdder> own = new EnumMap<>(SinkCounter.class);
    private final Optional<SinkCounters> task;
    private final AtomicReference<String> lastRetry;

    /** Counters of a task. */
    SinkCounters(DiscardCounts discards, DiscardCounts errors) {
        this(discards, errors, Optional.empty(), new AtomicReference<>("-"));
    }

    private SinkCounters(
            DiscardCounts discards,
            DiscardCounts errors,
            Optional<SinkCounters> task,
            AtomicReference<String> lastRetry) {
        this.discards = discards;
        this.errors = errors;
        this.task = task;
        this.lastRetry = lastRetry;
        EnumSet.allOf(SinkCounter.class).forEach(counter -> own.put(counter, new LongAdder()));
    }

    /** Counters of a partition, from 0 on; the task counts the same. */
    SinkCounters ofPartition() {
        return new SinkCounters(discards, errors, Optional.of(this), lastRetry);
    }

    void increment(SinkCounter counter) {
        add(counter, 1);
    }

    void add(SinkCounter counter, long more) {
        own.get(counter).add(more);
        task.ifPresent(whole -> whole.add(counter, more));
    }

    long sum(SinkCounter counter) {
        return own.get(counter).sum();
    }

    /** Counts a transient error, after which the same is tried again. */
    void countRetry(String errorClass, String why) {
        increment(SinkCounter.RETRIES);
        errors.count(errorClass);
        lastRetry.set(why);
    }

    /** The last such error, {@code -} if there was none. */
    String lastRetry() {
        return lastRetry.get();
    }

    @Override
    public String toString() {
        return own.entrySet().stream()
                        .map(counter -> counter.getKey() + " " + counter.getValue())
                        .collect(Collectors.joining(", "))
                + ", discarded " + discards.counts() + ", errors " + errors.counts();
    }
}
