package io.pikaconnect.sink;

import io.pikaconnect.change.Barrier;
import io.pikaconnect.change.Position;
import io.pikaconnect.failure.TaskFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what slots of a cluster give to the slots that take it, and has partitions wait whose slots cannot take or give yet. Used by
 * all senders of a task.
 */
final class SlotExchange {

    private static final Logger LOG = LoggerFactory.getLogger(SlotExchange.class);

    private final Ledger ledger;
    private final Waiters waiters;
    private final TaskClock clock;
    private final String prefix;

    /** @param ledger the control ledger */
    SlotExchange(RedisSinkConfig config, Ledger ledger, TaskClock clock) {
        this.ledger = ledger;
        this.waiters = Waiters.of(config.connector());
        this.clock = clock;
        this.prefix = config.getString(RedisSinkConfig.LEDGER_PREFIX);
    }

    /** The number of the last move; to be read before anything else. */
    long lastMove() {
        return waiters.lastMove();
    }

    /** What the slots need of others, as far as it is given. */
    Gifts gifts(ClusterLink link, BatchBySlot work, SlotPlaces known) {
        Set<Gifts.Gift> needed = work.needed();
        Gifts gifts = Gifts.read(link, prefix, needed);
        needed.stream()
                .filter(gift -> gifts.get(gift).isEmpty() && known.hasPassedOn(gift.slot() % known.partitions()))
                .forEach(gifts::neverComes);
        return gifts;
    }

    /** Up to where all partitions are, which decides what slots still have to keep. */
    String appliedUpTo(ClusterLink link, BatchBySlot work, SlotPlaces known) {
        return work.hasShares()
                ? ledger.participants(link.control(), Barrier.onAll(known.partitions())).fields().entrySet().stream()
                        .flatMap(field ->
                                field.getValue().position().map(at -> "p" + field.getKey() + " " + at).stream())
                        .collect(Collectors.joining(" "))
                : "";
    }

    /** Slots of the partition have got further. */
    void moved(Step.Apply step) {
        waiters.moved(
                step.assignment().topicPartition(), Optional.of(step.batch().endPosition()));
    }

    /**
     * What follows if nothing can be done before another slot gives or takes something.
     *
     * @param wantsRoom of the entry that has no room for what it gives; if empty, something is missing
     * @param sinceMove the last move before anything was read
     */
    Outcome waits(
            ClusterLink link,
            Step.Apply step,
            SlotPlaces known,
            BatchBySlot work,
            Gifts gifts,
            Optional<SlotShares> wantsRoom,
            long sinceMove) {
        Step.Assignment p = step.assignment();
        Batch batch = step.batch();
        int partition = p.partition();
        Optional<Position> wanted = Optional.empty();
        if (work.missing().isPresent()) {
            BatchBySlot.Missing missing = work.missing().get();
            if (gifts.isGone(missing.gift())) {
                return new Outcome.Failed(isGone(missing));
            }
            partition = missing.partition();
            wanted = missing.record().header().position();
            ledger.begunAfter(link.control(), known.epoch(), partition).ifPresent(epoch -> {
                known.othersAreIn(epoch);
                known.passesOn(missing.partition());
            });
            if (known.hasPassedOn(partition)) {
                return new Outcome.Again();
            }
        } else if (wantsRoom.isPresent()) {
            partition = wantsRoom.get().takersFrom(wantsRoom.get().slots().first(), known.partitions()).stream()
                    .findFirst()
                    .orElse(partition);
        }
        return wait(link, step, known, work, partition, wanted, sinceMove);
    }

    private Outcome wait(
            ClusterLink link,
            Step.Apply step,
            SlotPlaces known,
            BatchBySlot work,
            int partition,
            Optional<Position> wanted,
            long sinceMove) {
        Step.Assignment p = step.assignment();
        Batch batch = step.batch();
        long now = clock.nanos();
        Optional<ShareWait> before = batch.shareWait().filter(wait -> wait.isFor(partition, wanted));
        ShareWait wait = before.orElseGet(() -> new ShareWait(partition, known.epoch(), wanted, now));
        long seconds = wait.secondsToLog(now);
        if (seconds > 0) {
            LOG.warn("{}: waiting for {} s for {}", p, seconds, wait);
        }
        SlotMark end = endOf(batch, known, work.firstLeft());
        boolean isNews = before.isEmpty()
                || wait.isWoken()
                || known.end().filter(mark -> mark.offset() >= end.offset()).isEmpty();
        wait.goesOn(now);
        if (!isNews) {
            return new Outcome.Later(wait.nanosUntilNextCheck());
        }
        known.setEnd(end);
        return ledger.note(link.control(), p.topicPartition(), step.token(), known.epoch(), end, "0", false)
                .<Outcome>map(noted -> new Outcome.Waiting(batch, List.of(batch), noted.field(), wait, sinceMove))
                .orElseGet(Outcome.Unclaimed::new);
    }

    /** The place before an entry of the batch. */
    static SlotMark endOf(Batch batch, SlotPlaces known, int entry) {
        long newest = batch.entries().subList(0, entry).stream()
                .filter(e -> !e.record().isSnapshot())
                .mapToLong(e -> e.record().header().timeMs())
                .max()
                .orElse(0);
        return batch.markBefore(
                entry, Math.max(newest, known.end().map(SlotMark::clockMs).orElse(0L)));
    }

    private static TaskFailure isGone(BatchBySlot.Missing missing) {
        return TaskFailure.of(
                ChangeRecord.describe(missing.record().record()),
                "A node of the cluster has lost so much that a command over several slots has to be done again, and slot "
                        + missing.gift().slot() + " does not keep any more what it gave for it",
                "Have the cluster filled again from the topic: stop the sink, empty all nodes (FLUSHALL), and start it.");
    }
}
