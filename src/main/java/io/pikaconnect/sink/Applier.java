package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.change.Position;
import io.pikaconnect.change.Resp;
import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.NewestEpoch;
import io.pikaconnect.sink.LedgerReply.Applied;
import io.pikaconnect.sink.LedgerReply.Claimed;
import io.pikaconnect.sink.LedgerReply.FailureKind;
import io.pikaconnect.sink.LedgerReply.Passed;
import io.pikaconnect.sink.LedgerReply.Paused;
import io.pikaconnect.sink.LedgerReply.Refused;
import io.pikaconnect.sink.LedgerReply.Stopped;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Runs one {@link Step} of a partition in Redis and returns how it ended. Used by all senders of a task; keeps nothing
 * between two steps but what concerns the whole task.
 */
final class Applier {

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    /** What is left of a batch that has to wait is cut into parts: the next one will probably have to wait soon, too. */
    private static final int LEAST_PART = 16;

    private final RedisSinkConfig config;
    private final Ledger ledger;
    private final TaskClock clock;
    private final CommandFailures failures;
    private final CatchUpTracker tracker;
    private final NewestEpoch newestEpoch;
    private final WriterGuard writers;
    private final BarrierPoller barriers;
    private final Waiters waiters;

    Applier(
            RedisSinkConfig config,
            Ledger ledger,
            SinkCounters counters,
            Optional<ErrantRecordReporter> reporter,
            CatchUpTracker tracker,
            TaskClock clock) {
        this.config = config;
        this.ledger = ledger;
        this.clock = clock;
        this.failures = new CommandFailures(config, counters, reporter);
        this.tracker = tracker;
        this.newestEpoch = new NewestEpoch(KafkaSettings.of(config), config.getString(RedisSinkConfig.TOPIC_WRITER));
        this.writers = new WriterGuard(config, ledger, counters);
        this.barriers = new BarrierPoller(ledger, clock);
        this.waiters = Waiters.of(config.connector());
    }

    Outcome run(Jedis jedis, Step step) {
        if (step instanceof Step.Apply apply) {
            return apply(jedis, apply);
        }
        if (step instanceof Step.AwaitBarrier await) {
            return awaitBarrier(jedis, await);
        }
        if (step instanceof Step.CheckWriter check) {
            return writers.check(jedis, check);
        }
        if (step instanceof Step.Claim claim) {
            return claim(jedis, claim);
        }
        return new Outcome.OwnerRead(ledger.owner(jedis, step.assignment().partition()));
    }

    // ---- claim

    private Outcome claim(Jedis jedis, Step.Claim step) {
        Step.Assignment p = step.assignment();
        LedgerReply.Claim reply = ledger.claim(jedis, p.topic(), p.partition(), step.token(), step.owner());
        if (reply instanceof Claimed claimed) {
            return claimed(step, claimed);
        }
        if (reply instanceof LedgerReply.OwnerChanged) {
            return new Outcome.Again();
        }
        if (reply instanceof LedgerReply.Superseded superseded) {
            LOG.warn(
                    "{}: claimed by another task, {}; waiting to be closed. If this repeats, the same sink runs"
                            + " in two Connect clusters: delete it in one of them",
                    p,
                    superseded.field().owner());
            return new Outcome.Superseded();
        }
        return new Outcome.Failed(ClaimRefusal.of(config, p, reply));
    }

    private Outcome claimed(Step.Claim step, Claimed reply) {
        Step.Assignment p = step.assignment();
        p.counters().increment(SinkCounter.CLAIMS);
        RedisDataLoss.report(step, reply.field());
        LedgerField field = startOfRebuild(p, reply.field());
        LOG.info(
                "{}: claimed as {}, epoch {}, resuming at offset {}",
                p,
                field.owner(),
                reply.epoch().isPresent() ? reply.epoch().getAsLong() : ScriptValues.NONE,
                field.offset());
        tracker.claimed(p.topicPartition(), reply, field);
        return new Outcome.Claimed(
                new Outcome.Resume(reply.token(), field, reply.epoch()),
                reply.skippedEpochs(),
                0,
                WriterGuard.epochWriters(reply),
                reply.partitions().size(),
                reply.restores());
    }

    /** A partition without a place is read from the newest complete epoch on, if that can be found. */
    private LedgerField startOfRebuild(Step.Assignment p, LedgerField field) {
        if (field.sequence().isPresent()) {
            return field;
        }
        OptionalLong barrier = newestEpoch.barrier(p.topicPartition());
        return barrier.isPresent() && barrier.getAsLong() > field.offset()
                ? field.withOffset(barrier.getAsLong())
                : field;
    }

    // ---- batches

    private Outcome apply(Jedis jedis, Step.Apply step) {
        Step.Assignment p = step.assignment();
        Batch batch = step.batch();
        Optional<ShareWait> waits = batch.shareWait();
        if (waits.isPresent()
                && !waits.get().mustRun(clock.nanos())
                && !ledger.mayContinue(jedis, p.partition(), waits.get())) {
            return keepWaiting(p, waits.get());
        }
        long sinceMove = waiters.lastMove();
        LedgerReply.Apply reply =
                ledger.apply(jedis, p.topicPartition(), step.token(), batch, step.drained(), step.mostCommands());
        reply.discarded()
                .forEach(d -> failures.discarded(batch.record(d.entry()), batch.command(d.entry(), d.command()), d));
        if (reply instanceof Applied applied) {
            p.counters().increment(SinkCounter.BATCHES);
            count(p, batch.size() - batch.ticks(), batch.ticks(), batch.commands(), batch.shares());
            waiters.moved(p.topicPartition(), applied.field().position());
            tracker.applied(p.topicPartition(), applied);
            return new Outcome.Done(batch, Optional.of(applied.field()));
        }
        if (reply instanceof Paused paused) {
            return paused(p, batch, paused);
        }
        if (reply instanceof Stopped stopped) {
            return stopped(jedis, step, stopped);
        }
        if (reply instanceof LedgerReply.Awaits awaits) {
            return waiting(step, awaits, sinceMove);
        }
        return moved(p, step.token(), (Refused) reply);
    }

    private Outcome paused(Step.Assignment p, Batch batch, Paused reply) {
        p.counters().increment(SinkCounter.BATCHES);
        Batch rest = batch.remainderFrom(
                reply.entry(), reply.command(), batch.firstPolicyAt(reply.entry(), reply.command()));
        countDone(p, batch, rest);
        waiters.moved(p.topicPartition(), reply.field().position());
        return new Outcome.Partly(batch, rest, reply.field(), new Outcome.Again());
    }

    private Outcome stopped(Jedis jedis, Step.Apply step, Stopped reply) {
        Batch batch = step.batch();
        SinkRecord record = batch.record(reply.entry());
        if (mustRebuild(reply)) {
            return rebuild(jedis, step, step.token(), record, reply);
        }
        CommandFailures.Answer answer = failures.failed(
                step.assignment(),
                record,
                () -> batch.command(reply.entry(), reply.command()),
                reply,
                batch.firstPolicyAt(reply.entry(), reply.command()));
        Batch rest = batch.remainderFrom(reply.entry(), reply.command(), answer.policy());
        countDone(step.assignment(), batch, rest);
        waiters.moved(step.assignment().topicPartition(), reply.field().position());
        return new Outcome.Partly(batch, rest, reply.field(), answer.outcome());
    }

    private static void countDone(Step.Assignment p, Batch batch, Batch rest) {
        int ticks = batch.ticks() - rest.ticks();
        count(
                p,
                batch.size() - rest.size() - ticks,
                ticks,
                batch.commands() - rest.commands(),
                batch.shares() - rest.shares());
    }

    private static void count(Step.Assignment p, int records, int ticks, int commands, int shares) {
        p.counters().add(SinkCounter.BARRIERS, shares);
        p.counters().add(SinkCounter.RECORDS, records);
        p.counters().add(SinkCounter.TICKS, ticks);
        p.counters().add(SinkCounter.COMMANDS, commands);
    }

    // ---- shares of commands over several keys

    /** The first record that is left waits for another partition. */
    private Outcome waiting(Step.Apply step, LedgerReply.Awaits reply, long sinceMove) {
        Step.Assignment p = step.assignment();
        Batch batch = step.batch();
        long now = clock.nanos();
        Command share = batch.share(reply.entry());
        Optional<Position> wanted = reply.forRoom() ? Optional.empty() : Optional.of(Share.position(share));
        if (reply.entry() == 0) {
            ShareWait wait = batch.shareWait()
                    .filter(known -> known.isFor(reply.partition(), wanted))
                    .orElseGet(() -> new ShareWait(reply.partition(), batch.epoch(), wanted, now));
            wait.goesOn(now);
            logWait(p, wait);
            if (Share.gives(share) && wanted.isPresent()) { // it stands still, and that is what others wait for
                waiters.moved(p.topicPartition(), wanted);
            }
            return new Outcome.Waiting(batch, List.of(batch), reply.field(), wait, sinceMove);
        }
        ShareWait wait = new ShareWait(reply.partition(), batch.epoch(), wanted, now);
        List<Batch> rest = batch.partsFrom(reply.entry(), Math.max(LEAST_PART, 2 * reply.entry()));
        count(
                p,
                reply.entry() - left(batch.ticks(), rest, Batch::ticks),
                left(batch.ticks(), rest, Batch::ticks),
                left(batch.commands(), rest, Batch::commands),
                left(batch.shares(), rest, Batch::shares));
        waiters.moved(
                p.topicPartition(),
                Share.gives(share) && wanted.isPresent()
                        ? wanted
                        : reply.field().position());
        return new Outcome.Waiting(batch, rest, reply.field(), wait, sinceMove);
    }

    private static int left(int all, List<Batch> rest, ToIntFunction<Batch> count) {
        return all - rest.stream().mapToInt(count).sum();
    }

    private Outcome keepWaiting(Step.Assignment p, ShareWait wait) {
        logWait(p, wait);
        return new Outcome.Later(wait.nanosUntilNextCheck());
    }

    private void logWait(Step.Assignment p, ShareWait wait) {
        long seconds = wait.secondsToLog(clock.nanos());
        if (seconds > 0) {
            LOG.warn("{}: waiting for {} s for {}", p, seconds, wait);
        }
    }

    /** The ledger is not as this task left it. */
    private static Outcome moved(Step.Assignment p, String token, Refused reply) {
        Optional<LedgerField> ours = reply.field()
                .filter(f -> f.sequence().isPresent())
                .filter(f -> f.owner().equals(token));
        if (ours.isEmpty()) {
            return new Outcome.Unclaimed();
        }
        LOG.info(
                "{}: the ledger has moved to offset {}; resuming from there",
                p,
                ours.get().offset());
        return new Outcome.Resume(token, ours.get(), reply.epoch());
    }

    private boolean mustRebuild(Stopped reply) {
        return reply.kind() == FailureKind.LATE && config.onLongAbsence() == Policy.OnLongAbsence.REBUILD;
    }

    /** A change came too late for a Redis that expires keys itself. */
    private Outcome rebuild(Jedis jedis, Step step, String token, SinkRecord record, Stopped reply) {
        LOG.warn(
                "{}: {}, more than expiry.grace.ms later ({}), so Redis may have expired its key already:"
                        + " on.long.absence=rebuild has the topic applied again from its start",
                step.assignment(),
                reply.error(),
                ChangeRecord.describe(record));
        ledger.rebuild(jedis, step.assignment().topicPartition(), token);
        return new Outcome.Unclaimed();
    }

    // ---- barriers

    private Outcome awaitBarrier(Jedis jedis, Step.AwaitBarrier step) {
        BarrierRecord barrier = step.barrier();
        if (!barriers.mayRunScript(jedis, step)) {
            return barriers.keepWaiting(step);
        }
        barrier.checkByScript();
        Optional<Outcome> refused = barrier.startsEpoch() ? writers.refuse(jedis, step) : Optional.empty();
        return refused.orElseGet(() -> pass(jedis, step));
    }

    private Outcome pass(Jedis jedis, Step.AwaitBarrier step) {
        Step.Assignment p = step.assignment();
        BarrierRecord barrier = step.barrier();
        LedgerReply.Pass reply = ledger.barrier(jedis, p.topicPartition(), step.token(), barrier);
        if (reply instanceof Passed passed) {
            discarded(barrier, passed.discarded());
            p.counters().increment(SinkCounter.BARRIERS);
            LOG.debug("{}: past {}", p, barrier);
            return barrier.isFollowedBy(passed)
                    ? new Outcome.Done(barrier, Optional.of(passed.field()))
                    : moved(p, step.token(), new Refused(Optional.of(passed.field()), passed.epoch()));
        }
        if (reply instanceof LedgerReply.More more) {
            discarded(barrier, more.discarded());
            barrier.continueAt(more.cursor());
            return new Outcome.Again();
        }
        if (reply instanceof LedgerReply.Waiting waiting) {
            barrier.mustWait(clock.nanos(), waiting.missing());
            return barriers.keepWaiting(step);
        }
        if (reply instanceof Refused refused) {
            return moved(p, step.token(), refused);
        }
        if (reply instanceof Stopped stopped) {
            return stoppedAt(jedis, step, stopped);
        }
        return new Outcome.Failed(
                reply instanceof LedgerReply.CaughtUpBefore before
                        ? caughtUpBefore(barrier, before.epoch())
                        : notEmptyAnyMore(barrier, ((LedgerReply.NotEmpty) reply).key()));
    }

    /** {@code on.target.not.empty=fail}, and somebody has written since the claim. */
    static ConnectException notEmptyAnyMore(BarrierRecord barrier, String key) {
        return TaskFailure.of(
                ChangeRecord.describe(barrier.record()),
                "The target db is not empty any more; it now holds, for instance, the key "
                        + Escaped.text(Resp.bytes(key)),
                "Empty the db, or set on.target.not.empty=clear to have everything in it deleted.");
    }

    /** {@code on.new.epoch=fail}, and Redis was caught up with that epoch. */
    static ConnectException caughtUpBefore(BarrierRecord barrier, String epoch) {
        return TaskFailure.of(
                ChangeRecord.describe(barrier.record()),
                "A new full sync begins here, but Redis was caught up with epoch " + epoch
                        + ", so applications may be writing there",
                "Set on.new.epoch=clear to have the db emptied and the new data set taken, or point the"
                        + " sink to another db.");
    }

    private void discarded(BarrierRecord barrier, List<LedgerReply.Discarded> discarded) {
        discarded.forEach(
                d -> failures.discarded(barrier.record(), barrier.commands().get(d.command()), d));
    }

    private Outcome stoppedAt(Jedis jedis, Step.AwaitBarrier step, Stopped reply) {
        BarrierRecord barrier = step.barrier();
        discarded(barrier, reply.discarded());
        if (mustRebuild(reply)) {
            return rebuild(jedis, step, step.token(), barrier.record(), reply);
        }
        List<Command> commands = barrier.commands();
        CommandFailures.Answer answer = failures.failed(
                step.assignment(), barrier.record(), () -> commands.get(reply.command()), reply, barrier.firstPolicy());
        barrier.setFirstPolicy(answer.policy());
        return answer.outcome();
    }
}
