package io.pikaconnect.sink;

import io.pikaconnect.content.Content;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A cluster to which anything of {@link ClusterEvents} happens, until somebody wants to know what it holds. */
public final class TroubledCluster implements TargetFixture {

    private static final int MOST_PAUSE_NANOS = 2_000_000_000;
    /** Of so many strings a slot may be moved halfway. */
    private static final int KEYS = 50;

    private final ClusterFixture cluster = new ClusterFixture("--appendonly", "yes");
    private final ClusterEvents trouble;
    private final Random random;
    private final CompletableFuture<Void> events;
    private volatile boolean isOver;

    public TroubledCluster(long seed) {
        trouble = new ClusterEvents(cluster.cluster, new Random(seed + 2), i -> "str:" + i % KEYS);
        random = new Random(seed + 3);
        events = CompletableFuture.runAsync(() -> {
            while (!isOver) {
                LockSupport.parkNanos(random.nextInt(MOST_PAUSE_NANOS));
                trouble.happens();
            }
            trouble.finishMoves();
            System.out.println("what happened to the cluster, seed " + seed + ": " + trouble.counts());
        });
    }

    @Override
    public ModelWorker worker(ModelTopic topic, String... more) {
        return cluster.worker(topic, more);
    }

    /** The last trouble is over when everything was applied once. */
    @Override
    public boolean isAtEnd(ModelTopic topic) {
        if (events.isCompletedExceptionally()) { // it may wait for a slot for ever
            events.join();
        }
        if (!cluster.isAtEnd(topic)) {
            return false;
        }
        isOver = true;
        return events.isDone();
    }

    @Override
    public Content read() {
        events.join();
        return cluster.read();
    }

    @Override
    public List<String> ownKeys() {
        return cluster.ownKeys();
    }

    @Override
    public void close() {
        isOver = true;
        try {
            events.join();
        } finally {
            cluster.close();
        }
    }
}
