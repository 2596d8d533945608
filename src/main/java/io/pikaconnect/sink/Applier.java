package io.pikaconnect.sink;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Escaped;
import io.pikaconnect.kafka.KafkaSettings;
import io.pikaconnect.kafka.NewestEpoch;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/**
 * Does what is next for a partition: claim it, apply a batch, wait at a barrier; and judges the answer.
 *
 * <p>Used by all senders of a task; keeps nothing between two steps but what concerns the whole task.
 */
final class Applier {

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final long ZOMBIE_NANOS = Duration.ofSeconds(60).toNanos();

    private final RedisSinkConfig config;
    private final Ledger ledger;
    private final SinkCounters counters;
    private final Optional<ErrantRecordReporter> reporter;
    private final TypeCollisions collisions;
    private final Progress progress;
    private final NewestEpoch newestEpoch;
    private final Upkeep upkeep;
    private final Writers writers;
    private final BarrierWatch barriers;

    Applier(
            RedisSinkConfig config,
            Ledger ledger,
            SinkCounters counters,
            Optional<ErrantRecordReporter> reporter,
            Progress progress,
            Upkeep upkeep) {
        this.config = config;
        this.ledger = ledger;
        this.counters = counters;
        this.reporter = reporter;
        this.collisions = new TypeCollisions(counters.tally);
        this.progress = progress;
        this.newestEpoch = new NewestEpoch(KafkaSettings.of(config), config.getString(RedisSinkConfig.TOPIC_WRITER));
        this.upkeep = upkeep;
        this.writers = new Writers(config, ledger, counters);
        this.barriers = new BarrierWatch(ledger);
    }

    SinkCounters counters() {
        return counters;
    }

    /** How long until there is something to do for it, ns; at most so long. */
    long untilNextStep(SinkPartition p, long now, long most) {
        return upkeep.rest(p, now, p.untilItMayAct(now, most));
    }

    /** Whether anything was done, so that there may be more. */
    boolean step(Jedis jedis, SinkPartition p) {
        p.reviveAfter(ZOMBIE_NANOS);
        return switch (p.state()) {
            case UNCLAIMED -> claim(jedis, p);
            case OPEN -> {
                boolean worked = p.mayAct() && work(jedis, p);
                if (p.isOpen() && !p.hasFailed()) {
                    upkeep.step(jedis, p);
                }
                yield worked;
            }
            case ZOMBIE, CLOSED -> false;
        };
    }

    private boolean work(Jedis jedis, SinkPartition p) {
        Optional<Work> head = p.head();
        if (head.isEmpty()) {
            return false;
        }
        if (head.get() instanceof WriterNote note) {
            return writers.note(jedis, p, note);
        }
        if (head.get() instanceof BarrierRecord barrier) {
            return meet(jedis, p, barrier);
        }
        return apply(jedis, p, (Batch) head.get());
    }

    // ---- claim

    private boolean claim(Jedis jedis, SinkPartition p) {
        String topic = p.topicPartition.topic();
        int partition = p.topicPartition.partition();
        String seen = ledger.owner(jedis, partition);
        if (p.state() != SinkPartition.State.UNCLAIMED) { // closed while Redis was asked: it is another task's by now
            return false;
        }
        Ledger.Opened opened = ledger.open(jedis, topic, partition, p.token(), seen);
        if (opened.status().equals("moved")) {
            return true;
        }
        if (opened.claimed()) {
            p.counters().claims.increment();
            LedgerField found = LedgerField.parse(opened.words().get(1));
            RedisLoss.report(p, found);
            LedgerField field = rebuiltFrom(p, found);
            String epoch = opened.words().get(2);
            LOG.info(
                    "{}: claimed as {}, epoch {}, going on at offset {}",
                    p.topicPartition,
                    field.owner(),
                    epoch,
                    field.offset());
            progress.claimed(p, field, opened.words());
            writers.claimed(p, opened.words());
            p.standAt(
                    opened.words().get(0),
                    field,
                    epoch.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(epoch)));
            return true;
        }
        if (opened.status().equals("zombie")) {
            LOG.warn(
                    "{}: claimed by another task, {}; waiting to be closed. If that comes again and again, the same sink runs"
                            + " in two Connect clusters: delete it in one of them",
                    p.topicPartition,
                    LedgerField.parse(opened.words().get(0)).owner());
            p.zombie();
            return false;
        }
        p.fail(ClaimRefusal.of(config, p, opened));
        return false;
    }

    /** A partition without any place is read from the newest complete epoch on, where that can be found. */
    private LedgerField rebuiltFrom(SinkPartition p, LedgerField field) {
        if (field.sequence().isPresent()) {
            return field;
        }
        OptionalLong barrier = newestEpoch.barrier(p.topicPartition);
        return barrier.isPresent() && barrier.getAsLong() > field.offset() ? field.from(barrier.getAsLong()) : field;
    }

    // ---- batches

    private boolean apply(Jedis jedis, SinkPartition p, Batch batch) {
        Ledger.Reply r = ledger.apply(jedis, p.topicPartition, p.token().orElseThrow(), batch, p.isDrained());
        r.discarded().forEach(d -> discarded(batch.record(d.entry()), batch.command(d.entry(), d.command()), d));
        switch (r.status()) {
            case "applied" -> {
                p.counters().batches.increment();
                count(p, batch.size() - batch.ticks(), batch.ticks(), batch.commands());
                p.finished(batch, r.field());
                progress.applied(p, r);
            }
            case "refused" -> refused(p, r);
            default -> stopped(jedis, p, batch, r);
        }
        return true;
    }

    private void stopped(Jedis jedis, SinkPartition p, Batch batch, Ledger.Reply r) {
        SinkRecord record = batch.record(r.entry());
        if (r.kind().equals("late") && rebuilds()) {
            rebuild(jedis, p, record, r);
            return;
        }
        if (r.kind().equals("error") && RetryRule.passes(r.error())) {
            stoodAt(p, batch, r, batch.policyAt(r.entry(), r.command()));
            again(p, r.error());
            return;
        }
        String policy = config.getString(RedisSinkConfig.ON_CONFLICT);
        if (r.kind().equals("conflict") && !policy.equals("fail") && reporter.isPresent()) {
            stoodAt(p, batch, r, report(p, record, r.error()) ? policy : "-");
            return;
        }
        stoodAt(p, batch, r, "-");
        if (!r.kind().equals("late")) {
            counters.errors.count(RetryRule.classOf(r.error()));
        }
        p.fail(r.kind().equals("late") ? late(record, r) : failed(record, batch.command(r.entry(), r.command()), r));
    }

    private boolean rebuilds() {
        return config.getString(RedisSinkConfig.ON_LONG_ABSENCE).equals("rebuild");
    }

    /** A change came too late for a Redis that ends keys itself. */
    private void rebuild(Jedis jedis, SinkPartition p, SinkRecord record, Ledger.Reply r) {
        LOG.warn(
                "{}: {}, more than expiry.grace.ms later ({}), so Redis may have ended its key already:"
                        + " on.long.absence=rebuild has the topic applied again from its start",
                p.topicPartition,
                r.error(),
                Incoming.where(record));
        ledger.rebuild(jedis, p.topicPartition, p.token().orElseThrow());
        p.unclaim();
    }

    private static ConnectException late(SinkRecord record, Ledger.Reply r) {
        return Stop.at(
                record,
                "Redis ends keys by itself, and " + r.error() + " (ms, Redis' clock), more than expiry.grace.ms later:"
                        + " what Pika prolonged in time may have ended in Redis",
                "Set on.long.absence=rebuild to have the db emptied and built again from the topic, or continue to go on"
                        + " with what is there; Redis is then not what Pika was, and the sink is never ready. If the sink"
                        + " was not away, see whether the clocks of Pika and Redis differ.");
    }

    /** A batch was applied up to an error; what is left of it comes next. */
    private static void stoodAt(SinkPartition p, Batch batch, Ledger.Reply r, String policy) {
        Batch rest = batch.from(r.entry(), r.command(), policy);
        int ticks = batch.ticks() - rest.ticks();
        count(p, batch.size() - rest.size() - ticks, ticks, batch.commands() - rest.commands());
        p.replaceHead(batch, rest, r.field());
    }

    private static void count(SinkPartition p, int records, int ticks, int commands) {
        p.counters().recordsApplied.add(records);
        p.counters().ticks.add(ticks);
        p.counters().commandsApplied.add(commands);
    }

    private ConnectException failed(SinkRecord record, Command command, Ledger.Reply r) {
        logValues(record, command, r.error());
        return Stop.at(
                record,
                "Redis answered " + RedisErrors.shown(r.error()) + " to: " + command,
                RedisErrors.remedy(r.kind(), r.error()));
    }

    private void again(SinkPartition p, String error) {
        String shown = RedisErrors.shown(error);
        p.counters().retried(RetryRule.classOf(error), p.topicPartition + ": Redis answers " + shown);
        if (p.pause()) {
            LOG.warn(
                    "{}: Redis answers {}; trying again until it passes. {}",
                    p.topicPartition,
                    shown,
                    RedisErrors.remedy(error));
        }
        if (RetryRule.reconnect(error)) {
            throw new redis.clients.jedis.exceptions.JedisConnectionException(error);
        }
    }

    private void discarded(SinkRecord record, Command command, Ledger.Discarded d) {
        if (d.how().startsWith("spop")) { // no error of Redis
            counters.tally.count("spop.miss", () -> d.error() + ", " + command + ", " + Incoming.where(record));
            return;
        }
        logValues(record, command, d.error());
        counters.errors.count(RetryRule.classOf(d.error()));
        if (d.how().startsWith("wrongtype")) {
            collisions.met(record, command, d);
        } else {
            counters.tally.count(
                    "conflict",
                    () -> d.how() + ", " + RedisErrors.shown(d.error()) + ", " + command + ", "
                            + Incoming.where(record));
        }
    }

    /** What is shown nowhere else, since it is data. */
    private static void logValues(SinkRecord record, Command command, String error) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("Redis answered {} to {} ({})", error, command.values(), Incoming.where(record));
        }
    }

    /** Whether the record was reported; else its partition has failed. */
    private boolean report(SinkPartition p, SinkRecord record, String error) {
        try {
            reporter.orElseThrow()
                    .report(record, Stop.at(record, RedisErrors.shown(error), RedisErrors.remedy("conflict", error)))
                    .get();
            return true;
        } catch (ExecutionException e) {
            p.fail(notReported(record, error, e.getCause()));
        } catch (ConnectException e) { // so Connect says that it tolerates no errors
            p.fail(notReported(record, error, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted", e);
        }
        return false;
    }

    private static ConnectException notReported(SinkRecord record, String error, Throwable why) {
        return Stop.at(
                record,
                "Redis answered " + RedisErrors.shown(error) + ", and this conflict could not be reported: "
                        + why.getMessage(),
                "Set errors.tolerance=all, without which Connect lets nothing pass that it is told of, and see that the"
                        + " dead letter queue can be written.");
    }

    /** The ledger is not as this task left it. */
    private void refused(SinkPartition p, Ledger.Reply r) {
        Optional<LedgerField> field = r.field();
        if (field.filter(f -> f.sequence().isPresent())
                .filter(f -> Optional.of(f.owner()).equals(p.token()))
                .isPresent()) {
            LOG.info(
                    "{}: the ledger has moved to offset {}; going on from there",
                    p.topicPartition,
                    field.get().offset());
            p.standAt(field.get().owner(), field.get(), r.epoch());
        } else {
            p.unclaim();
        }
    }

    // ---- barriers

    private boolean meet(Jedis jedis, SinkPartition p, BarrierRecord barrier) {
        if (!barriers.hasNews(jedis, p, barrier)) {
            BarrierWatch.waits(p, barrier);
            return false;
        }
        barrier.meets();
        return (!barrier.beginsEpoch() || writers.admits(jedis, p, barrier)) && stand(jedis, p, barrier);
    }

    private boolean stand(Jedis jedis, SinkPartition p, BarrierRecord barrier) {
        Ledger.Reply r = ledger.barrier(jedis, p.topicPartition, p.token().orElseThrow(), barrier);
        switch (r.status()) {
            case "passed" -> {
                r.discarded()
                        .forEach(d ->
                                discarded(barrier.record(), barrier.commands().get(d.command()), d));
                p.counters().barriers.increment();
                LOG.debug("{}: behind {}", p.topicPartition, barrier);
                if (barrier.isFollowedBy(r)) {
                    p.finished(barrier, r.field());
                } else {
                    refused(p, r);
                }
                return true;
            }
            case "more" -> {
                barrier.found(r.error(), r.keys());
                return true;
            }
            case "waiting" -> {
                barrier.waits(System.nanoTime(), r.error());
                BarrierWatch.waits(p, barrier);
            }
            case "refused" -> refused(p, r);
            case "newepoch" ->
                p.fail(Stop.at(
                        barrier.record(),
                        "A new full sync begins here, but Redis had been caught up with epoch " + r.error()
                                + ", so applications may be writing there",
                        "Set on.new.epoch=clear to have the db emptied and the new data set taken, or point the sink to"
                                + " another db."));
            case "notempty" ->
                p.fail(Stop.at(
                        barrier.record(),
                        "The target db is not empty any more; somebody wrote for instance the key "
                                + Escaped.text(io.pikaconnect.change.Resp.bytes(r.error())),
                        "Empty the db, or set on.target.not.empty=clear to have everything in it deleted."));
            default -> stoppedAt(jedis, p, barrier, r);
        }
        return false;
    }

    private void stoppedAt(Jedis jedis, SinkPartition p, BarrierRecord barrier, Ledger.Reply r) {
        String policy = config.getString(RedisSinkConfig.ON_CONFLICT);
        if (r.kind().equals("late")) {
            if (rebuilds()) {
                rebuild(jedis, p, barrier.record(), r);
            } else {
                p.fail(late(barrier.record(), r));
            }
        } else if (r.kind().equals("error") && RetryRule.passes(r.error())) {
            again(p, r.error());
        } else if (r.kind().equals("conflict") && !policy.equals("fail") && reporter.isPresent()) {
            if (report(p, barrier.record(), r.error())) {
                barrier.decideFirst(policy);
            }
        } else {
            counters.errors.count(RetryRule.classOf(r.error()));
            p.fail(failed(barrier.record(), barrier.commands().get(r.command()), r));
        }
    }
}
