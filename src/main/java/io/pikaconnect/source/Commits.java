package io.pikaconnect.source;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** When Connect has stored offsets; noted by its committing thread, read by the task's. */
final class Commits {

    private final LongSupplier nanoTime;
    private final AtomicLong count = new AtomicLong();
    private volatile long lastNanos;

    /** @param nanoTime as {@link System#nanoTime} */
    Commits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void happened() {
        lastNanos = nanoTime.getAsLong();
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }

    /** What is left of so much time after the last commit; nothing before the first one. */
    Duration rest(Duration after) {
        if (count.get() == 0) {
            return Duration.ZERO;
        }
        long left = after.toNanos() - (nanoTime.getAsLong() - lastNanos);
        return Duration.ofNanos(Math.max(left, 0));
    }
}
