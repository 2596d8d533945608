package io.pikaconnect.source;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What a source task takes the time from. With one that stands still, nothing of what a poll returns depends on how fast
 * the machine is, so that a test with a seed takes the same course each time.
 *
 * @param nanos for durations, as {@link System#nanoTime}
 * @param wall the worker's clock
 */
record TaskClock(LongSupplier nanos, Clock wall) {

    static final TaskClock SYSTEM = new TaskClock(System::nanoTime, Clock.systemUTC());

    long nanoTime() {
        return nanos.getAsLong();
    }

    /** Unix milliseconds. */
    long millis() {
        return wall.millis();
    }
}
