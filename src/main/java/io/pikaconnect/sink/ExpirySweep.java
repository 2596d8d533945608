package io.pikaconnect.sink;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Walks over the db page by page, for the owner of the lowest partition: ends keys that are over, and holds or releases
 * deadlines when that is wanted. Used by the sender's thread that has the partition.
 *
 * <p>After a page it rests for a multiple of the time that Redis took for it, so that Redis has little to do with it: a fiftieth of
 * its time while it only ends keys, a quarter while it holds or releases.
 */
final class ExpirySweep {

    private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
    private static final String BEGIN = "0";
    private static final int PAGE = 500;
    private static final int REST = 49;
    private static final int REST_OF_A_WALK = 3;
    private static final long BETWEEN_ROUNDS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SAY_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private String cursor = BEGIN;
    private long notBefore = System.nanoTime();
    private Optional<Long> said = Optional.empty();

    /** How long until there is something to do, ns. */
    long rest(long now) {
        return Math.max(0, notBefore - now);
    }

    /** The next page, if it is time for it. */
    void step(Jedis jedis, Step.Assignment p, String token, Ledger ledger) {
        long begin = System.nanoTime();
        if (rest(begin) > 0) {
            return;
        }
        notBefore = begin + BETWEEN_ROUNDS_NANOS; // if it fails
        LedgerReply.Page page = ledger.sweep(jedis, p.topicPartition(), token, cursor, PAGE);
        cursor = page.cursor();
        p.counters().add(SinkCounter.SWEPT_KEYS, page.ended());
        p.counters().add(SinkCounter.WALKED_KEYS, page.changed());
        page.waitsFor().ifPresent(why -> sayThatItWaits(p, why));
        boolean walks = page.deadlines() == DeadlineState.HOLDING || page.deadlines() == DeadlineState.RELEASING;
        long took = page.tookNanos() > 0 ? page.tookNanos() : System.nanoTime() - begin;
        long rest = took * (walks ? REST_OF_A_WALK : REST);
        boolean roundEnds = !page.done() || cursor.equals(BEGIN);
        notBefore = System.nanoTime() + (roundEnds ? Math.max(rest, BETWEEN_ROUNDS_NANOS) : rest);
    }

    private void sayThatItWaits(Step.Assignment p, String why) {
        long now = System.nanoTime();
        if (said.filter(last -> now - last < SAY_EVERY_NANOS).isEmpty()) {
            said = Optional.of(now);
            LOG.info(
                    "{}: expiry.mode=native, but deadlines are not released yet: {}. on.long.absence=continue releases"
                            + " them all the same, if the source is gone for good",
                    p.topic(),
                    why);
        }
    }
}
