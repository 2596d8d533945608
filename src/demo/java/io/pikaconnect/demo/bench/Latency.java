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
 */
final class Latency {

    private static final long LIMIT_NANOS = 30_000_000_000L;
    private static final long LOOK_EVERY_NANOS = 200_000;

    private Latency() {}

    /**
     * Lets the master write its last items at this rate, whether or not the previous ones have reached Redis. A write
     * may overtake another of another partition; what is seen late because of that counts as late.
     *
     * @param items how many precede the SETs of {@link MixedData#lastKey}
     * @param from how many of those SETs have been written already
     * @return milliseconds of each, sorted
     */
    static double[] measure(RecordedMaster master, int items, int from, int ratePerSecond, RedisServer redis) {
        double[] millis = new double[MixedData.LAST_KEYS - from];
        AtomicLongArray written = new AtomicLongArray(millis.length);
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try (Jedis client = redis.connect()) {
            Runnable write = () -> {
                int i = next.getAndIncrement();
                if (i < millis.length) {
                    written.set(i, System.nanoTime());
                    master.writeUpTo(items + from + i + 1);
                }
            };
            writer.scheduleAtFixedRate(write, 0, 1_000_000_000L / ratePerSecond, TimeUnit.NANOSECONDS);
            long begin = System.nanoTime();
            for (int i = 0; i < millis.length; i++) {
                String key = MixedData.lastKey(from + i);
                while (!client.exists(key)) {
                    if (System.nanoTime() - begin > LIMIT_NANOS) {
                        throw new IllegalStateException(key + " did not reach Redis within 30 s");
                    }
                    LockSupport.parkNanos(LOOK_EVERY_NANOS);
                }
                millis[i] = (System.nanoTime() - written.get(i)) / 1e6;
            }
        } finally {
            writer.shutdownNow();
        }
        Arrays.sort(millis);
        return millis;
    }
}
