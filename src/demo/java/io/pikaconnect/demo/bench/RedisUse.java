package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/**
 * What a Redis has done so far. The times of commands are by the clock, and so contain what a busy machine took away.
 *
 * @param cpuSeconds of its process
 * @param scriptSeconds spent in scripts, the commands they call included
 * @param commandSeconds spent in all other commands, those called by scripts included
 */
record RedisUse(double cpuSeconds, double scriptSeconds, double commandSeconds) {

    private static final Pattern CPU = Pattern.compile("used_cpu_(?:user|sys):([0-9.]+)");
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_(?:evalsha|eval):calls=\\d+,usec=(\\d+)");
    private static final Pattern COMMANDS = Pattern.compile("cmdstat_(?!evalsha|eval)[^:]+:calls=\\d+,usec=(\\d+)");

    static RedisUse of(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            String stats = client.info("commandstats");
            return new RedisUse(
                    sum(CPU.matcher(client.info("cpu"))),
                    sum(SCRIPTS.matcher(stats)) / 1e6,
                    sum(COMMANDS.matcher(stats)) / 1e6);
        }
    }

    RedisUse since(RedisUse before) {
        return new RedisUse(
                cpuSeconds - before.cpuSeconds,
                scriptSeconds - before.scriptSeconds,
                commandSeconds - before.commandSeconds);
    }

    /** The scripts' own part of all command time: what they take beyond the commands they call. */
    double scriptsOwnPart() {
        return Math.max(0, scriptSeconds - commandSeconds) / Math.max(scriptSeconds, commandSeconds);
    }

    private static double sum(Matcher numbers) {
        double sum = 0;
        while (numbers.find()) {
            sum += Double.parseDouble(numbers.group(1));
        }
        return sum;
    }
}
