package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.sink.LedgerView;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/**
 * When a Redis got its last key. Keys that a sink keeps for itself do not count.
 *
 * @param keys that Redis has
 * @param nanos {@code System.nanoTime()} when the last of them was first seen
 */
record Arrival(long keys, long nanos) {

    private static final long LOOK_EVERY_MS = 20;
    private static final long CHECK_EVERY_NANOS = 500_000_000L;

    /** After all keys are there, more may come that should not. */
    private static final Duration STILL = Duration.ofSeconds(2);

    /**
     * Waits until the number of keys no longer changes: for two seconds where it is as expected, else for a minute.
     *
     * @param check is called twice a second; what it throws ends the waiting
     */
    static Arrival await(RedisServer redis, long expected, Runnable check) throws InterruptedException {
        return await(redis, expected, Duration.ofMinutes(1), check);
    }

    static Arrival await(RedisServer redis, long expected, Duration patience, Runnable check)
            throws InterruptedException {
        try (Jedis client = redis.connect()) {
            long start = System.nanoTime();
            long checked = start;
            Arrival last = new Arrival(0, start);
            while (true) {
                long keys = keys(client);
                long now = System.nanoTime();
                if (keys != last.keys()) {
                    last = new Arrival(keys, now);
                }
                Duration wanted = keys == expected ? STILL : patience;
                if (now - last.nanos() > wanted.toNanos()) {
                    return last;
                }
                if (now - checked > CHECK_EVERY_NANOS) {
                    checked = now;
                    check.run();
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        }
    }

    /** How many keys there are but those of a sink itself. */
    static long keys(Jedis client) {
        return client.dbSize()
                - LedgerView.read(client).map(LedgerView::ownKeys).orElse(0);
    }
}
