package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.Recording;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicContent;
import io.pikaconnect.demo.TopicReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/**
 * Measures the pipeline from a stand-in master to a real Redis, through a real Kafka and a real Connect worker, stage by
 * stage, and beside each stage what its bare part does alone in the same run. Everything shares one machine, so a figure
 * means something only beside the others of its run.
 */
public final class Benchmark {

    private static final int LATENCY_RATE = 20;

    private final PrintStream out = System.out;
    private final Path folder;
    private final int keys;
    private final int items;

    private Benchmark(Path folder, int keys, int items) {
        this.folder = folder;
        this.keys = keys;
        this.items = items;
    }

    /**
     * System properties: {@code bench.keys} (500000) of the snapshot, {@code bench.items} (300000) of the binlog,
     * {@code bench.eos} (true) for exactly-once support, {@code bench.worker.jvm} and {@code bench.broker.jvm} options
     * of these JVMs (none), {@code hub.plugins} the plugin's folder.
     */
    public static void main(String[] args) throws Exception {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        new Benchmark(
                        Files.createTempDirectory(target, "bench-"),
                        Integer.getInteger("bench.keys", 500_000),
                        Integer.getInteger("bench.items", 300_000))
                .run(
                        Path.of(System.getProperty("hub.plugins")),
                        Boolean.parseBoolean(System.getProperty("bench.eos", "true")));
    }

    private void run(Path plugins, boolean exactlyOnce) throws Exception {
        out.printf(
                "%,d keys in the snapshot, %,d commands in the binlog, exactly-once %s, %d cores%n",
                keys, items, exactlyOnce ? "on" : "off", Runtime.getRuntime().availableProcessors());
        Recording recording = new MixedData(keys).write(folder, items);
        try (RecordedMaster master = RecordedMaster.start(recording);
                Machinery machinery = new Machinery(folder, plugins, exactlyOnce);
                RedisServer redis = RedisServer.start();
                RedisServer second = RedisServer.start();
                RedisServer third = RedisServer.start();
                RedisServer bare = RedisServer.start()) {
            out.printf("%-34s %12s %9s %12s%n", "", "records/s", "of floor", "worker CPU");

            Rate scan = Floors.scan(recording.dump(), keys);
            floor("floor: RocksDB scan", scan, "keys/s");

            master.writeUpTo(0);
            stages(machinery, master, redis, bare, scan);
            endToEnd("first", machinery, master, second);
            endToEnd("second", machinery, master, third);
        }
    }

    private void stages(Machinery machinery, RecordedMaster master, RedisServer redis, RedisServer bare, Rate scan)
            throws Exception {
        double cpu = machinery.workerCpuSeconds();
        machinery.deploySource("stages", master);
        Rate snapshot = intoTopic(machinery, "stages");
        stage("snapshot -> Kafka", snapshot, scan, machinery.workerCpuSeconds() - cpu);

        TopicContent content = TopicReader.read(machinery.kafka().bootstrapServers(), "stages.db0");
        machinery.kafka().createTopic("bare", Machinery.PARTITIONS);
        Rate producer = Floors.producer(machinery.kafka().bootstrapServers(), content, "bare");
        floor(
                "floor: producer",
                producer,
                String.format(Locale.ROOT, "snapshot is %.2f of it", snapshot.partOf(producer)));
        RedisUse idle = RedisUse.of(bare);
        Rate pipelined = Floors.pipelined(bare, content);
        floor("floor: pipelined client", pipelined, "");
        redisUse(RedisUse.of(bare).since(idle), pipelined);

        cpu = machinery.workerCpuSeconds();
        RedisUse before = RedisUse.of(redis);
        long start = System.nanoTime();
        machinery.deploySink("stages", redis);
        machinery.await("the snapshot in Redis", () -> size(redis) >= keys);
        Rate applied = Rate.since(start, snapshot.count());
        stage("Kafka -> Redis, start included", applied, pipelined, machinery.workerCpuSeconds() - cpu);
        redisUse(RedisUse.of(redis).since(before), applied);

        machinery.pause("stages-sink", true);
        cpu = machinery.workerCpuSeconds();
        start = System.nanoTime();
        master.writeUpTo(items);
        machinery.await("the binlog in Kafka", () -> master.lastAcknowledged().equals(Optional.of(master.end())));
        Rate binlog = Rate.since(start, items);
        stage("binlog -> Kafka", binlog, producer, machinery.workerCpuSeconds() - cpu);

        cpu = machinery.workerCpuSeconds();
        before = RedisUse.of(redis);
        start = System.nanoTime();
        machinery.pause("stages-sink", false);
        // Keys of every partition, after everything else on it.
        master.writeUpTo(items + MixedData.LAST_KEYS / 2);
        machinery.await("the binlog in Redis", () -> lastKeys(redis, MixedData.LAST_KEYS / 2));
        Rate caughtUp = Rate.since(start, items);
        stage("binlog: Kafka -> Redis", caughtUp, pipelined, machinery.workerCpuSeconds() - cpu);
        redisUse(RedisUse.of(redis).since(before), caughtUp);

        double[] millis = Latency.measure(master, items, MixedData.LAST_KEYS / 2, LATENCY_RATE, redis);
        out.printf(
                Locale.ROOT,
                "%-34s median %.0f ms, longest %.0f ms, %d writes/s%n",
                "latency, binlog to Redis",
                millis[millis.length / 2],
                millis[millis.length - 1],
                LATENCY_RATE);
        machinery.delete("stages-source");
        machinery.delete("stages-sink");
    }

    /**
     * From the first keys in Redis to the last one; the sink starts a little after the source. Twice, since such
     * figures spread.
     */
    private void endToEnd(String name, Machinery machinery, RecordedMaster master, RedisServer redis) throws Exception {
        master.writeUpTo(0);
        double cpu = machinery.workerCpuSeconds();
        machinery.deploySource(name, master);
        machinery.await("the topic", () -> machinery.recordsIn(name) > 0);
        machinery.deploySink(name, redis);
        machinery.await("first keys in Redis", () -> size(redis) > keys / 1_000);
        long start = System.nanoTime();
        long done = size(redis);
        machinery.await("the snapshot in Redis", () -> size(redis) >= keys);
        Rate whole = Rate.since(start, keys - done);
        out.printf(
                Locale.ROOT,
                "%-38s %,8.0f keys/s %19.1f us of worker CPU a key%n",
                "full sync, dump to Redis, the " + name,
                whole.perSecond(),
                (machinery.workerCpuSeconds() - cpu) * 1e6 / keys);
        machinery.delete(name + "-source");
        machinery.delete(name + "-sink");
    }

    /** Records per second from the first ones in the topic until no more arrive. */
    private static Rate intoTopic(Machinery machinery, String name) throws InterruptedException {
        machinery.await("the barriers in the topic", () -> machinery.recordsIn(name) > 3L * Machinery.PARTITIONS);
        long start = System.nanoTime();
        long records = machinery.recordsIn(name);
        long first = records;
        long last = start;
        while (System.nanoTime() - last < 3_000_000_000L) {
            long now = machinery.recordsIn(name);
            if (now - records > Machinery.PARTITIONS) { // more than ticks
                records = now;
                last = System.nanoTime();
            }
            Thread.sleep(20);
        }
        return new Rate(records - first, (last - start) / 1e9);
    }

    private static long size(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            return client.dbSize();
        }
    }

    private static boolean lastKeys(RedisServer redis, int count) {
        try (Jedis client = redis.connect()) {
            for (int i = 0; i < count; i++) {
                if (!client.exists(MixedData.lastKey(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private void floor(String name, Rate rate, String remark) {
        out.printf(Locale.ROOT, "%-34s %,12.0f %s%n", name, rate.perSecond(), remark);
    }

    private void stage(String name, Rate rate, Rate floor, double workerCpu) {
        out.printf(
                Locale.ROOT,
                "%-34s %,12.0f %9.2f %9.1f us a record%n",
                name,
                rate.perSecond(),
                rate.partOf(floor),
                workerCpu * 1e6 / rate.count());
    }

    private void redisUse(RedisUse use, Rate rate) {
        out.printf(
                Locale.ROOT,
                "%-34s %.1f us CPU a record; %.0f %% of the commands' time is the script's own%n",
                "   Redis",
                use.cpuSeconds() * 1e6 / rate.count(),
                100 * use.scriptsOwnPart());
    }
}
