package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Concern;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a complete and verified dump onto local disk: requests one, and pulls it or has it pushed. The replica's session
 * stays attached at the end, so the binlog can be followed from the dump's position.
 *
 * <p>While the master does not answer it is waited for, without limit. While it does, a number of attempts may fail in a
 * row; one that got on with a pull before its connection broke begins the count again. An attempt continues the pull of
 * the one before as long as the master has the same dump.
 *
 * <p>Every full sync has a dump made for it, and never takes one that the master already had. A change that the master made
 * without logging it (write-binlog no, a full disk), or whose binlog was lost, is in no dump from before and in no binlog
 * after it, and a source cannot know that there was none: who resets its offsets may be repairing exactly that. Whoever
 * pulls from the same master's db at that moment has to begin again, since a master keeps one dump for all: the other
 * source or replica notices by the dump's id, and then takes the new one. That costs time, at most one pull for every full
 * sync requested there; an old dump costs data. So once a server has made a dump for this full sync, another one that
 * somebody else has made later is as good, and no third is requested; only a dump that failed twice though nobody replaced
 * it is taken for a broken one. What an earlier task has pulled is continued only for a source's first epoch, whose dump
 * was made for it, and while nothing has shown that the master's log lacks anything.
 *
 * <p>Masters from 3.5 on let it be pulled, and keep their binlog meanwhile. Older ones push it to the announced port +
 * 1000, one full sync after the other; their binlog is held. A master that could not begin a push never pushes to that port again, and does not say so; after an attempt in
 * which nothing came the announced port is 2 higher.
 */
public final class FullSync {

    private static final Logger LOG = LoggerFactory.getLogger(FullSync.class);

    /** Failures with the dump the master has; it may be a broken one. */
    private static final int WITH_OLD_DUMP = 2;

    /** Attempts that the password ended, of which the first may be another master's, or from before it was set. */
    private static final int REFUSALS = 3;

    private static final int NEXT_PORT = 2;

    private static final int LARGEST_PORT = 65_535;

    private final Replica replica;
    private final DumpDirectory directory;
    private final FullSyncProgress progress;
    private final FullSyncOptions options;
    private final PullTimings timings;
    private final PushSetup pushes;
    private final DumpSession session;
    private final Throttle throttle;

    // Own thread only.
    /** Attempts that failed in a row while the master answered. */
    private int failures;
    /** Those with the same dump. */
    private int failuresOfDump;
    /** Attempts that the password ended. */
    private int refusals;
    /** Attempts in which no push began. */
    private int notBegun;
    /** Whether the attempt under way has pulled what the next need not pull again. */
    private boolean gained;
    /** Whether the dump of the attempt that failed is no longer the master's. */
    private boolean replaced;

    /**
     * @param replica connected or not; not yet following
     * @param progress for others to look at
     */
    public FullSync(Replica replica, DumpDirectory directory, FullSyncProgress progress, FullSyncOptions options) {
        this(replica, directory, progress, options, PullTimings.DEFAULT, PushSetup.DEFAULT);
    }

    FullSync(
            Replica replica,
            DumpDirectory directory,
            FullSyncProgress progress,
            FullSyncOptions options,
            PullTimings timings,
            PushSetup pushes) {
        this.replica = replica;
        this.directory = directory;
        this.progress = progress;
        this.options = options;
        this.timings = timings;
        this.pushes = pushes;
        session = new DumpSession(replica, timings, progress);
        throttle = new Throttle(options.bytesPerSecond());
    }

    /**
     * Sees whether a dump of that master can be received on this machine.
     *
     * @throws ReplicationException REFUSED when what it takes is not installed
     */
    public static void checkMachine(MasterIdentity master) throws ReplicationException {
        if (master.version().pushesDump()) {
            RsyncDaemon.find(PushSetup.DEFAULT.searchPath());
        }
    }

    /**
     * Blocks until the dump is complete. An interrupt ends it; what was pulled stays on the disk for the next full sync of
     * this db.
     *
     * @param epoch the full sync's number, part of the directory's name
     * @param first whether the source has no epoch before it: then what an earlier task has pulled is continued
     * @throws ReplicationException REFUSED or POSITION_LOST at once, RETRY after the last attempt
     * @throws IOException when the local disk does not take it
     */
    public Dump run(long epoch, boolean first) throws ReplicationException, InterruptedException, IOException {
        directory.enter();
        try {
            Path partial = directory.begin(epoch, first);
            try {
                return attempts(epoch, first, partial);
            } catch (ReplicationException e) {
                if (e.kind() == Kind.POSITION_LOST) {
                    directory.abandon(epoch); // what the master changes now the dump lacks, and so may its log
                }
                throw e;
            } catch (IOException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    directory.abandon(epoch); // a disk that is full troubles others, too
                }
                throw e;
            } finally {
                directory.abandonUnlessPulled(epoch);
            }
        } finally {
            directory.leave();
        }
    }

    private Dump attempts(long epoch, boolean first, Path partial)
            throws ReplicationException, InterruptedException, IOException {
        while (true) {
            ReplicationException failure;
            boolean broken = true;
            gained = false;
            replaced = false;
            try {
                return attempt(epoch, first, partial);
            } catch (AttemptFailed e) {
                refusals += e.isRefused() ? 1 : 0;
                if (refusals >= REFUSALS) {
                    throw new ReplicationException(
                            Kind.REFUSED, Concern.PASSWORD, config() + ": full sync: " + e.getMessage(), e);
                }
                broken = e.isBroken();
                failure = new ReplicationException(
                        Kind.RETRY,
                        config() + ": full sync, attempt " + progress.attempts() + ": " + e.getMessage(),
                        e);
            } catch (ReplicationException e) {
                if (e.kind() != Kind.RETRY) {
                    throw e;
                }
                failure = e;
            }
            if (session.answers()) {
                boolean gotOn = broken && gained;
                failures = gotOn ? 1 : failures + 1;
                failuresOfDump = replaced ? 0 : gotOn ? 1 : failuresOfDump + 1;
                pause(failure, broken);
            } else {
                session.await(failure);
            }
        }
    }

    private void pause(ReplicationException failure, boolean broken) throws ReplicationException, InterruptedException {
        if (failures >= timings.attempts()) {
            throw new ReplicationException(
                    Kind.RETRY,
                    failure.getMessage() + ". This was the last of " + failures
                            + " attempts in a row that failed although the master answers"
                            + (broken
                                    ? "; check that its ports + 2000 and, for 3.5 and later, + 10001 can be reached"
                                    : "; see its log, and whether the disk of its dump-path has room"),
                    failure);
        }
        LOG.warn(
                "{}; trying again in {} s",
                failure.getMessage(),
                timings.pauseAfter(failures).toSeconds());
        TimeUnit.MILLISECONDS.sleep(timings.pauseAfter(failures).toMillis());
    }

    private Dump attempt(long epoch, boolean first, Path partial)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        progress.attempt();
        session.connect();
        MasterIdentity master = replica.identity().orElseThrow();
        if (master.version().pushesDump()) {
            push(partial);
        } else {
            pull(first, partial, master);
        }
        Dump dump = directory.finish(epoch);
        LOG.info("{}: full sync complete, {} bytes, position {}", config(), progress.bytesDone(), dump.position());
        return dump;
    }

    private void pull(boolean first, Path partial, MasterIdentity master)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        if (config().pullPort() > LARGEST_PORT) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    config() + ": the dump would be pulled from the client port + 10001, " + config().pullPort()
                            + ", which is no port; set pika.rsync.port to where the master's port for dumps is mapped");
        }
        boolean another = failuresOfDump >= WITH_OLD_DUMP;
        try (PullConnection connection = new PullConnection(config(), timings)) {
            Pull pull = new Pull(
                    connection,
                    partial,
                    master.replicationId(),
                    first,
                    timings,
                    progress,
                    session,
                    options.bytesPerSecond(),
                    throttle);
            try {
                Optional<BinlogPosition> begun = another ? Optional.empty() : pull.begun();
                Instant requested = begun.isPresent() ? session.requestAgain(begun.get()) : session.request(another);
                InfoFile info = pull.run(requested);
                session.checkKeptIfLost(info.position());
            } catch (AttemptFailed e) {
                replaced = !e.isBroken() && isReplaced(pull);
                throw e;
            } finally {
                gained = pull.gained();
            }
        }
    }

    private boolean isReplaced(Pull pull) throws InterruptedException {
        try (PullConnection connection = new PullConnection(config(), timings)) {
            return pull.isReplaced(connection);
        } catch (AttemptFailed e) {
            return false; // the next attempt will tell
        }
    }

    private void push(Path partial) throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Path program = RsyncDaemon.find(pushes.searchPath());
        replica.retainBinlog();
        replica.announce(config().pushPort() + NEXT_PORT * notBegun);
        session.connect();
        Path home = partial.resolve(RsyncDaemon.HOME);
        Pushers pushers = pushers();
        Removal.inside(partial);
        RsyncDaemon daemon = RsyncDaemon.prepare(program, home, config().database(), pushers, config().password());
        boolean begun = false;
        try (PushPort port = PushPort.open(config().toString(), announced(), daemon, pushers, progress::bytes)) {
            Push push = new Push(config().toString(), port, daemon, pushes, progress, session);
            try {
                Instant requested = session.request(failuresOfDump >= WITH_OLD_DUMP);
                InfoFile info = push.await();
                session.checkKept(info.position());
                push.moveTo(partial);
                Label.pushed(requested).write(partial);
            } finally {
                begun = port.transfers() > 0 || port.refusedAny();
            }
        } catch (AttemptFailed e) {
            notBegun += begun ? 0 : 1;
            throw e;
        } finally {
            Removal.of(home);
        }
    }

    private Pushers pushers() throws AttemptFailed, ReplicationException {
        List<String> hosts = new ArrayList<>(options.pushFrom());
        hosts.add(config().host());
        try {
            Pushers pushers = Pushers.of(hosts);
            if (pushers.addresses().isEmpty()) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        config() + ": masters before 3.5 push their dump over IPv4, and pika.address has only other"
                                + " addresses; name the one that this master pushes from in push.from");
            }
            return pushers;
        } catch (IOException e) {
            throw new AttemptFailed("the addresses that the master may push from cannot be found: " + e, e);
        }
    }

    /** Whom the dump is from: of a group it may be another member from one attempt to the next. */
    private ReplicaConfig config() {
        return replica.config();
    }

    private InetSocketAddress announced() throws ReplicationException {
        return replica.announced()
                .orElseThrow(() -> new ReplicationException(Kind.RETRY, config() + ": the connection is lost"));
    }
}
