package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Walks over the db page by page, for the owner of the lowest partition: deletes expired keys, and holds or releases
 * deadlines if that is wanted. Used by the thread of the partition's sender.
 *
 * <p>After a page it rests for a multiple of the time that Redis took for it, so that it takes little of Redis' time: a
 * fiftieth while it only deletes expired keys, a quarter while it holds or releases deadlines.
 */
final class ExpirySweep {

    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
    private static final String BEGIN = "0";
    private static final int PAGE = 500;
    static final int REST = 49;
    static final int REST_WHILE_REWRITING = 3;
    private static final long BETWEEN_ROUNDS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private final TaskClock clock;
    private String cursor = BEGIN;
    private long notBefore;
    private Optional<Long> loggedAt = Optional.empty();

    ExpirySweep(TaskClock clock) {
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** How long until the next page, ns. */
    long nanosUntilNextPage(long now) {
        return Math.max(0, notBefore - now);
    }

    /** Runs the next page, if it is time for it. */
    void runPage(Jedis jedis, Step.Assignment p, String token, Ledger ledger) {
        long begin = clock.nanos();
        if (nanosUntilNextPage(begin) > 0) {
            return;
        }
        notBefore = begin + BETWEEN_ROUNDS_NANOS; // if it fails
        LedgerReply.SweptPage page = ledger.sweepPage(jedis, p.topicPartition(), token, cursor, PAGE);
        cursor = page.cursor();
        p.counters().add(SinkCounter.EXPIRED_KEYS, page.ended());
        p.counters().add(SinkCounter.REWRITTEN_DEADLINES, page.changed());
        page.waitsFor().ifPresent(why -> logThatItWaits(p, why));
        boolean rewrites = page.deadlines() == DeadlineState.HOLDING || page.deadlines() == DeadlineState.RELEASING;
        long took = page.tookNanos() > 0 ? page.tookNanos() : clock.nanos() - begin;
        long rest = took * (rewrites ? REST_WHILE_REWRITING : REST);
        boolean roundEnds = !page.done() || cursor.equals(BEGIN);
        notBefore = clock.nanos() + (roundEnds ? Math.max(rest, BETWEEN_ROUNDS_NANOS) : rest);
    }

    private void logThatItWaits(Step.Assignment p, String why) {
        long now = clock.nanos();
        if (loggedAt.filter(last -> now - last < LOG_EVERY_NANOS).isEmpty()) {
            loggedAt = Optional.of(now);
            LOG.info(
                    "{}: expiry.mode=native, but deadlines are not released yet: {}. on.long.absence=continue releases"
                            + " them anyway, if the source will not come back",
                    p.topic(),
                    why);
        }
    }
}
