package io.pikaconnect.demo.bench;

import com.sun.management.OperatingSystemMXBean;
import io.pikaconnect.change.Command;
import io.pikaconnect.demo.RedisCluster;
import io.pikaconnect.demo.RedisServer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures how fast one sink task writes into one Redis and into a cluster, and the CPU that each process takes for a record. The
 * topic is in memory; everything shares one machine.
 *
 * <p>System properties: {@code bench.records} (400000), {@code bench.masters} (0,3,0,3), of a cluster; 0 is one Redis.
 */
public final class ClusterRate {

    private static final int PARTITIONS = 4;
    private static final int KEYS = 100_000;
    private static final int BARRIERS = 50;
    private static final int LIMIT_SECONDS = 300;

    private ClusterRate() {}

    public static void main(String[] args) {
        int records = Integer.getInteger("bench.records", 400_000);
        System.out.printf(
                "%-12s %-9s %10s %12s %10s %s%n",
                "target", "records", "a second", "sink µs", "Redis µs", "of the busiest node");
        for (String masters : System.getProperty("bench.masters", "0,3,0,3").split(",")) {
            measure(Integer.parseInt(masters), records);
        }
    }

    private static void measure(int masters, int records) {
        if (masters == 0) {
            try (RedisServer redis = RedisServer.start()) {
                measure("one Redis", List.of(redis), Map.of("redis.address", redis.address()), records);
            }
            return;
        }
        try (RedisCluster cluster = RedisCluster.start(masters, 0)) {
            measure(
                    masters + " masters",
                    cluster.nodes(),
                    Map.of("redis.address", cluster.addresses(), "redis.cluster", "true"),
                    records);
        }
    }

    private static void measure(String target, List<RedisServer> nodes, Map<String, String> settings, int records) {
        try (MemoryTopic topic = new MemoryTopic(PARTITIONS, settings)) {
            topic.begin();
            topic.applyAll(LIMIT_SECONDS);
            Random random = new Random(1);
            run(target, "writes", nodes, topic, records, t -> {
                for (int i = 0; i < records; i++) {
                    String key = "key:" + random.nextInt(KEYS);
                    t.command(
                            random.nextBoolean()
                                    ? Command.of("SET", key, "some value that is not long " + i)
                                    : Command.of("HSET", "h" + key, "field", i));
                }
            });
            run(target, "flushes", nodes, topic, BARRIERS, t -> {
                for (int i = 0; i < BARRIERS; i++) {
                    t.command(Command.of("SET", "key:" + i, "v"));
                    t.barrier(Command.of("flushdb"));
                }
            });
            run(target, "patterns", nodes, topic, BARRIERS, t -> {
                for (int i = 0; i < BARRIERS; i++) {
                    t.command(Command.of("SET", "key:" + i, "v"));
                    t.barrier(Command.of("pika.patterndel", "key:*", "string", "0"));
                }
            });
        }
    }

    private static void run(
            String target,
            String what,
            List<RedisServer> nodes,
            MemoryTopic topic,
            int count,
            Consumer<MemoryTopic> writes) {
        writes.accept(topic);
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        List<RedisUse> before = nodes.stream().map(RedisUse::of).toList();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        boolean isWhole = topic.applyAll(LIMIT_SECONDS);
        double seconds = (System.nanoTime() - start) / 1e9;
        double sink = (process.getProcessCpuTime() - cpu) / 1e3 / count;
        List<Double> used = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            used.add(RedisUse.of(nodes.get(i)).since(before.get(i)).cpuSeconds() * 1e6 / count);
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s %-9s %10.0f %12.1f %10.1f %.1f%s%n",
                target,
                what,
                count / seconds,
                sink,
                used.stream().mapToDouble(Double::doubleValue).sum(),
                Stream.concat(used.stream(), Stream.of(0.0))
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .getAsDouble(),
                isWhole ? "" : " (not complete)");
    }
}
