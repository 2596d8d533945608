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
     * What was left out, by reason: {@code not.ours}, {@code wrong.type}, {@code conflict}, {@code spop.miss}, {@code
     * other.writer}, {@code clock.ahead}, {@code clock.behind}.
     */
    final DiscardCounts discards;

    /** What Redis, or the connection to it, answered instead of doing what was asked, by {@link RedisErrors#classOf}. */
    final DiscardCounts errors;

    private final Map<SinkCounter, LongAdder> own = new EnumMap<>(SinkCounter.class);
    private final Optional<SinkCounters> task;
    private final AtomicReference<String> lastRetry;

    /** A task's. */
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

    /** A partition's, from 0 on; what it counts, the task counts too. */
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

    /** Something passing was in the way, and is tried again. */
    void countRetry(String errorClass, String why) {
        increment(SinkCounter.RETRIES);
        errors.count(errorClass);
        lastRetry.set(why);
    }

    /** What was in the way last, {@code -} if nothing was. */
    String lastRetry() {
        return lastRetry.get();
    }

    @Override
    public String toString() {
        return own.entrySet().stream()
                        .map(counter -> counter.getKey() + " " + counter.getValue())
                        .collect(Collectors.joining(", "))
                + ", left out " + discards.counts() + ", errors " + errors.counts();
    }
}
