package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntFunction;
import redis.clients.jedis.Jedis;

/** Reads from the ledgers, for a task without partitions, whether the databases of its connector are ready. Used by one sender's
 * thread. */
final class IdleTaskPoller {

    private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final RedisSinkConfig config;
    private final Ledger ledger;
    private final CatchUpTracker tracker;
    private final Collection<SinkPartition> partitions;
    private final Set<String> topics;
    private final TaskClock clock;
    private long notBefore;

    /** @param partitions of the task, as they change */
    IdleTaskPoller(
            RedisSinkConfig config,
            Ledger ledger,
            CatchUpTracker tracker,
            Collection<SinkPartition> partitions,
            TaskClock clock) {
        this.clock = clock;
        this.notBefore = clock.nanos() + LOOK_EVERY_NANOS;
        this.config = config;
        this.ledger = ledger;
        this.tracker = tracker;
        this.partitions = partitions;
        this.topics = config.topics();
    }

    /** Reads the ledgers, if the task has no partitions and it is time. */
    void poll(IntFunction<Jedis> database) {
        long now = clock.nanos();
        if (partitions.isEmpty() && now - notBefore >= 0) {
            notBefore = now + LOOK_EVERY_NANOS;
            for (String topic : topics) {
                tracker.statusRead(topic, ledger.notedStatus(database.apply(config.database(topic))));
            }
        }
    }
}
