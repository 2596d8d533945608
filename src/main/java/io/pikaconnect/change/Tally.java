package io.pikaconnect.change;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was left out or could not be reproduced, by reason, and says it in the log: the first time, and then at
 * every power of ten. Safe for use by several threads.
 */
public final class Tally {

    private static final Logger LOG = LoggerFactory.getLogger(Tally.class);

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /**
     * Counts one more.
     *
     * @param reason a short fixed name, such as {@code type.collision}; becomes part of a metric's name
     * @param detail which one, for the log
     */
    public void count(String reason, String detail) {
        LongAdder counter = counts.computeIfAbsent(reason, r -> new LongAdder());
        counter.increment();
        long n = counter.sum();
        if (Long.toString(n).matches("10*")) {
            LOG.warn("{} ({} so far): {}", reason, n, detail);
        }
    }

    public long of(String reason) {
        LongAdder counter = counts.get(reason);
        return counter == null ? 0 : counter.sum();
    }

    /** All counts by reason, as of now. */
    public Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((reason, n) -> all.put(reason, n.sum()));
        return all;
    }
}
