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
 * Decides when it is worth running the script again for partitions that wait at barriers. The script reads the whole ledger;
 * what these partitions need of it is read by one plain command, for all that wait for the same participants.
 *
 * <p>That is only a hint: the script decides, and is run every ten seconds without one. Used by all senders.
 */
final class BarrierPoller {

    private static final Logger LOG = LoggerFactory.getLogger(BarrierPoller.class);

    private static final long LOG_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long FORCED_RUN_NANOS = Duration.ofSeconds(10).toNanos();

    /** Readings are kept for other partitions: so many, or none older than this. */
    private static final int MOST_READINGS = 100;

    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    /** Partitions of a topic that wait at the same barrier need the same reading. */
    private record Group(String topic, Barrier barrier) {}

    /** What was read, and when. */
    private record Reading(long nanos, Participants participants) {}

    /**
     * What the ledger holds of a barrier's participants.
     *
     * @param epoch the ledger's; 0 if there is none
     * @param fields by partition, of those that have one
     */
    record Participants(long epoch, Map<Integer, LedgerField> fields) {}

    private final Ledger ledger;
    private final TaskClock clock;
    private final Map<Group, Reading> readings = new ConcurrentHashMap<>();

    BarrierPoller(Ledger ledger, TaskClock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Whether the script may have something to do: it has not told the partition to wait, or something changed since. */
    boolean mayRunScript(Jedis jedis, Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        long now = clock.nanos();
        Optional<Long> waitingSinceNanos = barrier.waitingSinceNanos();
        if (waitingSinceNanos.isEmpty() || now - waitingSinceNanos.get() >= FORCED_RUN_NANOS) {
            return true;
        }
        Group group = new Group(step.assignment().topic(), barrier.barrier());
        Reading reading = readings.get(group);
        if (reading == null
                || reading.nanos - waitingSinceNanos.get() < 0
                || now - reading.nanos > barrier.readingIsGoodFor()) {
            reading = new Reading(now, ledger.participants(jedis, barrier.barrier()));
            keep(group, reading);
        }
        return isNews(step, reading.participants);
    }

    /** The partition has to wait; logged if it has waited for long. */
    Outcome keepWaiting(Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        long waited = barrier.unloggedWait(clock.nanos(), LOG_EVERY_NANOS);
        if (waited > 0) {
            LOG.warn(
                    "{}: waiting for {} s at the barrier {}; {}",
                    step.assignment(),
                    waited / 1_000_000_000L,
                    barrier,
                    barrier.missing().isEmpty()
                            ? "all have arrived, the lowest partition has to act"
                            : "missing: " + barrier.missing());
        }
        return new Outcome.Later(barrier.nanosUntilNextCheck());
    }

    private void keep(Group group, Reading reading) {
        if (readings.size() >= MOST_READINGS) {
            readings.values().removeIf(l -> reading.nanos - l.nanos > KEPT_NANOS);
        }
        readings.put(group, reading);
    }

    private static boolean isNews(Step.AwaitBarrier step, Participants seen) {
        BarrierRecord barrier = step.barrier();
        int partition = step.assignment().partition();
        long epoch = barrier.header().epoch();
        boolean ownIsAsItWas = Optional.ofNullable(seen.fields.get(partition))
                .filter(f -> f.owner().equals(step.token()))
                .filter(barrier::isOwnArrival)
                .isPresent();
        boolean epochIsAsItWas = barrier.startsEpoch() ? seen.epoch < epoch : seen.epoch == epoch;
        if (!ownIsAsItWas || !epochIsAsItWas) {
            return true;
        }
        boolean allAreThere = true;
        for (int q : barrier.barrier().partitions()) {
            LedgerField other = seen.fields.get(q);
            if (q == partition || other != null && barrier.hasArrived(other)) {
                continue;
            }
            if (other != null && barrier.isVoidedBy(other)) {
                return true;
            }
            allAreThere = false;
        }
        return allAreThere && barrier.barrier().partitions().first() == partition;
    }
}
