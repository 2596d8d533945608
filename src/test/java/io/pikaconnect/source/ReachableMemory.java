package io.pikaconnect.source;

/** How much of this JVM's heap is reachable. */
final class ReachableMemory {

    private static final int COLLECTIONS = 4;

    private ReachableMemory() {}

    /** After collecting what is not; the least of a few looks, since other threads may allocate meanwhile. */
    static long bytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Runtime heap = Runtime.getRuntime();
            least = Math.min(least, heap.totalMemory() - heap.freeMemory());
        }
        return least;
    }
}
