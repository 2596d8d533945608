package io.pikaconnect.sink;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** A count of the task, or of one partition: then the task's counts too. Any thread may add. */
final class Count {

    private final LongAdder own = new LongAdder();
    private final Optional<Count> whole;

    Count() {
        this.whole = Optional.empty();
    }

    private Count(Count whole) {
        this.whole = Optional.of(whole);
    }

    /** A new count of which this one is the sum. */
    Count part() {
        return new Count(this);
    }

    void increment() {
        add(1);
    }

    void add(long more) {
        own.add(more);
        whole.ifPresent(w -> w.add(more));
    }

    long sum() {
        return own.sum();
    }

    @Override
    public String toString() {
        return own.toString();
    }
}
