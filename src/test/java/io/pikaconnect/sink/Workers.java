package io.pikaconnect.sink;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Two workers that share a topic's partitions, and what may happen to them. */
final class Workers {

    private final TargetFixture sink;
    private final ModelTopic topic;
    private final Random random;
    private final String[] options;
    private final ModelWorker[] workers = new ModelWorker[2];
    private final int[] owner;

    Workers(TargetFixture sink, ModelTopic topic, Random random, String... options) {
        this.sink = sink;
        this.topic = topic;
        this.random = random;
        this.options = options;
        this.owner = new int[topic.size()];
        for (int p = 0; p < owner.length; p++) {
            owner[p] = p % 2;
        }
        start(0);
        start(1);
    }

    private void start(int w) {
        workers[w] = sink.worker(topic, options);
        for (int p = 0; p < owner.length; p++) {
            if (owner[p] == w) {
                workers[w].assign(p);
            }
        }
    }

    /** So many turns with rebalances and crashes in between, then quietly to the topic's end. */
    void applyUnderTrouble(int turns) {
        applyUnderTrouble(turns, () -> {});
    }

    /** @param more what else happens, in every turn */
    void applyUnderTrouble(int turns, Runnable more) {
        for (int i = 0; i < turns; i++) {
            workers[random.nextInt(2)].turn();
            more.run();
            int what = random.nextInt(30);
            if (what < 2) {
                int p = random.nextInt(owner.length);
                workers[owner[p]].revoke(p);
                owner[p] = 1 - owner[p];
                workers[owner[p]].assign(p);
            } else if (what < 3) {
                int w = random.nextInt(2);
                workers[w].crash();
                start(w);
            }
            LockSupport.parkNanos(random.nextInt(5_000_000));
        }
        workers[0].until(
                () -> {
                    workers[1].turn();
                    return sink.isAtEnd(topic);
                },
                90_000); // a partition that met its own successor waits for 60 s
    }

    /** What both counted for that reason. */
    long counted(String reason) {
        return workers[0].task.started().counters().discards.of(reason)
                + workers[1].task.started().counters().discards.of(reason);
    }
}
