package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.migration.SpotCheck;
import io.pikaconnect.tool.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Migrates one Pika into an empty Redis, by the pipeline or by a baseline, from the start until everything is there, and
 * compares some keys.
 */
final class ReadyToReady {

    static final int COMPARED = 2_000;

    private final Endpoint pika;
    private final SpotCheck wanted;
    private final long keys;

    /**
     * Of this Pika.
     *
     * @param wanted some of its keys, as they have to be in Redis
     * @param keys how many it has
     */
    ReadyToReady(Endpoint pika, SpotCheck wanted, long keys) {
        this.pika = pika;
        this.wanted = wanted;
        this.keys = keys;
    }

    /** From the deployment of both connectors in a worker that runs. */
    Migration ours(String name, Machinery machinery, String topic) throws IOException, InterruptedException {
        try (RedisServer redis = RedisServer.start()) {
            RedisUse idle = RedisUse.of(redis);
            CpuSeconds before = machinery.cpu();
            long start = System.nanoTime();
            machinery.deploy(topic, pika, redis);
            Milestones milestones = new Milestones(start, machinery, topic);
            Arrival arrival = Arrival.await(redis, keys, milestones::look);
            CpuSeconds cpu = machinery.cpu().since(before);
            Migration migration = migration(
                    name,
                    arrival,
                    start,
                    redis,
                    String.format(
                            Locale.ROOT,
                            "worker %.1f us, Kafka %.1f us, Redis %.1f us; %s",
                            cpu.worker() * 1e6 / keys,
                            cpu.broker() * 1e6 / keys,
                            RedisUse.of(redis).since(idle).cpuSeconds() * 1e6 / keys,
                            milestones));
            machinery.delete(topic);
            return migration;
        }
    }

    /** From the start of the command. */
    Migration baseline(String name, String command, Path log) throws IOException, InterruptedException {
        try (RedisServer redis = RedisServer.start()) {
            RedisUse idle = RedisUse.of(redis);
            long start = System.nanoTime();
            try (Baseline baseline = Baseline.start(command, pika, endpoint(redis), log)) {
                Arrival arrival = Arrival.await(redis, keys, baseline::check);
                if (arrival.keys() == 0) {
                    throw baseline.failed("has copied no key");
                }
                return migration(
                        name,
                        arrival,
                        start,
                        redis,
                        String.format(
                                Locale.ROOT,
                                "command %.1f us, Redis %.1f us",
                                baseline.cpuSeconds() * 1e6 / keys,
                                RedisUse.of(redis).since(idle).cpuSeconds() * 1e6 / keys));
            }
        }
    }

    private Migration migration(String name, Arrival arrival, long start, RedisServer redis, String cpu) {
        return new Migration(
                name,
                keys,
                (arrival.nanos() - start) / 1e9,
                arrival.keys(),
                wanted.chosen().size(),
                wanted.differences(endpoint(redis)),
                cpu);
    }

    private static Endpoint endpoint(RedisServer redis) {
        return Endpoint.parse(redis.address(), Optional.empty());
    }
}
