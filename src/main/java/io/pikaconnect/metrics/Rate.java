package io.pikaconnect.metrics;

/** How fast a count grew since the last call; for one thread. */
public final class Rate {

    private long countThen;
    private long nanosThen = System.nanoTime();

    /** Per second, since the last call, or since this object was created. */
    public long perSecond(long count) {
        long now = System.nanoTime();
        double seconds = Math.max(now - nanosThen, 1) / 1e9;
        long rate = Math.round((count - countThen) / seconds);
        countThen = count;
        nanosThen = now;
        return rate;
    }
}
