package io.pikaconnect.demo.migration;

import io.pikaconnect.tool.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Clients that keep writing while a stand-in is replicated: all types, counters, deadlines that come, move and go. */
final class Writers implements AutoCloseable {

    private static final int CLIENTS = 2;
    private static final long PAUSE_NANOS = 2_000_000;

    private final Endpoint pika;
    private final int numbers;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong commands = new AtomicLong();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    /** @param keys of the starting data, most of which are written to sooner or later */
    Writers(Endpoint pika, int keys) {
        this.pika = pika;
        this.numbers = 1 + keys / StartingData.TYPES.length;
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(100 + i);
            threads.add(new Thread(() -> write(random), "writer-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** Commands that the master has answered. */
    long commands() {
        return commands.get();
    }

    /** Ends them and waits until they have ended; throws what the master refused. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Optional.ofNullable(failure.get()).ifPresent(e -> {
            throw new IllegalStateException("a writer of the demo failed: " + e.getMessage(), e);
        });
    }

    private void write(Random random) {
        try (Jedis client = pika.connect()) {
            while (!stopped) {
                writeOne(client, random, random.nextInt(numbers), Integer.toString(random.nextInt(1_000)));
                commands.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void writeOne(Jedis client, Random random, int number, String word) {
        switch (random.nextInt(20)) {
            case 0, 1 -> client.set("string:" + number, word);
            case 2 -> client.set("string:" + number, word, SetParams.setParams().ex(5 + random.nextInt(60)));
            case 3 -> client.incr("counter:" + number % 100);
            case 4, 5 -> client.hset("hash:" + number, "field" + random.nextInt(12), word);
            case 6 -> client.hincrBy("hash:" + number, "count", random.nextInt(9));
            case 7 -> client.hdel("hash:" + number, "field" + random.nextInt(12));
            case 8 -> client.lpush("list:" + number, word, word + "'");
            case 9 -> client.rpush("list:" + number, word);
            case 10 -> client.rpop("list:" + number);
            case 11, 12 -> client.sadd("set:" + number, word);
            case 13 -> client.srem("set:" + number, word);
            case 14 -> client.zadd("zset:" + number, random.nextInt(1_000) / 8.0, word);
            case 15 -> client.zincrby("zset:" + number, 0.5, word);
            case 16 -> client.zrem("zset:" + number, word);
            case 17 -> client.del(key(random, number));
            case 18 -> client.expire(key(random, number), 3 + random.nextInt(100));
            default -> client.persist(key(random, number));
        }
    }

    private static String key(Random random, int number) {
        return StartingData.TYPES[random.nextInt(StartingData.TYPES.length)] + ":" + number;
    }
}
