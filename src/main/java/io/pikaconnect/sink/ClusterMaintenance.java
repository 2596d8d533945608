package io.pikaconnect.sink;

import io.pikaconnect.redis.SlotMap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a cluster needs besides records while partitions are open: marks, the status, the sweep. Used by all senders. */
final class ClusterMaintenance {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMaintenance.class);
    private static final long MARK_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final ClusterApplier applier;
    private final SlotScripts scripts;
    private final DatabaseMaintenance maintenance;
    private final ClusterSweep sweep;
    private final TaskClock clock;
    private final Map<TopicPartition, Long> markedAt = new ConcurrentHashMap<>();

    /** @param maintenance of the control ledger */
    ClusterMaintenance(
            ClusterApplier applier,
            SlotScripts scripts,
            DatabaseMaintenance maintenance,
            ClusterSweep sweep,
            TaskClock clock) {
        this.applier = applier;
        this.scripts = scripts;
        this.maintenance = maintenance;
        this.sweep = sweep;
        this.clock = clock;
    }

    void run(ClusterLink link, SinkPartition p) {
        Optional<String> token = p.openToken();
        if (token.isEmpty()) {
            return;
        }
        try {
            maintenance.readStatusIfDue(link.control(), p, token.get());
            mark(link, p, token.get());
            if (maintenance.isSweeper(p)) {
                sweep.runPage(link, p.assignment(), token.get());
            }
        } catch (JedisDataException e) {
            if (!RedisErrors.isTransient(e.getMessage()) || RedisErrors.needsReconnect(e.getMessage())) {
                throw e;
            }
            LOG.debug("{}: Redis replied {}; trying again later", p.topicPartition, e.getMessage());
            link.refresh();
        }
    }

    /** Marks in all slots of a partition that was closed where it has to be read from, if that is known. */
    void leave(ClusterLink link, TopicPartition partition) {
        applier.places(partition).filter(places -> places.end().isPresent()).ifPresent(places -> {
            try {
                scripts.mark(link, places);
            } catch (JedisDataException e) {
                LOG.debug("{}: Redis replied {}; the marks of some seconds ago remain", partition, e.getMessage());
            }
        });
    }

    /** How long until {@link #run} has something to do for it, ns; at most that long. */
    long nanosUntilNext(SinkPartition p, long now, long most) {
        return maintenance.isSweeper(p) ? Math.min(most, sweep.nanosUntilNextPage(now)) : most;
    }

    /** Whether it is fresh for the first time since it was claimed: a release of deadlines waits for the marks. */
    private static boolean isFirstFresh(SinkPartition p, SlotPlaces places) {
        return p.ledger().filter(field -> field.freshUntilMs() > 0).isPresent() && places.becomesFresh();
    }

    private void mark(ClusterLink link, SinkPartition p, String token) {
        long now = clock.nanos();
        Optional<SlotPlaces> places = applier.places(p.topicPartition);
        if (places.flatMap(SlotPlaces::end).isEmpty()
                || !isFirstFresh(p, places.get())
                        && now - markedAt.computeIfAbsent(p.topicPartition, q -> now) < MARK_EVERY_NANOS) {
            return;
        }
        markedAt.put(p.topicPartition, now);
        SlotScripts.Marked marked = scripts.mark(link, places.get());
        if (marked.isAway()) { // another node may have it by now, with less
            SlotMap before = link.slots();
            link.refresh();
            if (before != link.slots()) {
                markedAt.put(p.topicPartition, now - MARK_EVERY_NANOS);
            }
        }
        if (marked.isLost()) {
            LOG.info("{}: a node of the cluster has lost writes; reading again from its place", p.topicPartition);
            p.unclaim(token);
        }
    }
}
