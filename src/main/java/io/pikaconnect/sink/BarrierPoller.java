package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Tells the partitions of a task that wait at barriers when it is worth running the script again, which looks at the whole
 * ledger: what they need is read from it by one plain command for all that wait for the same partitions.
 *
 * <p>That is a hint only. The script decides; and it is run every ten seconds without any. Used by all senders.
 */
final class BarrierPoller {

    private static final Logger LOG = LoggerFactory.getLogger(BarrierPoller.class);

    private static final long SAY_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long WITHOUT_A_HINT_NANOS = Duration.ofSeconds(10).toNanos();

    /** Looks are kept for others to use them; so many, or none older than this. */
    private static final int MOST_LOOKS = 100;

    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    /** Those that wait for the same partitions of a topic see the same. */
    private record Group(String topic, Barrier barrier) {}

    /** What was read, and when. */
    private record Look(long nanos, Standings standings) {}

    /**
     * What the ledger holds of a barrier's participants.
     *
     * @param epoch the ledger's; 0 if there is none
     * @param fields by partition, of those that have one
     */
    record Standings(long epoch, Map<Integer, LedgerField> fields) {}

    private final Ledger ledger;
    private final Map<Group, Look> looks = new ConcurrentHashMap<>();

    BarrierPoller(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether the script may have something to do: it did not find that the partition has to wait, or that has changed. */
    boolean hasNews(Jedis jedis, Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        long now = System.nanoTime();
        Optional<Long> waitsSince = barrier.waitsSince();
        if (waitsSince.isEmpty() || now - waitsSince.get() >= WITHOUT_A_HINT_NANOS) {
            return true;
        }
        Group group = new Group(step.of().topic(), barrier.barrier());
        Look look = looks.get(group);
        if (look == null || look.nanos - waitsSince.get() < 0 || now - look.nanos > barrier.lookIsGoodFor()) {
            look = new Look(now, ledger.standings(jedis, barrier.barrier()));
            keep(group, look);
        }
        return isNews(step, look.standings);
    }

    /** The partition has to wait; logged when it has been waiting for long. */
    static Outcome waits(Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        long waited = barrier.unsaidWait(System.nanoTime(), SAY_EVERY_NANOS);
        if (waited > 0) {
            LOG.warn(
                    "{}: waiting for {} s at the barrier {}; {}",
                    step.of(),
                    waited / 1_000_000_000L,
                    barrier,
                    barrier.missing().isEmpty()
                            ? "all are there, the lowest partition has to act"
                            : "missing: " + barrier.missing());
        }
        return new Outcome.Later(barrier.untilNextLook());
    }

    private void keep(Group group, Look look) {
        if (looks.size() >= MOST_LOOKS) {
            looks.values().removeIf(l -> look.nanos - l.nanos > KEPT_NANOS);
        }
        looks.put(group, look);
    }

    private static boolean isNews(Step.AwaitBarrier step, Standings seen) {
        BarrierRecord barrier = step.barrier();
        int partition = step.of().partition();
        long epoch = barrier.header().epoch();
        boolean ownIsAsItWas = Optional.ofNullable(seen.fields.get(partition))
                .filter(f -> f.owner().equals(step.token()))
                .filter(barrier::isStoodAtBy)
                .isPresent();
        boolean epochIsAsItWas = barrier.beginsEpoch() ? seen.epoch < epoch : seen.epoch == epoch;
        if (!ownIsAsItWas || !epochIsAsItWas) {
            return true;
        }
        boolean allAreThere = true;
        for (int q : barrier.barrier().partitions()) {
            LedgerField other = seen.fields.get(q);
            if (q == partition || other != null && barrier.isMetBy(other)) {
                continue;
            }
            if (other != null && barrier.isVoidBecauseOf(other)) {
                return true;
            }
            allAreThere = false;
        }
        return allAreThere && barrier.barrier().partitions().first() == partition;
    }
}
