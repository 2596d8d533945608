package io.pikaconnect.sink;

import io.pikaconnect.change.Tally;
import java.util.concurrent.atomic.LongAdder;

/** What a task counts; any thread may add. */
final class SinkCounters {

    final LongAdder recordsApplied = new LongAdder();
    final LongAdder commandsApplied = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder ticks = new LongAdder();
    final LongAdder ticksSkipped = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder olderEpoch = new LongAdder();
    final LongAdder behindHole = new LongAdder();
    final LongAdder barriers = new LongAdder();
    final LongAdder claims = new LongAdder();
    final LongAdder rewinds = new LongAdder();
    final LongAdder retries = new LongAdder();

    /** What was left out, by reason: {@code not.ours}, {@code wrong.type}, {@code conflict}, {@code clock.ahead}. */
    final Tally tally = new Tally();

    @Override
    public String toString() {
        return "records " + recordsApplied + ", commands " + commandsApplied + ", batches " + batches + ", ticks "
                + ticks + " (skipped " + ticksSkipped + "), duplicates " + duplicates + ", of older epochs "
                + olderEpoch + ", behind a hole " + behindHole + ", barriers " + barriers + ", claims " + claims
                + ", rewinds " + rewinds + ", retries " + retries + ", left out " + tally.counts();
    }
}
