package io.pikaconnect.fullsync;

import java.time.Duration;

/**
 * How much of a file a reader requests at once: little at first, more while answers are quick, less on a slow network
 * and on one so near that nothing is gained by more.
 * A master closes a connection without a request for 60 s (replication-protocol 6.5), so a piece must not take long;
 * nor may the pauses between them, where the rate is limited. For one thread.
 */
final class PieceSize {

    /** What a real replica requests. */
    static final int LARGEST = 4 << 20;

    static final int SMALLEST = 16 << 10;
    private static final int FIRST = 256 << 10;
    /** Where one of this size takes less than {@link #AT_ONCE_NANOS}, larger ones are no faster and take more memory. */
    private static final int ENOUGH = 512 << 10;

    private static final long AT_ONCE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SLOW_NANOS = Duration.ofSeconds(5).toNanos();
    /** Pieces per second, for all readers together, if the rate is limited. */
    private static final int PER_SECOND = 8;

    private final int largest;
    private int bytes;

    /** @param bytesPerSecond {@link FullSyncOptions#UNLIMITED}, or the limit of all readers together */
    PieceSize(long bytesPerSecond) {
        long limit = bytesPerSecond == FullSyncOptions.UNLIMITED ? LARGEST : bytesPerSecond / PER_SECOND;
        largest = (int) Math.min(LARGEST, Math.max(SMALLEST, limit));
        bytes = Math.min(FIRST, largest);
    }

    int bytes() {
        return bytes;
    }

    /** Records how long the last piece took. */
    void took(long nanos) {
        if (nanos < AT_ONCE_NANOS && bytes >= ENOUGH) {
            return;
        }
        if (nanos < QUICK_NANOS) {
            bytes = Math.min(largest, 2 * bytes);
        } else if (nanos > SLOW_NANOS) {
            bytes = Math.max(SMALLEST, bytes / 2);
        }
    }
}
