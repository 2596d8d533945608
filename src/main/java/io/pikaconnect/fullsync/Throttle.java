package io.pikaconnect.fullsync;

import java.util.concurrent.TimeUnit;

/** Keeps readers together below a number of bytes per second. Safe for threads. */
final class Throttle {

    private final long bytesPerSecond;
    /** When everything that has passed would have passed at that speed; guarded by this. */
    private long free = System.nanoTime();

    /** @param bytesPerSecond {@link FullSyncOptions#UNLIMITED}, or the limit */
    Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** So many bytes came; waits as long as it takes until they may have. */
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
