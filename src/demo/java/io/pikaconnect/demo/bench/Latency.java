package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.RedisServer;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/** How long it takes from a write in the master's binlog until Redis shows it, while writes come at a fixed rate. */
final class Latency {

    private static final long LIMIT_NANOS = 30_000_000_000L;

    private Latency() {}

    /**
     * Lets the master write its last items, one after another.
     *
     * @param items how many come before the SETs of {@link MixedData#lastKey}
     * @param from how many of those SETs have been written already
     * @return milliseconds of each, sorted
     */
    static double[] measure(RecordedMaster master, int items, int from, int ratePerSecond, RedisServer redis) {
        double[] millis = new double[MixedData.LAST_KEYS - from];
        try (Jedis client = redis.connect()) {
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                String key = MixedData.lastKey(from + i);
                master.writeUpTo(items + from + i + 1);
                while (!client.exists(key)) {
                    if (System.nanoTime() - start > LIMIT_NANOS) {
                        throw new IllegalStateException(key + " did not come to Redis within 30 s");
                    }
                    LockSupport.parkNanos(200_000);
                }
                millis[i] = (System.nanoTime() - start) / 1e6;
                LockSupport.parkNanos(Math.max(0, start + 1_000_000_000L / ratePerSecond - System.nanoTime()));
            }
        }
        Arrays.sort(millis);
        return millis;
    }
}
