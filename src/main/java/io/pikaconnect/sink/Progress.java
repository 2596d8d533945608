package io.pikaconnect.sink;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/** How near the task is to the source: caught up, ready for the cut-over. Says when that changes. Used by all senders. */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final long LOOK_EVERY_NANOS = 2_000_000_000L;

    /** A partition's last answer, Redis' time of it, and ours. */
    private record Seen(LedgerField field, long now, long nanos, long due, boolean caughtUp, boolean behindGrace) {

        static Seen of(LedgerField field, long now, long due, boolean behindGrace) {
            return new Seen(field, now, System.nanoTime(), due, field.isCaughtUp(now), behindGrace);
        }

        /** Redis' time now. */
        long redisTime() {
            return now + (System.nanoTime() - nanos) / 1_000_000;
        }
    }

    /** Where there is no number yet. */
    private static final long UNKNOWN = -1;

    private final SinkCounters counters;
    private final Map<TopicPartition, Seen> seen = new ConcurrentHashMap<>();

    /** By topic, since each has a db of its own: when it was looked at last, and what was seen. */
    private final Map<String, Long> looked = new ConcurrentHashMap<>();

    private final Map<String, Boolean> ready = new ConcurrentHashMap<>();
    private volatile long grace = Long.MAX_VALUE;

    Progress(SinkCounters counters) {
        this.counters = counters;
    }

    /**
     * All partitions of the epoch are caught up and nothing is due, for every topic this task has a part of: applications
     * may go over to Redis.
     */
    boolean isReady() {
        return !seen.isEmpty() && seen.keySet().stream().allMatch(tp -> ready.getOrDefault(tp.topic(), false));
    }

    /** Whether what was applied last was young, and not long ago. */
    boolean isCaughtUp(TopicPartition p) {
        return Optional.ofNullable(seen.get(p))
                .map(s -> s.field.isCaughtUp(s.redisTime()))
                .orElse(false);
    }

    /** Redis' time now less the source's time up to which everything is applied; -1 if there is none yet. */
    long lagMs(TopicPartition p) {
        return Optional.ofNullable(seen.get(p))
                .filter(s -> s.field.clock() > 0)
                .map(s -> Math.max(0, s.redisTime() - s.field.clock()))
                .orElse(UNKNOWN);
    }

    /** Keys whose deadline is still in the due set. */
    long due(TopicPartition p) {
        return Optional.ofNullable(seen.get(p)).map(Seen::due).orElse(0L);
    }

    /** @param words of the claim: token, field, epoch, grace, caught, now */
    void claimed(SinkPartition p, LedgerField field, List<String> words) {
        grace = Long.parseLong(words.get(3));
        long now = Long.parseLong(words.get(5));
        boolean caught = !words.get(4).equals("-");
        boolean away = caught && field.clock() > 0 && now - field.clock() > grace;
        if (away) {
            sayAway(p.topicPartition, now - field.clock());
        }
        seen.put(p.topicPartition, Seen.of(field, now, 0, away));
    }

    void applied(SinkPartition p, Ledger.Reply r) {
        LedgerField field = r.field().orElseThrow();
        boolean caughtUp = field.isCaughtUp(r.now());
        boolean behind = r.caught() && r.now() - field.clock() > grace;
        Optional<Seen> before =
                Optional.ofNullable(seen.put(p.topicPartition, Seen.of(field, r.now(), r.due(), behind)));
        boolean was = before.map(Seen::caughtUp).orElse(false);
        if (caughtUp != was) {
            LOG.info(caughtUp ? "{}: caught up" : "{}: no longer caught up", p.topicPartition);
        }
        if (behind && !before.map(Seen::behindGrace).orElse(false)) {
            sayAway(p.topicPartition, r.now() - field.clock());
        }
        if (r.ahead() > 2_000) {
            counters.tally.count(
                    "clock.ahead",
                    p.topicPartition + ": a record is " + r.ahead()
                            + " ms ahead of Redis' clock; the clocks of Pika and"
                            + " Redis differ, keys expire at the wrong time");
        }
    }

    void closed(TopicPartition topicPartition) {
        seen.remove(topicPartition);
    }

    /** From time to time, while all is quiet: is the whole db of its topic ready? */
    void look(Jedis jedis, SinkPartition p, Ledger ledger) {
        String topic = p.topicPartition.topic();
        long now = System.nanoTime();
        if (looked.merge(topic, now, (last, at) -> at - last < LOOK_EVERY_NANOS ? last : at) != now) {
            return;
        }
        Optional<String> not = ledger.notReady(jedis);
        Boolean was = ready.put(topic, not.isEmpty());
        if (not.isEmpty() != Boolean.TRUE.equals(was)) {
            LOG.info(
                    not.isEmpty()
                            ? "{}: ready; all partitions are caught up and no key is due"
                            : "{}: not ready any more: {}",
                    topic,
                    not.orElse(""));
        }
    }

    private static void sayAway(TopicPartition p, long ms) {
        LOG.warn(
                "{}: {} s behind, which is more than expiry.grace.ms: Redis may have expired keys in the meantime whose"
                        + " life Pika extended, or keys may have come back without a deadline; those with a time to live"
                        + " shorter than that. A larger expiry.grace.ms moves the limit",
                p,
                ms / 1_000);
    }
}
