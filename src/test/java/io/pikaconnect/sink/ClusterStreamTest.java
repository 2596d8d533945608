package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.pikaconnect.sink.ClusterEvents.Kind;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes that must each take effect once and in order, into three masters with a replica each, while something
 * happens to the cluster: two kinds of things, or all with {@code -Dall.kinds=true}. {@code -Devents=20} for more after the first;
 * {@code -Dseed=…} as it was.
 */
class ClusterStreamTest {

    private static final int PARTITIONS = 4;
    private static final long LIMIT_MS = 120_000;
    /** So many changes are made while something happens, a few with each turn. */
    private static final int MEANWHILE = 6_000;

    /** Some keys share a slot. */
    private static final UnaryOperator<String> NAMES = name -> name + "{" + name.charAt(name.length() - 1) + "}";

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private final Random random = new Random(SEED);
    private final ModelTopic topic = new ModelTopic("pika.db0", PARTITIONS)
            .at(System.currentTimeMillis() - 3_600_000)
            .begin();
    private final RandomChanges changes = new RandomChanges(random, topic, NAMES).withFewBarriers();
    private ModelWorker worker;

    /** Two, which depend on the seed, or all. */
    static Stream<Kind> first() {
        List<Kind> kinds = Arrays.asList(Kind.values());
        Collections.shuffle(kinds, new Random(SEED));
        return Boolean.getBoolean("all.kinds")
                ? Stream.of(Kind.values())
                : kinds.stream().limit(2);
    }

    @ParameterizedTest
    @MethodSource("first")
    void whateverHappensToTheClusterNothingIsLostOrDoubled(Kind first) {
        System.out.println(first + ", seed " + SEED);
        try (ClusterFixture sink = new ClusterFixture("--appendonly", "yes")) {
            ClusterEvents events = new ClusterEvents(sink.cluster, random, i -> NAMES.apply("a" + i % 30));
            changes.make(500);
            worker = sink.all(topic, "sync.batch.num", "20", "sink.buffer.bytes", "4000");
            worker.until(() -> records() > 100, LIMIT_MS);
            for (int i = 0; i < Integer.getInteger("events", 1); i++) {
                Kind kind = i == 0 ? first : Kind.values()[random.nextInt(Kind.values().length)];
                long start = System.nanoTime();
                long still = longestStandstill(() -> events.happens(kind));
                long happened = System.nanoTime();
                worker.until(() -> sink.isAtEnd(topic) || events.isHalfway(), LIMIT_MS);
                System.out.printf(
                        "%s: took %d ms, nothing was applied for %d ms, all of it %d ms after%n",
                        kind, (happened - start) / 1_000_000, still, (System.nanoTime() - happened) / 1_000_000);
            }
            longestStandstill(events::finishMoves);
            changes.make(200);
            worker.until(() -> sink.isAtEnd(topic), LIMIT_MS);
            sink.bringForward(topic);
            assertThat(sink.content()).isEqualTo(changes.content());
        }
    }

    private long records() {
        return worker.task.started().counters().sum(SinkCounter.RECORDS);
    }

    /** The worker is at work and changes are made while something happens: for how long nothing was applied, ms. */
    private long longestStandstill(Runnable what) {
        CompletableFuture<Void> happening = CompletableFuture.runAsync(what);
        long[] longest = {0};
        long[] last = {records(), System.nanoTime()};
        int[] left = {MEANWHILE};
        worker.until(
                () -> {
                    if (left[0] > 0) {
                        changes.make(3);
                        left[0] -= 3;
                    }
                    long now = System.nanoTime();
                    longest[0] = Math.max(longest[0], now - last[1]);
                    if (records() != last[0]) {
                        last[0] = records();
                        last[1] = now;
                    }
                    return happening.isDone();
                },
                LIMIT_MS);
        happening.join();
        return longest[0] / 1_000_000;
    }
}
