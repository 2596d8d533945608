package io.pikaconnect.sink;

import io.pikaconnect.redis.SlotMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a cluster filled again from the topic, after a change came too late for nodes that expire keys themselves. All slots begin
 * their epoch again, also those of other partitions: commands over several slots need what each of them gives. Used by all senders of
 * a task.
 */
final class ClusterRebuild {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterRebuild.class);

    private final Ledger ledger;
    private final SlotScripts scripts;
    private final AwaySlots away;

    /** @param ledger the control ledger */
    ClusterRebuild(Ledger ledger, SlotScripts scripts, AwaySlots away) {
        this.ledger = ledger;
        this.scripts = scripts;
        this.away = away;
    }

    /**
     * Begins it. The slot with the late change is told last: if this breaks off before, the change is met again, and all of this is
     * repeated.
     */
    Outcome begin(ClusterLink link, Step.Apply step, SlotPlaces known, SlotResult late) {
        Step.Assignment p = step.assignment();
        LOG.warn(
                "{}: {}, more than expiry.grace.ms later ({}), so Redis may have expired its key already:"
                        + " on.long.absence=rebuild has the topic applied again from the start of epoch {}",
                p,
                late.error(),
                ChangeRecord.describe(step.batch().record(late.entry())),
                known.epoch());
        if (!scripts.retire(
                link, known.epoch(), IntStream.range(0, SlotMap.SLOTS).filter(slot -> slot != late.slot()))) {
            return later(link, p, late);
        }
        if (ledger.refill(link.control(), p.topicPartition(), step.token())
                && !scripts.retire(link, known.epoch(), IntStream.of(late.slot()))) {
            return later(link, p, late);
        }
        away.areBack(p);
        return new Outcome.Unclaimed();
    }

    private Outcome later(ClusterLink link, Step.Assignment p, SlotResult late) {
        away.isAway(p, late.slot(), "slots are not served, so the cluster cannot be filled again");
        link.refresh();
        return away.later(p);
    }
}
