package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random changes with deadlines, while everything that can go wrong does; Redis ends up with what the master holds. */
class RandomStreamTest {

    private static final long GRACE = 1_000;
    private static final int PARTITIONS = 4;
    private static final int CHANGES = 4_000;

    private Random random;
    private ModelTopic topic;
    private ModelWorker[] workers;
    private String[][] options;
    private int[] owner;

    /**
     * @param begin of the master's changes, ms before now
     * @param end of them; changes of the last ten seconds are fresh
     * @param structs whether some records are structs
     */
    @ParameterizedTest(name = "{0}: changes of {1} to {2} ms ago, persisted {3}, with structs {4}")
    @CsvSource({
        "a rebuild, 4000000, 3200000, no, false",
        "live, 9000, 0, no, true",
        "catching up, 700000, 0, yes, false",
        "a rebuild with a log, 4000000, 3200000, yes, true"
    })
    void redisEndsUpWithWhatTheMasterHolds(String name, long begin, long end, String appendOnly, boolean structs) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(name + ", seed " + seed);
        random = new Random(seed);
        long now = System.currentTimeMillis();
        topic = new ModelTopic("pika.db0", PARTITIONS).at(now - begin).recordMaxBytes(3_500);
        if (structs) {
            topic.in(Formats.both(new Random(~seed)));
        }
        topic.begin();
        ModelPika master = new ModelPika(random, topic, now - begin);
        for (int i = 1; i <= CHANGES; i++) {
            master.at(now - begin + (begin - end) * i / CHANGES);
            master.change();
            if (random.nextInt(50) == 0) {
                topic.ticks();
            }
        }
        topic.ticks();
        try (SinkFixture sink = new SinkFixture("--appendonly", appendOnly);
                CuttingProxy proxy = new CuttingProxy(sink.server.port(), random)) {
            proxy.cutOften(10);
            begin(sink, proxy);
            boolean saved = false;
            for (int i = 0; i < 1_500; i++) {
                workers[random.nextInt(2)].turn();
                saved |= trouble(sink, saved);
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
            sink.redis().configSet("maxmemory", "0");
            proxy.cutOften(0);
            workers[0].until(
                    () -> {
                        workers[1].turn();
                        return sink.isAtEnd(topic);
                    },
                    90_000); // a partition that met its own successor waits for 60 s
            assertThat(master.inRedis(sink, GRACE)).isEqualTo(master.content());
            assertThat(sink.redis().keys(SinkFixture.PREFIX + "stage:*")).isEmpty();
        }
    }

    private void begin(SinkFixture sink, CuttingProxy proxy) {
        options = new String[2][];
        workers = new ModelWorker[2];
        owner = new int[] {0, 1, 0, 1};
        for (int w = 0; w < 2; w++) {
            options[w] = new String[] {
                "redis.address", proxy.address(),
                "expiry.grace.ms", String.valueOf(GRACE),
                "redis.sender.num", String.valueOf(1 + random.nextInt(3)),
                "sync.batch.num", String.valueOf(1 + random.nextInt(w == 0 ? 20 : 500)),
                "sink.buffer.bytes", String.valueOf(20_000 + random.nextInt(400_000))
            };
            start(sink, w);
        }
    }

    private void start(SinkFixture sink, int w) {
        workers[w] = sink.worker(topic, options[w]);
        for (int p = 0; p < PARTITIONS; p++) {
            if (owner[p] == w) {
                workers[w].assign(p);
            }
        }
    }

    /** One turn in a hundred or so. Whether there is a dump now that Redis can fall back to. */
    private boolean trouble(SinkFixture sink, boolean saved) {
        int w = random.nextInt(2);
        switch (random.nextInt(400)) {
            case 0, 1 -> { // a rebalance
                int p = random.nextInt(PARTITIONS);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            }
            case 2 -> { // a crash of a worker, sometimes right after a commit
                if (random.nextBoolean()) {
                    workers[w].commit();
                }
                workers[w].crash();
                start(sink, w);
            }
            case 3 -> sink.redis().scriptFlush();
            case 4 -> sink.redis().configSet("maxmemory", "1");
            case 5, 6, 7, 8, 9 -> sink.redis().configSet("maxmemory", "0");
            case 10 -> {
                sink.redis().save();
                return true;
            }
            case 12 -> { // both are away for longer than the grace
                workers[0].crash();
                workers[1].crash();
                LockSupport.parkNanos((GRACE + 500) * 1_000_000);
                start(sink, 0);
                start(sink, 1);
            }
            case 11 -> {
                if (saved) { // a crash of Redis, which comes back with the dump or with its log
                    sink.server.kill();
                    sink.server.restart();
                    sink.reconnect();
                }
            }
            default -> {}
        }
        return false;
    }
}
