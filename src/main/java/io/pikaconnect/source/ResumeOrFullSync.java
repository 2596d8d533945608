package io.pikaconnect.source;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.fullsync.Dump;
import io.pikaconnect.fullsync.FullSync;
import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.Outage;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.snapshot.SnapshotException;
import io.pikaconnect.snapshot.SnapshotReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the master and continues at the stored offset, or with a full sync. Runs on a thread of its own,
 * since a pull takes long; interrupting it ends it.
 *
 * <p>A restart continues inside the snapshot as long as its dump exists. If the dump is missing, or the binlog position,
 * or the master is another one, it would take a second full sync: {@link OnPositionLost} decides whether that starts by
 * itself.
 */
final class ResumeOrFullSync implements Callable<ResumePoint> {

    private static final Logger LOG = LoggerFactory.getLogger(ResumeOrFullSync.class);
    /** The same after every failure: once the master is up again, the task connects within this time. */
    private static final Duration RETRY = Duration.ofSeconds(3);

    private final PhaseContext context;
    private final Replica replica;
    private final Optional<SourceOffset> stored;
    private final Optional<String> lost;

    /**
     * @param stored where to continue, if anywhere
     * @param lost why that is not possible, if it is already known
     */
    ResumeOrFullSync(PhaseContext context, Replica replica, Optional<SourceOffset> stored, Optional<String> lost) {
        this.context = context;
        this.replica = replica;
        this.stored = stored;
        this.lost = lost;
    }

    @Override
    public ResumePoint call() throws ReplicationException, SnapshotException, IOException, InterruptedException {
        lookAfterDumps();
        stored.map(SourceOffset::origin).ifPresent(from -> replica.expect(from.replicationId(), from.runId()));
        MasterIdentity master = connectOrForget();
        if (stored.isEmpty()) {
            return fullSync(master, 0, Readiness.START);
        }
        SourceOffset offset = refined(stored.get(), master);
        MasterOrigin origin = offset.origin();
        if (lost.isPresent() || !offset.lostReason().isEmpty()) {
            return positionLost(master, offset, lost.orElse(offset.lostReason()));
        }
        if (!origin.mayContinueOn(master, replica.role())) {
            return positionLost(
                    master,
                    offset,
                    "the master is another one: its replication id is " + master.replicationId() + ", it was "
                            + origin.replicationId()
                            + (replica.role().isReplica()
                                    ? ", which for a replica means another master's data, whatever its run id"
                                    : ", and its run id is "
                                            + (origin.runId().isEmpty() ? "not stored" : "another one, too")));
        }
        checkPinned(master, offset);
        report(origin, master);
        offset = offset.from(origin.on(master))
                .in(offset.epoch()
                        .with(offset.epoch()
                                .settings()
                                .continuedWith(context.config().renamed())));
        if (offset.phase() == SourceOffset.Phase.BINLOG) {
            replica.follow(offset.resume(), origin.lastBefore(offset.resume()));
            return new ResumePoint(replica, offset, Optional.empty(), true);
        }
        Optional<Dump> dump = context.dumps().complete(offset.epoch().number());
        if (dump.isEmpty()) {
            return positionLost(
                    master,
                    offset,
                    "the dump of epoch " + offset.epoch().number() + " is gone from "
                            + context.config().snapshotDir() + ", and its snapshot is not through");
        }
        context.dumps().keepFromLater(offset.epoch().number());
        if (offset.phase() == SourceOffset.Phase.BEGIN) {
            try {
                SnapshotReader.check(dump.get().directory(), SnapshotPhase.options(context.config(), offset));
            } catch (SnapshotException e) {
                if (e.isDamagedDump()) {
                    return positionLost(master, offset, e.what());
                }
                throw e;
            }
        }
        replica.follow(offset.resume());
        return new ResumePoint(replica, offset, dump, true);
    }

    private void report(MasterOrigin origin, MasterIdentity master) {
        if (!master.mayBeOf(origin.replicationId())) {
            LOG.warn(
                    "{}: the server has another replication id than before, {}, it was {}, and the same run id:"
                            + " somebody cleared it (CLEARREPLICATIONID). The position is kept",
                    replica.config(),
                    master.replicationId(),
                    origin.replicationId());
        } else if (master.isOtherServer(origin.runId())) {
            LOG.warn(
                    "{}: another server answers than before, with the same data by its replication id: its run id is"
                            + " {}, it was {}. Either there was a failover, or the same one started without the run id it"
                            + " had. {}",
                    replica.config(),
                    master.runId(),
                    origin.runId(),
                    origin.last().isPresent()
                            ? "The last items received are compared with its log before anything is taken from there;"
                                    + " what was before them is not"
                            : "No item was received since the full sync, so there is nothing to compare: if it was"
                                    + " promoted without its master's last changes, the target may keep some of those");
        }
    }

    /** What an earlier task left on this worker, and the stored position does not need, goes before anything new comes. */
    private void lookAfterDumps() {
        if (stored.isEmpty()) {
            context.dumps().keepPulled();
        } else if (stored.get().phase() == SourceOffset.Phase.BINLOG) {
            context.dumps().keepNone(stored.get().epoch().number());
        } else {
            context.dumps().keepOnly(stored.get().epoch().number());
        }
        context.dumps().nameOthers();
    }

    /** What an earlier task has pulled lacks what the master does not log now. */
    private MasterIdentity connectOrForget() throws ReplicationException, InterruptedException {
        try {
            return connect();
        } catch (ReplicationException e) {
            if (e.kind() == ReplicationException.Kind.POSITION_LOST && stored.isEmpty()) {
                context.dumps().keepNone(0);
            }
            throw e;
        }
    }

    private MasterIdentity connect() throws ReplicationException, InterruptedException {
        Outage outage = new Outage();
        while (true) {
            try {
                MasterIdentity master = replica.connect();
                outage.over()
                        .ifPresent(said ->
                                LOG.info("{}: the master {}", context.config().name(), said));
                return master;
            } catch (ReplicationException e) {
                if (e.kind() != ReplicationException.Kind.RETRY) {
                    throw e;
                }
                outage.failed(e.getMessage()).ifPresent(LOG::warn);
                Thread.sleep(RETRY.toMillis());
            }
        }
    }

    private ResumePoint positionLost(MasterIdentity master, SourceOffset offset, String why)
            throws ReplicationException, IOException, InterruptedException {
        OnPositionLost policy = context.config().onPositionLost();
        if (!policy.beginsAgain(offset)) {
            throw lostFor(context.config(), offset, why);
        }
        Readiness readiness = policy.next(offset);
        LOG.warn(
                "{} cannot be resumed: {}. {} A new full sync begins by itself{}",
                where(offset),
                why,
                offset.phase() == SourceOffset.Phase.BEGIN
                        ? "Nothing of the epoch was sent yet."
                        : "on.position.lost=" + policy.word() + ".",
                readiness.lostInARow() == 0
                        ? ""
                        : ", number " + readiness.lostInARow() + " of at most " + OnPositionLost.MOST_IN_A_ROW
                                + " in a row");
        context.dumps().delete(offset.epoch().number());
        return fullSync(master, offset.epoch().number(), readiness);
    }

    /** What ends the task when a second full sync would be needed and is not wanted. */
    static TaskFailure lostFor(PikaSourceConfig config, SourceOffset offset, String why) {
        return TaskFailure.of(
                config.name() + " " + config.database() + " cannot be resumed at "
                        + offset.phase().name().toLowerCase(Locale.ROOT) + " position " + offset.resume()
                        + " of epoch "
                        + offset.epoch().number(),
                why,
                config.onPositionLost().remedy(offset));
    }

    /** What ends the task when the master does not continue from a position that may be good. */
    static TaskFailure doubtedFor(PikaSourceConfig config, SourceOffset offset, String why) {
        return TaskFailure.of(
                config.name() + " " + config.database() + " does not get on from position " + offset.resume()
                        + " of epoch " + offset.epoch().number(),
                why,
                "The position stays stored: mend what the master's log reports and restart the task. Only if the"
                        + " master cannot read its binlog there any more, a second full sync is needed: set"
                        + " on.position.lost=resync, and on.new.epoch=clear at the sink once it had caught up");
    }

    private ResumePoint fullSync(MasterIdentity master, long lastEpoch, Readiness readiness)
            throws ReplicationException, IOException, InterruptedException {
        EpochSettings settings = EpochSettings.of(context.config(), groupOf(master));
        long epoch = Math.max(context.clock().millis(), lastEpoch + 1);
        LOG.info(
                "Full sync of {} {} begins: epoch {}",
                context.config().name(),
                context.config().database(),
                epoch);
        context.progress().in(SourceProgress.Phase.FULL_SYNC);
        Function<Dump, SourceOffset> begin = d -> SourceOffset.begin(
                new SourceOffset.Epoch(epoch, settings, d.requested().toEpochMilli(), readiness, lastEpoch),
                d.position(),
                MasterOrigin.of(master));
        Dump dump = pull(epoch, lastEpoch);
        SourceOffset offset = begin.apply(dump);
        if (isDamaged(dump, offset)) {
            context.dumps().delete(epoch); // the next pull would continue with its files
            dump = pull(epoch, lastEpoch);
            offset = begin.apply(dump);
            try {
                check(dump, offset);
            } catch (TaskFailure e) {
                context.dumps().delete(epoch);
                throw e;
            }
        }
        if (master.version().mayRepeatAfterDump()) {
            LOG.warn(
                    "{} {} is a Pika {}: commands of the moment of the dump may be in it and come once more after it"
                            + " (at most a few, under heavy load); masters from 3.5.5 and 4.0.1 on do not do this",
                    context.config().name(),
                    context.config().database(),
                    master.version());
        }
        replica.follow(dump.position());
        return new ResumePoint(replica, offset, Optional.of(dump), false);
    }

    private Dump pull(long epoch, long lastEpoch) throws ReplicationException, IOException, InterruptedException {
        Dump dump = new FullSync(
                        replica,
                        context.dumps(),
                        context.progress().fullSync(),
                        context.config().fullSync())
                .run(epoch, lastEpoch == 0);
        LOG.info(
                "Full sync of {}: dump {} is complete, at binlog position {}",
                context.config().name(),
                dump.directory(),
                dump.position());
        return dump;
    }

    /** A dump that was damaged on its way is worth another pull; what else is wrong with it ends the task. */
    private boolean isDamaged(Dump dump, SourceOffset offset) throws InterruptedException {
        try {
            check(dump, offset);
            return false;
        } catch (TaskFailure e) {
            if (e.getCause() instanceof SnapshotException cause && cause.isDamagedDump()) {
                LOG.warn("{}: the dump is damaged, pulling it once more: {}", where(offset), cause.what());
                return true;
            }
            throw e;
        }
    }

    /** Before anything of the new epoch is sent: its barrier empties the target. */
    private void check(Dump dump, SourceOffset offset) throws InterruptedException {
        try {
            SnapshotReader.check(dump.directory(), SnapshotPhase.options(context.config(), offset));
        } catch (SnapshotException e) {
            throw TaskFailure.of(
                    where(offset),
                    e.what(),
                    "Nothing of this full sync was sent, so the target is as it was. See the disks of the master and of"
                            + " snapshot.dir, and restart the task for another dump; if that is the same, remove the"
                            + " master's own (dump-path), so that it makes a new one",
                    e);
        }
    }

    private String where(SourceOffset offset) {
        return context.config().name() + " " + context.config().database() + ", after " + offset.resume() + " of epoch "
                + offset.epoch().number();
    }

    private BinlogDialect groupOf(MasterIdentity master) {
        try {
            return BinlogDialect.of(master.version());
        } catch (IllegalArgumentException e) {
            throw TaskFailure.of(context.config().name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * What the master left open at the start of the epoch and is known by now; not within an item of which some is sent.
     * An item that is sent again becomes as many records as before: its deadline may be another moment of the same
     * second, and at a member with several scores the task stopped, unless it was told to take the first.
     */
    private static SourceOffset refined(SourceOffset offset, MasterIdentity master) {
        BinlogDialect exact = offset.epoch().settings().group().refinedBy(master.version());
        boolean within = offset.phase() == SourceOffset.Phase.BINLOG && offset.partsSent() > 0;
        return within || exact == offset.epoch().settings().group()
                ? offset
                : offset.in(offset.epoch().with(offset.epoch().settings().with(exact)));
    }

    /** An epoch keeps its topic, its settings, and its master's dialect. */
    private void checkPinned(MasterIdentity master, SourceOffset offset) {
        EpochSettings epochSettings = offset.epoch().settings();
        EpochSettings now = EpochSettings.of(context.config(), epochSettings.group());
        if (!now.topic().equals(epochSettings.topic())) {
            throw TaskFailure.of(
                    where(offset),
                    "the stored position belongs to topic " + epochSettings.topic()
                            + ", but the connector now writes to " + now.topic()
                            + ", which would lack everything before",
                    "Set topic.prefix back, or reset the connector's offsets for a new full sync");
        }
        if (!now.selection().equals(epochSettings.selection())) {
            throw TaskFailure.of(
                    where(offset),
                    "keys.include, keys.exclude or types.include select other keys now than since the start of the epoch ("
                            + now.selection() + " instead of " + epochSettings.selection()
                            + "), of which the target would lack, or keep, what they were before",
                    "Set them back, or reset the connector's offsets for a new full sync with the new ones, and set"
                            + " on.new.epoch=clear at the sink once it had caught up");
        }
        // If the version is unknown several dialects are possible; the epoch recorded which one it is.
        if (!epochSettings.group().isPossible(master.version())) {
            throw TaskFailure.of(
                    where(offset),
                    "the master is a Pika " + master.version()
                            + " now and logs some commands in another form than at the start of the epoch ("
                            + epochSettings.group() + "), so what it logs now needs a new full sync",
                    "Reset the connector's offsets, and set on.new.epoch=clear at the sink once it had caught up. Or"
                            + " set pika.version to " + epochSettings.group().versions()
                            + " if the master is known to log as that all the same");
        }
        // What only record.format changed about the size is no setting that anybody changed.
        EpochSettings compared = context.config().isRawMaxBytesOfAFormat(epochSettings.recordMaxBytes())
                ? now.withRecordMaxBytes(epochSettings.recordMaxBytes())
                : now;
        if (!compared.equals(epochSettings.continuedWith(now.renamed()))) {
            LOG.warn(
                    "{} {}: settings that shape records were changed; they take effect with the next epoch. Now: {}; in this"
                            + " epoch: {}",
                    context.config().name(),
                    context.config().database(),
                    now.text(),
                    epochSettings.text());
        }
        if (context.config().structs().isPresent() && epochSettings.recordMaxBytes() > now.recordMaxBytes()) {
            LOG.warn(
                    "{} {}: the epoch started with record.format=raw or a larger record.max.bytes, so its records are cut to"
                            + " {} bytes before they become structs. As JSON they may have up to two and a half times as many: the topic's"
                            + " max.message.bytes and producer.override.max.request.size have to allow it until the"
                            + " next full sync",
                    context.config().name(),
                    context.config().database(),
                    epochSettings.recordMaxBytes());
        }
    }
}
