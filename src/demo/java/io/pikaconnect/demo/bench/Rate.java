package io.pikaconnect.demo.bench;

/**
 * A count of something and the seconds it took.
 *
 * @param count what was done
 * @param seconds how long it took
 */
record Rate(long count, double seconds) {

    /** From {@code System.nanoTime()} of the start to now. */
    static Rate since(long startNanos, long count) {
        return new Rate(count, (System.nanoTime() - startNanos) / 1e9);
    }

    double perSecond() {
        return count / seconds;
    }

    /** This rate as a part of another one. */
    double partOf(Rate floor) {
        return perSecond() / floor.perSecond();
    }
}
