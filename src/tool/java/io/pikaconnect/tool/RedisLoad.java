package io.pikaconnect.tool;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/** How many commands a Redis runs, on all servers of a cluster, by their own count of all clients' and scripts'. For one thread. */
final class RedisLoad {

    private static final Pattern COMMANDS = Pattern.compile("(?m)^total_commands_processed:(\\d{1,18})");

    private long counted = -1;
    private long countedAt;

    /** Since the last call; empty at the first, after a restart of a server, and where INFO does not report it. */
    OptionalDouble commandsPerSecond(List<Jedis> servers) {
        long count = 0;
        for (Jedis server : servers) {
            Matcher commands = COMMANDS.matcher(server.info("stats"));
            if (!commands.find()) {
                return OptionalDouble.empty();
            }
            count += Long.parseLong(commands.group(1));
        }
        long now = System.nanoTime();
        OptionalDouble rate = counted < 0 || count < counted
                ? OptionalDouble.empty()
                : OptionalDouble.of((count - counted) * 1e9 / (now - countedAt));
        counted = count;
        countedAt = now;
        return rate;
    }
}
