package io.pikaconnect.metrics;

import io.pikaconnect.change.OneLine;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was left out or could not be reproduced exactly, by reason, and logs it: the first time, and then at
 * every power of ten. Thread-safe.
 */
public final class DiscardCounts {

    private static final Logger LOG = LoggerFactory.getLogger(DiscardCounts.class);

    private final String owner;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final BiConsumer<String, LongAdder> firstOfReason;

    /** For callers that only read the counts. */
    public DiscardCounts() {
        this("-", (reason, count) -> {});
    }

    /**
     * @param owner the task that counts, for the log
     * @param firstOfReason receives each reason when it first occurs, and its counter; called on the counting thread
     */
    public DiscardCounts(String owner, BiConsumer<String, LongAdder> firstOfReason) {
        this.owner = owner;
        this.firstOfReason = firstOfReason;
    }

    /**
     * Counts one, and logs it at 1 and at each power of ten.
     *
     * @param reason a short fixed name, such as {@code type.collision}; becomes part of a metric's name
     * @param detail which one; evaluated only when it is logged
     */
    public void count(String reason, Supplier<String> detail) {
        long n = count(reason);
        if (isPowerOfTen(n)) {
            LOG.warn("{}: {} ({} so far): {}", owner, reason, n, OneLine.of(detail.get()));
        }
    }

    private static boolean isPowerOfTen(long n) {
        long rest = n;
        while (rest > 1 && rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }

    /** Counts one without logging; returns the new count. */
    public long count(String reason) {
        LongAdder counter = counts.get(reason);
        if (counter == null) {
            LongAdder fresh = new LongAdder();
            counter = counts.putIfAbsent(reason, fresh);
            if (counter == null) {
                counter = fresh;
                firstOfReason.accept(reason, fresh);
            }
        }
        counter.increment();
        return counter.sum();
    }

    /** The count of one reason; 0 if it never occurred. */
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
