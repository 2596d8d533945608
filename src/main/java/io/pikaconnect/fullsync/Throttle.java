package io.pikaconnect.fullsync;

import java.util.concurrent.TimeUnit;

/** Limits the bytes per second of all readers together. Thread-safe. */
final class Throttle {

    private final long bytesPerSecond;
    /** When everything that was received would have been received at the limit; guarded by this. */
    private long free = System.nanoTime();

    /** @param bytesPerSecond {@link FullSyncOptions#UNLIMITED}, or the limit */
    Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Records received bytes; waits until the limit permits them. */
    void passed(long bytes) throws InterruptedException {
        if (bytesPerSecond != FullSyncOptions.UNLIMITED) {
            TimeUnit.NANOSECONDS.sleep(reserve(bytes));
        }
    }

    private synchronized long reserve(long bytes) {
        long now = System.nanoTime();
        free = Math.max(free, now) + (long) (bytes * 1e9 / bytesPerSecond);
        return free - now;
    }
}
