package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.redis.SlotMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Step} of a partition in a cluster and returns how it ended. Used by all senders of a task.
 *
 * <p>A partition is claimed in the control ledger, which is like that of a single Redis, and shows what people and other
 * tasks want to know. Where the partition is in the topic is decided by the ledgers of its slots, each of which is changed together
 * with the slot's data.
 */
final class ClusterApplier {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterApplier.class);

    private final Applier control;
    private final Ledger ledger;
    private final SlotScripts scripts;
    private final SlotBatches batches;
    private final ClusterClaim claims;
    private final ClusterBarriers barriers;
    private final CommandFailures failures;
    private final CatchUpTracker tracker;
    private final AwaySlots away;
    private final SlotExchange exchange;
    private final ClusterRebuild rebuild;
    private final Policy.OnLongAbsence onLongAbsence;

    /** Of the partitions that are open; each is its sender's. */
    private final Map<TopicPartition, SlotPlaces> places = new ConcurrentHashMap<>();

    /** @param ledger the control ledger */
    ClusterApplier(
            RedisSinkConfig config,
            Ledger ledger,
            SlotScripts scripts,
            SlotBatches batches,
            SinkCounters counters,
            Optional<ErrantRecordReporter> reporter,
            CatchUpTracker tracker,
            TaskClock clock) {
        this.control = new Applier(config, ledger, counters, reporter, tracker, clock);
        this.ledger = ledger;
        this.scripts = scripts;
        this.batches = batches;
        this.tracker = tracker;
        this.away = new AwaySlots(clock);
        this.claims = new ClusterClaim(config, scripts, away);
        this.barriers = new ClusterBarriers(
                config,
                ledger,
                scripts,
                claims,
                new WriterGuard(config, ledger, counters),
                away,
                new FirstKeys(config, ledger, scripts, away, clock));
        this.failures = new CommandFailures(config, counters, reporter);
        this.exchange = new SlotExchange(config, ledger, clock);
        this.rebuild = new ClusterRebuild(ledger, scripts, away);
        this.onLongAbsence = config.onLongAbsence();
    }

    /** Where the slots of an open partition are; empty if that is not known. */
    Optional<SlotPlaces> places(TopicPartition partition) {
        return Optional.ofNullable(places.get(partition));
    }

    Outcome run(ClusterLink link, Step step) {
        TopicPartition tp = step.assignment().topicPartition();
        Optional<Outcome> moved = step instanceof Step.Apply || step instanceof Step.AwaitBarrier
                ? places(tp).flatMap(known -> compare(link, step.assignment(), known))
                : Optional.empty();
        if (moved.isPresent()) {
            return moved.get();
        }
        if (step instanceof Step.Apply apply) {
            return Optional.ofNullable(places.get(tp))
                    .map(known -> apply(link, apply, known))
                    .orElseGet(Outcome.Unclaimed::new);
        }
        if (step instanceof Step.AwaitBarrier await) {
            return barriers.await(link, await, places(tp), now -> open(link, tp, now));
        }
        if (step instanceof Step.Claim claim) {
            places.remove(tp);
            return claim(link, claim);
        }
        return control.run(link.control(), step);
    }

    private void open(ClusterLink link, TopicPartition tp, SlotPlaces known) {
        if (known.readUnder().isEmpty()) {
            known.setReadUnder(link.slots());
        }
        places.put(tp, known);
    }

    /** A slot that another node has by now may be older there; returns what follows if the partition cannot go on. */
    private Optional<Outcome> compare(ClusterLink link, Step.Assignment p, SlotPlaces known) {
        SlotMap now = link.slots();
        SlotMap then = known.readUnder().orElse(now);
        if (now == then) {
            return Optional.empty();
        }
        List<Integer> gone = new ArrayList<>();
        Map<Integer, SlotScripts.Found> found = scripts.places(
                link, p.topic(), known.slots().filter(slot -> !now.master(slot).equals(then.master(slot))), gone::add);
        if (found.entrySet().stream()
                .anyMatch(slot -> known.isBehind(slot.getKey(), slot.getValue().place()))) {
            LOG.info("{}: a node that took over has lost writes; reading again from its place", p);
            return Optional.of(new Outcome.Unclaimed());
        }
        if (!gone.isEmpty()) {
            away.isAway(p, gone.get(0), "it is not served by the node that has it by now");
            link.refresh();
            return Optional.of(away.later(p));
        }
        known.setReadUnder(now);
        return Optional.empty();
    }

    private Outcome claim(ClusterLink link, Step.Claim step) {
        link.refresh();
        Optional<Outcome> refused = claims.refused(link, step);
        if (refused.isPresent()) {
            return refused.get();
        }
        Outcome outcome = control.run(link.control(), step);
        return outcome instanceof Outcome.Claimed claimed
                ? claims.complete(
                        link, step, claimed, now -> open(link, step.assignment().topicPartition(), now))
                : outcome;
    }

    private Outcome apply(ClusterLink link, Step.Apply step, SlotPlaces known) {
        Batch batch = step.batch();
        if (batch.epoch() > known.epoch()) {
            return known.isVoid(batch.epoch()) ? new Outcome.Done(batch, Optional.empty()) : new Outcome.Unclaimed();
        }
        if (batch.epoch() < known.epoch()) {
            return new Outcome.Done(batch, Optional.empty());
        }
        long sinceMove = exchange.lastMove();
        long moves = known.moves();
        BatchBySlot work = new BatchBySlot(batch, known);
        if (work.undivided().isPresent()) {
            ChangeRecord record = work.undivided().get().record();
            return new Outcome.Failed(ClusterBarriers.severalSlots(
                    record.record(), record.commands().get(0)));
        }
        Gifts gifts = exchange.gifts(link, work, known);
        work.divide(gifts, step.mostCommands().orElse(Integer.MAX_VALUE));
        SlotBatches.Applied applied = batches.apply(
                link, batch.epoch(), known.writer(), work.parts(), exchange.appliedUpTo(link, work, known));
        applied.discarded()
                .forEach(d ->
                        failures.discarded(batch.record(d.entry()), command(work, batch, d.entry(), d.command()), d));
        if (applied.late() && onLongAbsence != Policy.OnLongAbsence.REBUILD) {
            ledger.noteStale(link.control(), applied.nowMs());
        }
        Optional<Outcome> left = settle(link, step, known, work, applied.results());
        boolean hasMoved = known.moves() > moves;
        if (hasMoved) {
            exchange.moved(step);
        }
        if (left.isPresent() || !work.isWhole()) {
            return left.orElseGet(Outcome.Again::new);
        }
        Optional<SlotResult> wantsRoom = applied.results().stream()
                .filter(result -> result.status() == SlotResult.Status.WAITING)
                .findFirst();
        if (work.missing().isEmpty() && wantsRoom.isEmpty()) {
            return done(link, step, known, work, applied);
        }
        return hasMoved || gifts.isMoreThere()
                ? new Outcome.Again()
                : exchange.waits(
                        link,
                        step,
                        known,
                        work,
                        gifts,
                        wantsRoom.flatMap(result -> work.share(result.entry())),
                        sinceMove);
    }

    /** The command of an entry as a message shows it. */
    private static Command command(BatchBySlot work, Batch batch, int entry, int command) {
        return work.share(entry).map(SlotShares::command).orElseGet(() -> batch.command(entry, command));
    }

    /** Takes over what the slots answered; returns what follows if some are not done. */
    private Optional<Outcome> settle(
            ClusterLink link, Step.Apply step, SlotPlaces known, BatchBySlot work, List<SlotResult> results) {
        List<SlotResult> stopped = new ArrayList<>();
        List<SlotResult> gone = new ArrayList<>();
        boolean isPaused = false;
        for (SlotResult result : results) {
            Optional<SlotPlace> place = result.place();
            if (result.status() == SlotResult.Status.REFUSED
                    && place.filter(p -> p.epoch() == known.epoch()
                                    && isAfter(p, known.sequence(result.slot()), known.done(result.slot())))
                            .isEmpty()) {
                LOG.info(
                        "{}: slot {} is not where it was ({}); reading again from its place",
                        step.assignment(),
                        result.slot(),
                        place.map(SlotPlace::toString).orElse("no ledger"));
                return Optional.of(new Outcome.Unclaimed());
            }
            place.ifPresent(p -> known.isAt(result.slot(), p));
            switch (result.status()) {
                case STOPPED -> stopped.add(result);
                case AWAY -> gone.add(result);
                case PAUSED, REFUSED -> isPaused = true;
                case APPLIED, WAITING -> {}
            }
        }
        Optional<SlotResult> late = stopped.stream()
                .filter(result -> result.kind() == LedgerReply.FailureKind.LATE)
                .findFirst()
                .filter(result -> onLongAbsence == Policy.OnLongAbsence.REBUILD);
        if (late.isPresent()) {
            return Optional.of(rebuild.begin(link, step, known, late.get()));
        }
        if (!stopped.isEmpty()) {
            return Optional.of(stopped(
                    step,
                    known,
                    work,
                    stopped.stream()
                            .min(Comparator.comparingInt(SlotResult::entry))
                            .orElseThrow()));
        }
        if (!gone.isEmpty()) {
            gone.forEach(result -> away.isAway(step.assignment(), result.slot(), result.error()));
            link.refresh();
            return Optional.of(away.later(step.assignment()));
        }
        away.areBack(step.assignment());
        return isPaused ? Optional.of(new Outcome.Again()) : Optional.empty();
    }

    private static boolean isAfter(SlotPlace place, long sequence, int done) {
        return place.sequence() > sequence || place.sequence() == sequence && place.done() > done;
    }

    private Outcome stopped(Step.Apply step, SlotPlaces known, BatchBySlot work, SlotResult result) {
        Batch batch = step.batch();
        CommandFailures.Answer answer = failures.failed(
                step.assignment(),
                batch.record(result.entry()),
                () -> command(work, batch, result.entry(), result.command()),
                new LedgerReply.Stopped(
                        LedgerField.NONE, result.kind(), result.error(), result.entry(), result.command(), List.of()),
                known.policy(result.slot()));
        known.setPolicy(result.slot(), answer.policy());
        return answer.outcome();
    }

    private Outcome done(
            ClusterLink link, Step.Apply step, SlotPlaces known, BatchBySlot work, SlotBatches.Applied applied) {
        Batch batch = step.batch();
        Step.Assignment p = step.assignment();
        long last = batch.entries().isEmpty() ? 0 : timeOf(batch.entries().get(batch.size() - 1));
        SlotMark end = SlotExchange.endOf(batch, known, batch.size());
        known.setEnd(end);
        Optional<LedgerReply.Applied> noted = ledger.note(
                link.control(),
                p.topicPartition(),
                step.token(),
                known.epoch(),
                end,
                String.valueOf(last),
                step.drained());
        if (noted.isEmpty()) {
            return new Outcome.Unclaimed();
        }
        p.counters().increment(SinkCounter.BATCHES);
        p.counters().add(SinkCounter.BARRIERS, work.barriers());
        p.counters().add(SinkCounter.RECORDS, batch.size() - batch.ticks());
        p.counters().add(SinkCounter.TICKS, batch.ticks());
        p.counters().add(SinkCounter.COMMANDS, batch.commands());
        tracker.applied(
                p.topicPartition(),
                new LedgerReply.Applied(noted.get().field(), noted.get().nowMs(), applied.aheadMs(), List.of()));
        return new Outcome.Done(batch, Optional.of(noted.get().field()));
    }

    private static long timeOf(Batch.Entry entry) {
        return entry.record().isSnapshot() ? 0 : entry.record().header().timeMs();
    }
}
