package io.pikaconnect.tool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/** How many commands a Redis runs, on all servers of a cluster, by their own count of all clients' and scripts'. For one thread. */
final class RedisLoad {

    private static final Pattern COMMANDS = Pattern.compile("(?m)^total_commands_processed:(\\d{1,18})");

    private static final Pattern RUN = Pattern.compile("(?m)^run_id:(\\w+)");

    /** By server, of which each start is another. */
    private Map<String, Long> counted = Map.of();

    private long countedAt;

    /**
     * Since the last call; empty at the first, after another server has taken over or one has restarted, and where INFO does
     * not report it.
     */
    OptionalDouble commandsPerSecond(List<Jedis> servers) {
        Map<String, Long> counts = new HashMap<>();
        for (Jedis server : servers) {
            Matcher commands = COMMANDS.matcher(server.info("stats"));
            Matcher run = RUN.matcher(server.info("server"));
            if (!commands.find() || !run.find()) {
                return OptionalDouble.empty();
            }
            counts.put(run.group(1), Long.parseLong(commands.group(1)));
        }
        long now = System.nanoTime();
        long more = sum(counts) - sum(counted);
        OptionalDouble rate = !counts.keySet().equals(counted.keySet()) || more < 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(more * 1e9 / (now - countedAt));
        counted = counts;
        countedAt = now;
        return rate;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
