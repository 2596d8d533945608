package io.pikaconnect.sink;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the task has caught up with the source: lag, fresh, ready for the cut-over. Logs changes. Used by all senders. */
final class CatchUpTracker {

    private static final Logger LOG = LoggerFactory.getLogger(CatchUpTracker.class);

    /** A partition's last reply, with Redis' time and ours. */
    private record LastReply(LedgerField field, long redisMs, long nanos) {

        /** Redis' time now. */
        long redisTime(long nowNanos) {
            return redisMs + (nowNanos - nanos) / 1_000_000;
        }

        boolean isFresh(long nowNanos) {
            return field.isFresh(redisTime(nowNanos));
        }
    }

    /** While there is no number yet. */
    private static final long UNKNOWN = -1;

    private final SinkCounters counters;
    private final ClockDifference clockDifference;
    private final TaskClock clock;
    private final Set<String> configured;
    private final Map<TopicPartition, LastReply> lastReplies = new ConcurrentHashMap<>();

    /** By topic, because each has its own db. */
    private final Map<String, DatabaseStatus> statuses = new ConcurrentHashMap<>();

    /** Topics last logged as ready: a topic may stop being ready between two readings, by the passing of time. */
    private final Set<String> loggedAsReady = ConcurrentHashMap.newKeySet();

    /** @param configured topics that the connector names */
    CatchUpTracker(SinkCounters counters, ClockDifference clockDifference, Set<String> configured, TaskClock clock) {
        this.clock = clock;
        this.counters = counters;
        this.clockDifference = clockDifference;
        this.configured = configured;
    }

    /** The status of a topic's db as it was last read; empty if it was not yet. */
    Optional<DatabaseStatus> status(String topic) {
        return Optional.ofNullable(statuses.get(topic));
    }

    /** The topics of which the task has partitions; those of the configuration while it has none. */
    Set<String> topics() {
        Set<String> topics =
                lastReplies.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        return topics.isEmpty() ? configured : topics;
    }

    /** Whether the whole db of each of its topics is ready for the cut-over. */
    boolean isReady() {
        Set<String> topics = topics();
        return !topics.isEmpty()
                && topics.stream()
                        .allMatch(t ->
                                status(t).filter(s -> s.isReady(clock.nanos())).isPresent());
    }

    boolean isFresh(TopicPartition p) {
        return Optional.ofNullable(lastReplies.get(p))
                .map(reply -> reply.isFresh(clock.nanos()))
                .orElse(false);
    }

    /** Whether the source writes to that partition, as far as is known: a topic may have more than it uses. */
    boolean isParticipant(TopicPartition p) {
        return status(p.topic()).map(s -> s.isParticipant(p.partition())).orElse(true);
    }

    /** Redis' time now less the source's time up to which everything is applied, corrected by the difference of their clocks;
     * -1 if unknown. */
    long lagMs(TopicPartition p) {
        return Optional.ofNullable(lastReplies.get(p))
                .filter(s -> s.field.sourceTimeMs() > 0)
                .map(s -> Math.max(
                        0, s.redisTime(clock.nanos()) - s.field.sourceTimeMs() - clockDifference.ms(p.topic())))
                .orElse(UNKNOWN);
    }

    /** @param field from where the partition is read now */
    void claimed(TopicPartition p, LedgerReply.Claimed reply, LedgerField field) {
        long away = reply.nowMs() - field.sourceTimeMs() - reply.graceMs();
        if (reply.deadlines().isEndedByRedis() && field.sourceTimeMs() > 0 && away > 0) {
            LOG.warn(
                    "{}: was away for {} ms longer than expiry.grace.ms, while Redis expires keys itself. If Pika changed"
                            + " anything during that time, on.long.absence decides what follows",
                    p,
                    away);
        }
        lastReplies.put(p, new LastReply(field, reply.nowMs(), clock.nanos()));
    }

    void applied(TopicPartition p, LedgerReply.Applied reply) {
        LastReply is = new LastReply(reply.field(), reply.nowMs(), clock.nanos());
        boolean was = Optional.ofNullable(lastReplies.put(p, is))
                .map(last -> last.isFresh(clock.nanos()))
                .orElse(false);
        if (is.isFresh(is.nanos) != was) {
            LOG.info(is.isFresh(is.nanos) ? "{}: fresh" : "{}: no longer fresh", p);
        }
        if (reply.aheadMs() > 2_000) {
            counters.discards.count(
                    "clock.ahead",
                    () -> p + ": a record is " + reply.aheadMs()
                            + " ms ahead of Redis' clock; the clocks of Pika and"
                            + " Redis differ, keys expire at the wrong time");
        }
    }

    void closed(TopicPartition topicPartition) {
        lastReplies.remove(topicPartition);
        clockDifference.forget(topicPartition);
    }

    /** The status of a topic's db was read. */
    void statusRead(String topic, DatabaseStatus status) {
        Optional<DatabaseStatus> before = Optional.ofNullable(statuses.put(topic, status));
        boolean ready = status.isReady(clock.nanos());
        if (ready ? loggedAsReady.add(topic) : loggedAsReady.remove(topic)) {
            LOG.info(ready ? "{}: ready; all partitions are fresh" : "{}: no longer ready: {}", topic, status.why());
        }
        before.filter(b -> b.deadlines() != status.deadlines())
                .ifPresent(b ->
                        LOG.info("{}: deadlines were {}, now they are {}", topic, b.deadlines(), status.deadlines()));
        if (status.stale() && !before.map(DatabaseStatus::stale).orElse(false)) {
            LOG.warn(
                    "{}: stale; a change came when Redis may have expired its key already. Not ready until the db is"
                            + " rebuilt",
                    topic);
        }
    }
}
