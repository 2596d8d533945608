package io.pikaconnect.demo.bench;

import io.pikaconnect.demo.RecordedMaster;
import io.pikaconnect.demo.RedisServer;
import io.pikaconnect.demo.TopicContent;
import io.pikaconnect.demo.TopicReader;
import io.pikaconnect.tool.Endpoint;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/** Measures one part of the pipeline after the other, each with nothing else to do, and its bare part beside it. */
final class Stages {

    private static final int SLOW = 20;
    private static final int SLOW_WRITES = 200;
    private static final int FAST = 5_000;
    private static final int FAST_WRITES = 15_000;

    /** These SETs come after the binlog's items: enough for every partition to have some. */
    private static final int MARKS = 32;

    /** How many SETs of {@link MixedData#lastKey} the recording must have. */
    static final int LAST_ITEMS = MARKS + SLOW_WRITES + FAST_WRITES;

    private static final String NAME = "stages";

    private final RecordedMaster master;
    private final int keys;
    private final int items;
    private final Machinery machinery;
    private final Report report;

    Stages(RecordedMaster master, int keys, int items, Machinery machinery, Report report) {
        this.master = master;
        this.keys = keys;
        this.items = items;
        this.machinery = machinery;
        this.report = report;
    }

    void run() throws Exception {
        report.heading();
        Rate scan = Floors.scan(master.recording().dump(), keys);
        report.floor("RocksDB scan", "bare RocksDB scan, keys/s", scan, "");
        Rate snapshot = snapshot(scan);

        TopicContent content = TopicReader.read(machinery.kafka().bootstrapServers(), NAME + ".db0");
        machinery.kafka().createTopic("bare", Machinery.PARTITIONS);
        Rate producer = Floors.producer(machinery.kafka().bootstrapServers(), content, "bare");
        report.floor("producer", "bare producer, records/s", producer, "");
        Rate pipelined = pipelined(content);

        try (RedisServer redis = RedisServer.start()) {
            sink(redis, snapshot, pipelined);
            machinery.pause(NAME + "-sink", true);
            binlog(producer);
            catchUp(redis, pipelined);
            int written = MARKS;
            report.latency(Latency.measure(master, items + written, written, SLOW_WRITES, SLOW, redis));
            written += SLOW_WRITES;
            report.latency(Latency.measure(master, items + written, written, FAST_WRITES, FAST, redis));
            machinery.delete(NAME);
        }
    }

    private Rate snapshot(Rate scan) throws Exception {
        master.writeUpTo(0);
        CpuSeconds before = machinery.cpu();
        machinery.deploySource(NAME, Endpoint.parse("127.0.0.1:" + master.port(), Optional.empty()));
        Rate rate = intoTopic();
        CpuSeconds cpu = machinery.cpu().since(before);
        report.stage("snapshot -> Kafka", "snapshot to Kafka, records/s", rate, scan, cpu);
        report.cpu("worker's + Kafka's CPU a record, snapshot to Kafka, µs", cpu.worker(), cpu.broker(), rate);
        return rate;
    }

    private Rate pipelined(TopicContent content) throws Exception {
        try (RedisServer bare = RedisServer.start()) {
            RedisUse idle = RedisUse.of(bare);
            Rate rate = Floors.pipelined(bare, content);
            RedisUse use = RedisUse.of(bare).since(idle);
            report.floor("pipelined client", "bare pipelined Redis client, records/s", rate, "");
            report.redis(use, rate);
            report.redisAlone(use, rate);
            return rate;
        }
    }

    private void sink(RedisServer redis, Rate snapshot, Rate pipelined) throws Exception {
        CpuSeconds before = machinery.cpu();
        RedisUse idle = RedisUse.of(redis);
        long start = System.nanoTime();
        machinery.deploySink(NAME, redis);
        machinery.await("the snapshot in Redis", () -> {
            try (Jedis client = redis.connect()) {
                return Arrival.keys(client) >= keys;
            }
        });
        Rate rate = Rate.since(start, snapshot.count());
        CpuSeconds cpu = machinery.cpu().since(before);
        RedisUse use = RedisUse.of(redis).since(idle);
        report.stage(
                "Kafka -> Redis, start included",
                "Kafka to Redis, its start included, records/s",
                rate,
                pipelined,
                cpu);
        report.redis(use, rate);
        report.cpu("worker's + Redis' CPU a record, Kafka to Redis, µs", cpu.worker(), use.cpuSeconds(), rate);
    }

    private void binlog(Rate producer) {
        CpuSeconds before = machinery.cpu();
        long start = System.nanoTime();
        master.writeUpTo(items);
        machinery.await("the binlog in Kafka", () -> master.lastAcknowledged().equals(Optional.of(master.end())));
        Rate rate = Rate.since(start, items);
        CpuSeconds cpu = machinery.cpu().since(before);
        report.stage("binlog -> Kafka", "binlog to Kafka, records/s", rate, producer, cpu);
        report.cpu("worker's + Kafka's CPU a record, binlog to Kafka, µs", cpu.worker(), cpu.broker(), rate);
    }

    private void catchUp(RedisServer redis, Rate pipelined) {
        CpuSeconds before = machinery.cpu();
        RedisUse idle = RedisUse.of(redis);
        long start = System.nanoTime();
        machinery.pause(NAME + "-sink", false);
        // Keys of every partition, after everything else on it.
        master.writeUpTo(items + MARKS);
        machinery.await("the binlog in Redis", () -> marked(redis));
        Rate rate = Rate.since(start, items);
        CpuSeconds cpu = machinery.cpu().since(before);
        RedisUse use = RedisUse.of(redis).since(idle);
        report.stage("binlog: Kafka -> Redis", "binlog from Kafka to Redis, records/s", rate, pipelined, cpu);
        report.redis(use, rate);
        report.cpu(
                "worker's + Redis' CPU a record, binlog from Kafka to Redis, µs", cpu.worker(), use.cpuSeconds(), rate);
    }

    /** Records per second from the first ones in the topic until no more arrive. */
    private Rate intoTopic() throws InterruptedException {
        machinery.await("the barriers in the topic", () -> machinery.recordsIn(NAME) > 3L * Machinery.PARTITIONS);
        long start = System.nanoTime();
        long records = machinery.recordsIn(NAME);
        long first = records;
        long last = start;
        while (System.nanoTime() - last < 3_000_000_000L) {
            long now = machinery.recordsIn(NAME);
            if (now - records > Machinery.PARTITIONS) { // more than ticks
                records = now;
                last = System.nanoTime();
            }
            Thread.sleep(20);
        }
        return new Rate(records - first, (last - start) / 1e9);
    }

    private static boolean marked(RedisServer redis) {
        try (Jedis client = redis.connect()) {
            for (int i = 0; i < MARKS; i++) {
                if (!client.exists(MixedData.lastKey(i))) {
                    return false;
                }
            }
            return true;
        }
    }
}
