package io.pikaconnect.sink;

import io.pikaconnect.content.Content;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A cluster of which nodes fail over and crash, and slots are moved, until somebody wants to know what it holds. */
public final class TroubledCluster implements TargetFixture {

    private static final int MOST_PAUSE_NANOS = 2_000_000_000;

    private final ClusterFixture cluster = new ClusterFixture();
    private final ClusterTrouble trouble;
    private final Random random;
    private final CompletableFuture<Void> events;
    private volatile boolean isOver;

    public TroubledCluster(long seed) {
        trouble = new ClusterTrouble(cluster.cluster, new Random(seed + 2));
        random = new Random(seed + 3);
        events = CompletableFuture.runAsync(() -> {
            while (!isOver) {
                LockSupport.parkNanos(random.nextInt(MOST_PAUSE_NANOS));
                trouble.make();
            }
            trouble.end();
        });
    }

    @Override
    public ModelWorker worker(ModelTopic topic, String... more) {
        return cluster.worker(topic, more);
    }

    /** The last trouble is over when everything was applied once. */
    @Override
    public boolean isAtEnd(ModelTopic topic) {
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
