package io.pikaconnect.tool.verify;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Keeps what is sent to a server below so many commands a second. */
final class Pace {

    private static final double NANOS = 1e9;

    private final double perSecond;
    private final LongSupplier clock;
    private final LongConsumer sleep;
    private long free;

    /** @param perSecond 0 for no limit */
    Pace(double perSecond, LongSupplier clock, LongConsumer sleep) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.sleep = sleep;
        this.free = clock.getAsLong();
    }

    static Pace of(double perSecond) {
        return new Pace(perSecond, System::nanoTime, LockSupport::parkNanos);
    }

    static Pace free() {
        return of(0);
    }

    /** Waits until these commands may be sent. */
    void take(int commands) {
        if (perSecond <= 0) {
            return;
        }
        long now = clock.getAsLong();
        while (now < free) {
            sleep.accept(free - now);
            now = clock.getAsLong();
        }
        free = now + (long) (commands * NANOS / perSecond);
    }
}
