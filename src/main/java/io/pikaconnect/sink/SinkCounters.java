package io.pikaconnect.sink;

import io.pikaconnect.change.Tally;
import java.util.concurrent.atomic.AtomicReference;

/** What a task counts, or one of its partitions for itself and the task; any thread may add. */
final class SinkCounters {

    final Count recordsApplied;
    final Count commandsApplied;
    final Count batches;
    final Count ticks;
    final Count ticksSkipped;
    final Count duplicates;
    final Count olderEpoch;
    final Count behindHole;
    final Count barriers;
    final Count claims;
    final Count rewinds;
    final Count losses;
    final Count retries;

    /** Keys that the sweep ended, and those that a walk gave another deadline. */
    final Count swept;

    final Count walked;

    /** What was left out, by reason: {@code not.ours}, {@code wrong.type}, {@code conflict}, {@code clock.ahead}, {@code clock.behind}. */
    final Tally tally;

    /** What Redis, or the connection to it, answered instead of doing what was asked, by {@link RetryRule#classOf}. */
    final Tally errors;

    private final AtomicReference<String> lastRetried;

    /** A task's. */
    SinkCounters(Tally tally, Tally errors) {
        this.recordsApplied = new Count();
        this.commandsApplied = new Count();
        this.batches = new Count();
        this.ticks = new Count();
        this.ticksSkipped = new Count();
        this.duplicates = new Count();
        this.olderEpoch = new Count();
        this.behindHole = new Count();
        this.barriers = new Count();
        this.claims = new Count();
        this.rewinds = new Count();
        this.losses = new Count();
        this.retries = new Count();
        this.swept = new Count();
        this.walked = new Count();
        this.tally = tally;
        this.errors = errors;
        this.lastRetried = new AtomicReference<>("-");
    }

    private SinkCounters(SinkCounters task) {
        this.recordsApplied = task.recordsApplied.part();
        this.commandsApplied = task.commandsApplied.part();
        this.batches = task.batches.part();
        this.ticks = task.ticks.part();
        this.ticksSkipped = task.ticksSkipped.part();
        this.duplicates = task.duplicates.part();
        this.olderEpoch = task.olderEpoch.part();
        this.behindHole = task.behindHole.part();
        this.barriers = task.barriers.part();
        this.claims = task.claims.part();
        this.rewinds = task.rewinds.part();
        this.losses = task.losses.part();
        this.retries = task.retries.part();
        this.swept = task.swept.part();
        this.walked = task.walked.part();
        this.tally = task.tally;
        this.errors = task.errors;
        this.lastRetried = task.lastRetried;
    }

    /** A partition's, from 0 on; what it counts, the task counts too. */
    SinkCounters ofPartition() {
        return new SinkCounters(this);
    }

    /** Something passing was in the way, and is tried again. */
    void retried(String errorClass, String why) {
        retries.increment();
        errors.count(errorClass);
        lastRetried.set(why);
    }

    /** What was in the way last, {@code -} if nothing was. */
    String lastRetried() {
        return lastRetried.get();
    }

    @Override
    public String toString() {
        return "records " + recordsApplied + ", commands " + commandsApplied + ", batches " + batches + ", ticks "
                + ticks + " (skipped " + ticksSkipped + "), duplicates " + duplicates + ", of older epochs "
                + olderEpoch + ", behind a hole " + behindHole + ", barriers " + barriers + ", claims " + claims
                + ", rewinds " + rewinds + ", losses of Redis " + losses + ", retries " + retries + ", left out "
                + tally.counts() + ", errors "
                + errors.counts();
    }
}
