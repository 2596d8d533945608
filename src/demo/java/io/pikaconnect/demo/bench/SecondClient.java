package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.resps.Slowlog;

/** Another client of a Redis, which asks for a key all the time: how long it waits shows how long Redis serves nobody. */
final class SecondClient implements AutoCloseable {

    private static final int MOST_MILLIS = 600_000;
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private final RedisServer redis;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean serves;
    private volatile long longestNanos;
    private volatile long askedNanos;

    SecondClient(RedisServer redis) {
        this.redis = redis;
        try (Jedis client = new Jedis("127.0.0.1", redis.port(), MOST_MILLIS)) {
            client.configSet("slowlog-max-len", "100000");
            client.configSet("slowlog-log-slower-than", "500");
            client.slowlogReset();
            client.configResetStat();
        }
        thread = new Thread(this::run, "second-client");
        thread.setDaemon(true);
        thread.start();
        while (!serves) {
            Thread.onSpinWait();
        }
    }

    private void run() {
        try (Jedis client = new Jedis("127.0.0.1", redis.port(), MOST_MILLIS)) {
            client.get("absent");
            serves = true;
            while (!closed) {
                long start = System.nanoTime();
                askedNanos = start;
                try {
                    client.get("absent");
                } catch (JedisDataException busy) { // it was not served until now
                    longestNanos = Math.max(longestNanos, System.nanoTime() - start);
                    continue;
                }
                longestNanos = Math.max(longestNanos, System.nanoTime() - start);
                askedNanos = 0;
                LockSupport.parkNanos(500_000);
            }
        }
    }

    /** What it waits for now included. */
    double longestMillis() {
        long asked = askedNanos;
        return Math.max(longestNanos, asked == 0 ? 0 : System.nanoTime() - asked) / 1e6;
    }

    /** As Redis measured it. */
    double longestScriptMillis() {
        try (Jedis client = new Jedis("127.0.0.1", redis.port(), MOST_MILLIS)) {
            List<Slowlog> all = client.slowlogGet(100_000);
            return all.stream()
                            .filter(entry -> entry.getArgs().get(0).equalsIgnoreCase("evalsha"))
                            .mapToLong(Slowlog::getExecutionTime)
                            .max()
                            .orElse(0)
                    / 1e3;
        }
    }

    int scripts() {
        try (Jedis client = new Jedis("127.0.0.1", redis.port(), MOST_MILLIS)) {
            Matcher calls = SCRIPTS.matcher(client.info("commandstats"));
            return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
