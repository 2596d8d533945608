package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a db needs besides its records, while its partitions are open: a look at all of it, and the sweep. Used by all senders. */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Ledger ledger;
    private final Progress progress;

    /** By topic, when it was looked at last. */
    private final Map<String, Long> looked = new ConcurrentHashMap<>();

    Upkeep(Ledger ledger, Progress progress) {
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Does what it is time for, in the thread of the partition's sender. */
    void step(Jedis jedis, SinkPartition p) {
        try {
            lookAndSweep(jedis, p);
        } catch (JedisDataException e) {
            if (!RetryRule.passes(e.getMessage()) || RetryRule.reconnect(e.getMessage())) {
                throw e;
            }
            LOG.debug("{}: Redis answers {}; the next time", p.topicPartition, e.getMessage());
        }
    }

    private void lookAndSweep(Jedis jedis, SinkPartition p) {
        String topic = p.topicPartition.topic();
        long now = System.nanoTime();
        if (looked.merge(topic, now, (last, at) -> at - last < LOOK_EVERY_NANOS ? last : at) == now) {
            progress.looked(
                    topic, ledger.look(jedis, p.topicPartition, p.token().orElseThrow()));
        }
        if (sweeps(p)) {
            p.sweep.step(jedis, p, ledger);
        }
    }

    /** How long until {@link #step} has something to do for it, ns; at most so long. */
    long rest(SinkPartition p, long now, long most) {
        return sweeps(p) ? Math.min(most, p.sweep.rest(now)) : most;
    }

    private boolean sweeps(SinkPartition p) {
        return p.isOpen()
                && progress.standing(p.topicPartition.topic())
                        .filter(s -> s.isLowest(p.topicPartition.partition()))
                        .isPresent();
    }
}
