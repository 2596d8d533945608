package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a db needs besides its records while its partitions are open: its status is read, and it is swept. Used by all senders. */
final class DatabaseMaintenance {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseMaintenance.class);
    private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Ledger ledger;
    private final CatchUpTracker tracker;
    private final TaskClock clock;
    private final Collection<SinkPartition> partitions;

    /** By topic, when its status was read last. */
    private final Map<String, Long> statusReadAt = new ConcurrentHashMap<>();

    /** @param partitions of the task, as they change */
    DatabaseMaintenance(Ledger ledger, CatchUpTracker tracker, Collection<SinkPartition> partitions, TaskClock clock) {
        this.clock = clock;
        this.ledger = ledger;
        this.tracker = tracker;
        this.partitions = partitions;
    }

    /** Does what is due, if the partition is open, in the thread of its sender. */
    void run(Jedis jedis, SinkPartition p) {
        Optional<String> token = p.openToken();
        if (token.isEmpty()) {
            return;
        }
        try {
            readStatusAndSweep(jedis, p, token.get());
        } catch (JedisDataException e) {
            if (!RedisErrors.isTransient(e.getMessage()) || RedisErrors.needsReconnect(e.getMessage())) {
                throw e;
            }
            LOG.debug("{}: Redis replied {}; trying again later", p.topicPartition, e.getMessage());
        }
    }

    private void readStatusAndSweep(Jedis jedis, SinkPartition p, String token) {
        readStatusIfDue(jedis, p, token);
        if (isSweeper(p)) {
            p.sweep.runPage(jedis, p.assignment(), token, ledger);
        }
    }

    /** @param token under which the partition is open */
    void readStatusIfDue(Jedis jedis, SinkPartition p, String token) {
        long now = clock.nanos();
        if (statusReadAt.merge(p.topicPartition.topic(), now, (last, at) -> at - last < LOOK_EVERY_NANOS ? last : at)
                == now) {
            readStatus(jedis, p, token);
        }
    }

    /**
     * Reads the status of the whole db, and checks that the task still owns its partitions there. Otherwise only the next record
     * or tick would show that the db was emptied.
     */
    private void readStatus(Jedis jedis, SinkPartition p, String token) {
        String topic = p.topicPartition.topic();
        Map<Integer, SinkPartition> open = new TreeMap<>();
        Map<Integer, String> owners = new TreeMap<>();
        for (SinkPartition q : partitions) {
            if (q.topicPartition.topic().equals(topic)) {
                q.openToken().ifPresent(owner -> {
                    open.put(q.topicPartition.partition(), q);
                    owners.put(q.topicPartition.partition(), owner);
                });
            }
        }
        LedgerReply.Status read = ledger.status(jedis, p.topicPartition, token, owners);
        tracker.statusRead(topic, read.status());
        read.lost().forEach(q -> open.get(q).unclaim(owners.get(q)));
    }

    /** How long until {@link #run} has something to do for it, ns; at most that long. */
    long nanosUntilNext(SinkPartition p, long now, long most) {
        return isSweeper(p) ? Math.min(most, p.sweep.nanosUntilNextPage(now)) : most;
    }

    /** Whether the partition's owner is the one that walks over the db. */
    boolean isSweeper(SinkPartition p) {
        return p.state() == SinkPartition.State.OPEN
                && tracker.status(p.topicPartition.topic())
                        .filter(s -> s.isLowest(p.topicPartition.partition()))
                        .isPresent();
    }
}
