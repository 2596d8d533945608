package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.RedisServer;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/**
 * How long it takes from a write in the master's binlog until it is visible in Redis, while writes arrive at a fixed
 * rate.
 *
 * @param perSecond the rate of the writes
 * @param millis of those that were looked at, sorted
 */
record Latency(int perSecond, double[] millis) {

    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final long LOOK_EVERY_NANOS = 200_000;

    /** How many are looked at, at most: a look is a command that Redis has to answer. */
    private static final int LOOKED_AT = 1_000;

    /** More writes a second than that are written some at a time. */
    private static final int STEPS_A_SECOND = 1_000;

    /**
     * Lets the master write its next items at this rate, whether or not the previous ones have reached Redis. A write
     * may overtake another of another partition; what is seen late because of that counts as late.
     *
     * @param written how many items the master has written
     * @param from number of the {@link MixedData#lastKey} that the next item sets
     * @param writes how many are written
     */
    static Latency measure(RecordedMaster master, int written, int from, int writes, int perSecond, RedisServer redis) {
        int each = Math.max(1, writes / LOOKED_AT);
        int atATime = Math.max(1, perSecond / STEPS_A_SECOND);
        double[] millis = new double[(writes + each - 1) / each];
        AtomicLongArray times = new AtomicLongArray(writes);
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try (Jedis client = redis.connect()) {
            Runnable write = () -> {
                int begin = next.get();
                int end = Math.min(writes, begin + atATime);
                if (begin < end) {
                    long now = System.nanoTime();
                    for (int i = begin; i < end; i++) {
                        times.set(i, now);
                    }
                    master.writeUpTo(written + end);
                    next.set(end);
                }
            };
            writer.scheduleAtFixedRate(write, 0, 1_000_000_000L * atATime / perSecond, TimeUnit.NANOSECONDS);
            long begin = System.nanoTime();
            for (int i = 0; i < millis.length; i++) {
                String key = MixedData.lastKey(from + i * each);
                while (!client.exists(key)) {
                    if (System.nanoTime() - begin > LIMIT_NANOS) {
                        throw new IllegalStateException(key + " did not reach Redis within 60 s");
                    }
                    LockSupport.parkNanos(LOOK_EVERY_NANOS);
                }
                millis[i] = (System.nanoTime() - times.get(i * each)) / 1e6;
            }
        } finally {
            writer.shutdownNow();
        }
        Arrays.sort(millis);
        return new Latency(perSecond, millis);
    }

    /** What this part of the writes took at most, such as 0.5 for the median. */
    double percentile(double part) {
        return millis[Math.max(0, (int) Math.ceil(part * millis.length) - 1)];
    }
}
