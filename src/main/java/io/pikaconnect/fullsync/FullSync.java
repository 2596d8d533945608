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
 * Gets a complete and verified dump onto local disk: requests one, and pulls it or lets the master push it. The
 * replica's session stays attached at the end, so the binlog can be followed from the dump's position.
 *
 * <p>While the master does not answer, the full sync waits without limit. While it does, a limited number of
 * consecutive attempts may fail; one that made progress with a pull before its connection broke resets the count. An
 * attempt continues the pull of the previous one as long as the master has the same dump.
 *
 * <p>Every full sync has a dump made for it, and never takes one that the master already had. A change that the master
 * made without logging it (write-binlog no, a full disk), or whose binlog was lost, is in no dump from before and in no
 * binlog after it, and a source cannot know that there was none: its offsets may have been reset to repair exactly
 * that. Another replica that is pulling from the same master's db has to start again, since a master keeps one dump for
 * all: the other source or replica notices by the dump's id, and then takes the new one. That costs time, at most one
 * pull for every full sync requested there; an old dump costs data. So once a server has made a dump for this full
 * sync, a later one that it made for another replica is as good, and no third is requested; only a dump that failed
 * twice although it was not replaced counts as broken. What an earlier task has pulled is continued only for a source's
 * first epoch, whose dump was made for it, and while nothing has shown that the master's log lacks anything.
 *
 * <p>A dump of masters from 3.5 on is pulled, and they keep their binlog during the pull. Older masters push it to the
 * announced port + 1000, one full sync after the other; their binlog is retained by a binlog hold. A master that could
 * not start a push never pushes to that port again, and does not report it; after an attempt in which nothing was
 * received the announced port is 2 higher.
 */
public final class FullSync {

    private static final Logger LOG = LoggerFactory.getLogger(FullSync.class);

    /** Failures with the same dump after which it may be broken. */
    private static final int WITH_OLD_DUMP = 2;

    /** Attempts that may end with a refused password: the first may be another master's, or from before it was set. */
    private static final int REFUSALS = 3;

    private static final int NEXT_PORT = 2;

    private static final int LARGEST_PORT = 65_535;

    private final Replica replica;
    private final DumpDirectory directory;
    private final FullSyncProgress progress;
    private final FullSyncOptions options;
    private final FullSyncTimings timings;
    private final String searchPath;
    private final DumpSession session;
    private final Throttle throttle;

    // Own thread only.
    /** Consecutive attempts that failed while the master answered. */
    private int failures;
    /** Consecutive failed attempts with the same dump. */
    private int failuresOfDump;
    /** Attempts that ended with a refused password. */
    private int refusals;
    /** Attempts in which no push started. */
    private int notBegun;
    /** Whether the present attempt has pulled what the next one need not pull again. */
    private boolean gained;
    /** Whether the master has replaced the dump of the failed attempt. */
    private boolean replaced;

    /**
     * @param replica connected or not; not yet following
     * @param progress updated for other threads
     */
    public FullSync(Replica replica, DumpDirectory directory, FullSyncProgress progress, FullSyncOptions options) {
        this(replica, directory, progress, options, FullSyncTimings.DEFAULT, RsyncDaemon.SEARCH_PATH);
    }

    /** @param searchPath where the program rsync is searched, see {@link RsyncDaemon#SEARCH_PATH} */
    FullSync(
            Replica replica,
            DumpDirectory directory,
            FullSyncProgress progress,
            FullSyncOptions options,
            FullSyncTimings timings,
            String searchPath) {
        this.replica = replica;
        this.directory = directory;
        this.progress = progress;
        this.options = options;
        this.timings = timings;
        this.searchPath = searchPath;
        session = new DumpSession(replica, timings, progress);
        throttle = new Throttle(options.bytesPerSecond());
    }

    /**
     * Checks whether a dump of that master can be received on this machine.
     *
     * @throws ReplicationException REFUSED if a required program is not installed
     */
    public static void checkMachine(MasterIdentity master) throws ReplicationException {
        if (master.version().pushesDump()) {
            RsyncDaemon.find(RsyncDaemon.SEARCH_PATH);
        }
    }

    /**
     * Blocks until the dump is complete. An interrupt ends it; what was pulled stays on the disk for the next full sync of
     * this db.
     *
     * @param epoch the full sync's number, part of the directory's name
     * @param first whether it is the source's first epoch: then what an earlier task has pulled is continued
     * @throws ReplicationException REFUSED or POSITION_LOST at once, RETRY after the last attempt
     * @throws IOException if it cannot be written to the local disk
     */
    public Dump run(long epoch, boolean first) throws ReplicationException, InterruptedException, IOException {
        directory.enter();
        try {
            Path partial = directory.begin(epoch, first);
            try {
                return attempts(epoch, first, partial);
            } catch (ReplicationException e) {
                if (e.kind() == Kind.POSITION_LOST) {
                    directory.abandon(epoch); // the dump lacks what the master changes now, and so may its log
                }
                throw e;
            } catch (IOException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    directory.abandon(epoch); // a full disk affects other programs, too
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
                                    : "; check its log, and whether the disk of its dump-path has space"),
                    failure);
        }
        LOG.warn(
                "{}; trying again in {} s",
                failure.getMessage(),
                timings.retry().after(failures).toSeconds());
        TimeUnit.MILLISECONDS.sleep(timings.retry().after(failures).toMillis());
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
                            + ", which is not a valid port; set pika.rsync.port to the one that the master's port for"
                            + " dumps is mapped to");
        }
        boolean another = failuresOfDump >= WITH_OLD_DUMP;
        try (PullConnection connection = new PullConnection(config(), timings.pull())) {
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
        try (PullConnection connection = new PullConnection(config(), timings.pull())) {
            return pull.isReplaced(connection);
        } catch (AttemptFailed e) {
            return false; // the next attempt finds out
        }
    }

    private void push(Path partial) throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Path program = RsyncDaemon.find(searchPath);
        replica.retainBinlog();
        replica.announce(config().pushPort() + NEXT_PORT * notBegun);
        session.connect();
        Path home = partial.resolve(RsyncDaemon.HOME);
        Pushers pushers = pushers();
        Removal.inside(partial);
        RsyncDaemon daemon = RsyncDaemon.prepare(program, home, config().database(), pushers, config().password());
        boolean begun = false;
        try (PushPort port = PushPort.open(config().toString(), announced(), daemon, pushers, progress::bytes)) {
            Push push = new Push(config().toString(), port, daemon, timings.push(), progress, session);
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

    /** The server that the dump is from: another member of the group may be followed at the next attempt. */
    private ReplicaConfig config() {
        return replica.config();
    }

    private InetSocketAddress announced() throws ReplicationException {
        return replica.announced()
                .orElseThrow(() -> new ReplicationException(Kind.RETRY, config() + ": the connection is lost"));
    }
}
