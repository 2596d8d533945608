package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.KeySlot;
import io.pikaconnect.change.Resp;
import io.pikaconnect.metrics.MBeans;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A sink into a real cluster of three masters. */
class ClusterSinkTest {

    private static final long GRACE = 1_000;
    private static final int PARTITIONS = 4;

    @Test
    void everyKeyIsInItsSlotAndEveryPartitionAtItsEnd() {
        ModelTopic topic = new ModelTopic("pika.db0", 3).begin();
        for (int i = 0; i < 300; i++) {
            topic.command("SET", "k" + i, "v" + i);
        }
        topic.command("PEXPIREAT", "k7", System.currentTimeMillis() + 3_600_000).ticks();
        try (ClusterFixture sink = new ClusterFixture(3, 0)) {
            ModelWorker worker = sink.applyAll(topic);
            assertThat(sink.content()).hasSize(300).containsEntry("k7", "v7");
            eachNodeShowsItsSlots(sink);
            worker.crash();
            releasesDeadlines(sink, topic);
            aMoveOfALargeMemberBetweenSlotsStopsIt(sink, topic);
        }
    }

    private static void eachNodeShowsItsSlots(ClusterFixture sink) {
        MBeans jmx = MBeans.here();
        List<Map<String, Object>> nodes = jmx.names("pika.connect:type=sink-node,connector=to-redis,task=0,*").stream()
                .map(jmx::attributes)
                .toList();
        assertThat(nodes).hasSize(3).allSatisfy(node -> {
            assertThat((Long) node.get("slots")).isBetween(5_461L, 5_462L);
            assertThat((Long) node.get("scripts")).isPositive();
            assertThat((Long) node.get("reply-ms")).isNotNegative();
        });
        assertThat(jmx.names("pika.connect:type=sink-node,*"))
                .anyMatch(name -> name.contains(sink.cluster.nodes().get(1).address()));
    }

    private static void releasesDeadlines(ClusterFixture sink, ModelTopic topic) {
        long held = sink.deadline("k7");
        assertThat(held).isGreaterThan(SinkFixture.FAR);
        ModelWorker worker = sink.all(topic, "expiry.mode", "native", "expiry.grace.ms", "60000");
        long[] ticked = {0};
        worker.until(
                () -> {
                    if (System.nanoTime() - ticked[0] > 2_000_000_000L) {
                        ticked[0] = System.nanoTime();
                        topic.ticks();
                    }
                    return "native".equals(sink.control("deadlines"));
                },
                60_000);
        assertThat(sink.deadline("k7")).isEqualTo(held - SinkFixture.FAR + 60_000);
        topic.change(
                Resp.bytes("later"),
                Command.of("SET", "later", "x"),
                Command.of("PEXPIREAT", "later", System.currentTimeMillis() + 3_600_000));
        worker.until(() -> sink.isAtEnd(topic));
        assertThat(sink.deadline("later")).isLessThan(SinkFixture.FAR).isPositive();
        aNodeThatHasLostTheEndOfTheReleaseIsReleasedAgain(sink, worker, topic, held);
        worker.crash();
    }

    /** Its replica took over when it had the slot's state, but not all deadlines. */
    private static void aNodeThatHasLostTheEndOfTheReleaseIsReleasedAgain(
            ClusterFixture sink, ModelWorker worker, ModelTopic topic, long held) {
        String ledger = SinkFixture.PREFIX + "{" + SlotTags.of(KeySlot.slot(Resp.bytes("k7"))) + "}ledger";
        sink.<Long>onNodeOf("k7", redis -> redis.pexpireAt("k7", held));
        sink.<Long>onNodeOf(ledger, redis -> redis.hdel(ledger, "walked"));
        worker.until(() -> ticks(topic) && sink.deadline("k7") < SinkFixture.FAR, 60_000);
    }

    /** Now and then. */
    private static boolean ticks(ModelTopic topic) {
        if (System.nanoTime() % 2_000_000_000L < 5_000_000) {
            topic.ticks();
        }
        return true;
    }

    private static void aMoveOfALargeMemberBetweenSlotsStopsIt(ClusterFixture sink, ModelTopic topic) {
        topic.recordMaxBytes(3_500)
                .several(
                        List.of(Resp.bytes("k1"), Resp.bytes("k2")),
                        Command.of("SMOVE", "k1", "k2", "m".repeat(5_000)));
        ModelWorker worker = sink.all(topic, "expiry.mode", "native", "expiry.grace.ms", "60000");
        assertThatThrownBy(() -> worker.until(() -> false))
                .hasMessageContaining("PIKA.STAGED is about keys of several slots")
                .hasMessageContaining("hash tag");
        assertThat(sink.value("k1")).contains("v1");
    }

    @Test
    void afterFailoversAndMovesOfSlotsItHoldsWhatTheMasterHolds() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long now = System.currentTimeMillis();
        long begin = 400_000;
        int changes = Integer.getInteger("changes", 3_000);
        ModelTopic topic =
                new ModelTopic("pika.db0", PARTITIONS).at(now - begin).recordMaxBytes(3_500);
        topic.begin();
        ModelPika master = new ModelPika(random, topic, now - begin);
        for (int i = 1; i <= changes; i++) {
            master.at(now - begin + begin * i / changes);
            master.change();
            if (random.nextInt(50) == 0) {
                topic.ticks();
            }
        }
        topic.ticks();
        try (ClusterFixture sink = new ClusterFixture("--appendonly", "yes")) {
            ClusterEvents trouble = new ClusterEvents(sink.cluster, new Random(seed + 2), i -> "k" + i % 100);
            ModelWorker[] workers = new ModelWorker[2];
            int[] owner = {0, 1, 0, 1};
            for (int w = 0; w < 2; w++) {
                workers[w] = start(sink, topic, random, owner, w);
            }
            Random ofTrouble = new Random(seed + 1);
            int troubles = Integer.getInteger("troubles", 3);
            CompletableFuture<Void> allTroubles = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < troubles; i++) {
                    LockSupport.parkNanos(ofTrouble.nextInt(300_000_000));
                    trouble.happens();
                }
                trouble.finishMoves();
            });
            while (!allTroubles.isDone()) {
                workers[random.nextInt(2)].turn();
                int what = random.nextInt(3_000);
                if (what == 0) {
                    int p = random.nextInt(PARTITIONS);
                    workers[owner[p]].revoke(p);
                    owner[p] = 1 - owner[p];
                    workers[owner[p]].assign(p);
                } else if (what == 1) {
                    int w = random.nextInt(2);
                    workers[w].crash();
                    workers[w] = start(sink, topic, random, owner, w);
                }
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
            allTroubles.join();
            workers[0].until(
                    () -> {
                        workers[1].turn();
                        return sink.isAtEnd(topic);
                    },
                    90_000);
            Map<String, String> inRedis = master.inRedis(sink.content(), sink::deadline, GRACE);
            assertThat(inRedis).isEqualTo(master.content());
            assertThat(sink.keys()).noneMatch(key -> key.contains("}stage:"));
        }
    }

    private static ModelWorker start(ClusterFixture sink, ModelTopic topic, Random random, int[] owner, int w) {
        ModelWorker worker = sink.worker(
                topic,
                "expiry.grace.ms",
                String.valueOf(GRACE),
                "redis.sender.num",
                String.valueOf(1 + random.nextInt(3)),
                "sync.batch.num",
                String.valueOf(1 + random.nextInt(w == 0 ? 20 : 500)),
                "sink.buffer.bytes",
                String.valueOf(20_000 + random.nextInt(400_000)));
        for (int p = 0; p < PARTITIONS; p++) {
            if (owner[p] == w) {
                worker.assign(p);
            }
        }
        return worker;
    }
}
