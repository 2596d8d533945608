package io.pikaconnect.sink;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/** Whether a Redis can be a target at all, according to INFO. */
final class TargetCheck {

    static final String REMEDY = "The sink needs a Redis 6.2 or later, or Valkey, with maxmemory-policy noeviction;"
            + " before 7.0.8 not built with libc's malloc.";

    private TargetCheck() {}

    /** The reason why not, if there is one. Being a replica is none: it may become the master (again). */
    static Optional<String> refusal(Jedis jedis, boolean wantsCluster) {
        return refusal(info(jedis), wantsCluster);
    }

    /**
     * @param info the fields of INFO
     * @param wantsCluster whether the sink is set to write to a cluster
     */
    static Optional<String> refusal(Map<String, String> info, boolean wantsCluster) {
        if (info.containsKey("pika_version")) {
            return Optional.of("This is a Pika, version " + info.get("pika_version"));
        }
        String version = info.getOrDefault("redis_version", "0");
        if (!isAtLeast(version, 6, 2, 0)) {
            return Optional.of("Redis is version " + version);
        }
        if (!isAtLeast(version, 7, 0, 8)
                && info.getOrDefault("mem_allocator", "").startsWith("libc")) {
            return Optional.of(
                    "Redis is version " + version + " built with libc's malloc (mem_allocator:libc), which crashes"
                            + " when a script runs INCRBYFLOAT after a command with more arguments");
        }
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        if (!policy.equals("noeviction")) {
            return Optional.of("Redis may throw keys away: maxmemory-policy is " + policy);
        }
        if (isOfCluster(info) != wantsCluster) {
            return Optional.of(
                    wantsCluster
                            ? "Redis is no cluster: remove redis.cluster"
                            : "Redis is a node of a cluster: set redis.cluster=true, or remove redis.cluster=false");
        }
        return Optional.empty();
    }

    static boolean isOfCluster(Map<String, String> info) {
        return info.getOrDefault("cluster_enabled", "0").equals("1");
    }

    static boolean isReplica(Jedis jedis) {
        return info(jedis).getOrDefault("role", "master").equals("slave");
    }

    private static boolean isAtLeast(String version, int... wanted) {
        int[] numbers = Arrays.stream(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .limit(wanted.length)
                .toArray();
        return Arrays.compare(Arrays.copyOf(numbers, wanted.length), wanted) >= 0;
    }

    /** The fields of INFO. */
    static Map<String, String> info(Jedis jedis) {
        Map<String, String> info = new HashMap<>();
        for (String line : jedis.info().split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return info;
    }
}
