package io.pikaconnect.sink;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A task's clock in the hands of a test. */
final class TestClock implements TaskClock {

    private final LongSupplier aheadMs;
    private final boolean standsStill;
    private final long startMs = System.currentTimeMillis() / 1_000 * 1_000;
    private long nanos = 1_000_000_000L;

    private TestClock(LongSupplier aheadMs, boolean standsStill) {
        this.aheadMs = aheadMs;
        this.standsStill = standsStill;
    }

    /** The machine's, but for the wall clock, which is so far ahead of it. */
    static TestClock ahead(LongSupplier ms) {
        return new TestClock(ms, false);
    }

    /** On it no time passes but by {@link #pass}; it starts with a whole second. */
    static TestClock standing() {
        return new TestClock(() -> 0, true);
    }

    void pass(long ms) {
        nanos += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Override
    public long nanos() {
        return standsStill ? nanos : System.nanoTime();
    }

    @Override
    public long wallMs() {
        return standsStill
                ? startMs + TimeUnit.NANOSECONDS.toMillis(nanos)
                : System.currentTimeMillis() + aheadMs.getAsLong();
    }
}
