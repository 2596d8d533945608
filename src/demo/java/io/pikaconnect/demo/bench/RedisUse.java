package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/**
 * What a Redis has done so far.
 *
 * @param cpuSeconds of its process
 * @param scriptSeconds spent in scripts, the commands they call included
 */
record RedisUse(double cpuSeconds, double scriptSeconds) {

    private static final Pattern CPU = Pattern.compile("used_cpu_(?:user|sys):([0-9.]+)");
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_(?:evalsha|eval):calls=\\d+,usec=(\\d+)");

    static RedisUse of(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            return new RedisUse(
                    sum(CPU.matcher(client.info("cpu"))), sum(SCRIPTS.matcher(client.info("commandstats"))) / 1e6);
        }
    }

    RedisUse since(RedisUse before) {
        return new RedisUse(cpuSeconds - before.cpuSeconds, scriptSeconds - before.scriptSeconds);
    }

    private static double sum(Matcher numbers) {
        double sum = 0;
        while (numbers.find()) {
            sum += Double.parseDouble(numbers.group(1));
        }
        return sum;
    }
}
