package io.pikaconnect.fullsync;

import io.pikaconnect.replication.BinlogOffset;
import io.pikaconnect.replication.Family;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a complete and verified dump onto local disk: requests one, pulls it or has it pushed, and begins again, a bounded
 * number of times and from the request on, whenever an attempt breaks. The replica's session stays attached at the end,
 * so the binlog can be followed from the dump's position.
 *
 * <p>Masters from 3.5 on let it be pulled, and keep their binlog meanwhile. Older ones push it to the announced port +
 * 1000; their binlog is held, and the first attempt has a new dump made, since one that they have may lie before what is
 * held. A master that could not begin a push never pushes to that port again, and does not say so; after an attempt in
 * which nothing came the announced port is 2 higher.
 */
public final class FullSync {

    private static final Logger LOG = LoggerFactory.getLogger(FullSync.class);

    /** A request for a file this far beyond makes every master make a new dump (replication-protocol 6.2). */
    private static final long NEW_DUMP = 1_000;
    /** Attempts with the dump the master has; it may be a broken one. */
    private static final int WITH_OLD_DUMP = 2;

    /** Attempts to attach again before a transfer that still works is given up. */
    private static final int REATTACH_TRIES = 10;

    private static final int NEXT_PORT = 2;

    private record Received(InfoFile info, Instant requested) {}

    private final Replica replica;
    private final ReplicaConfig config;
    private final DumpDirectory directory;
    private final FullSyncProgress progress;
    private final FullSyncOptions options;
    private final PullTimings timings;
    private final PushSetup pushes;
    /** Attempts in which no push began; own thread only. */
    private int notBegun;
    /** In a row; own thread only. */
    private int reattachFailures;

    /**
     * @param replica connected or not; not yet following
     * @param progress for others to look at
     */
    public FullSync(
            Replica replica,
            ReplicaConfig config,
            DumpDirectory directory,
            FullSyncProgress progress,
            FullSyncOptions options) {
        this(replica, config, directory, progress, options, PullTimings.DEFAULT, PushSetup.DEFAULT);
    }

    FullSync(
            Replica replica,
            ReplicaConfig config,
            DumpDirectory directory,
            FullSyncProgress progress,
            FullSyncOptions options,
            PullTimings timings,
            PushSetup pushes) {
        this.replica = replica;
        this.config = config;
        this.directory = directory;
        this.progress = progress;
        this.options = options;
        this.timings = timings;
        this.pushes = pushes;
    }

    /**
     * Sees whether a dump of that master can be received on this machine.
     *
     * @throws ReplicationException REFUSED when what it takes is not installed
     */
    public static void checkMachine(MasterIdentity master) throws ReplicationException {
        if (master.version().family().pushesDump()) {
            RsyncDaemon.find(PushSetup.DEFAULT.searchPath());
        }
    }

    /**
     * Blocks until the dump is complete. An interrupt ends it; nothing half done stays on disk.
     *
     * @param epoch the full sync's number, part of the directory's name
     * @throws ReplicationException REFUSED or POSITION_LOST at once, RETRY after the last attempt
     * @throws IOException when the local disk does not take it
     */
    public Dump run(long epoch) throws ReplicationException, InterruptedException, IOException {
        directory.enter();
        try {
            return attempts(epoch);
        } finally {
            directory.leave();
        }
    }

    private Dump attempts(long epoch) throws ReplicationException, InterruptedException, IOException {
        for (int attempt = 1; ; attempt++) {
            String reason;
            Exception cause;
            try {
                return attempt(epoch, attempt);
            } catch (AttemptFailed e) {
                reason = config + ": full sync, attempt " + attempt + ": " + e.getMessage();
                cause = e;
            } catch (ReplicationException e) {
                if (e.kind() != Kind.RETRY) {
                    throw e;
                }
                reason = e.getMessage();
                cause = e;
            }
            if (attempt == timings.attempts()) {
                throw new ReplicationException(
                        Kind.RETRY,
                        reason + ". This was the last of " + attempt + " attempts; see the master's log, and check that"
                                + " its ports + 2000 and, for 3.5 and later, + 10001 can be reached",
                        cause);
            }
            LOG.warn("{}; beginning again in {}", reason, timings.pauseAfter(attempt));
            TimeUnit.MILLISECONDS.sleep(timings.pauseAfter(attempt).toMillis());
        }
    }

    private Dump attempt(long epoch, int attempt)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        progress.attempt();
        Path partial = directory.begin(epoch);
        boolean complete = false;
        try {
            if (!replica.connected()) {
                replica.connect();
            }
            Family family = replica.identity().orElseThrow().version().family();
            Received received = family.pushesDump() ? push(partial, attempt) : pull(partial, attempt);
            Dump dump = directory.finish(epoch, received.info(), received.requested());
            complete = true;
            LOG.info("{}: full sync complete, {} bytes, position {}", config, progress.bytesDone(), dump.position());
            return dump;
        } finally {
            if (!complete) {
                directory.abandon(epoch);
            }
        }
    }

    private Received pull(Path partial, int attempt)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Instant requested = request(attempt > WITH_OLD_DUMP);
        try (PullLink link = new PullLink(config, timings)) {
            return new Received(new Pull(link, partial, timings, progress, this::keepSession).run(), requested);
        }
    }

    private Received push(Path partial, int attempt)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Path program = RsyncDaemon.find(pushes.searchPath());
        replica.holdLog();
        replica.announce(config.pushPort() + NEXT_PORT * notBegun);
        if (!replica.connected()) {
            replica.connect();
        }
        Path home = partial.resolve("rsync");
        Pushers pushers = pushers();
        RsyncDaemon daemon = RsyncDaemon.prepare(program, home, config.database(), pushers, config.password());
        boolean begun = false;
        try (PushPort port = PushPort.open(announced(), daemon, pushers, progress::bytes)) {
            Push push = new Push(port, daemon, pushes, this::keepSession);
            try {
                Instant requested = request(attempt == 1 || attempt > WITH_OLD_DUMP);
                InfoFile info = push.await();
                checkKept(info.position());
                push.moveTo(partial);
                Removal.of(home);
                return new Received(info, requested);
            } finally {
                begun = port.conversations() > 0;
            }
        } catch (AttemptFailed e) {
            notBegun += begun ? 0 : 1;
            throw e;
        }
    }

    private Pushers pushers() throws AttemptFailed, ReplicationException {
        try {
            List<String> hosts = new ArrayList<>(options.pushFrom());
            hosts.add(config.host());
            Pushers pushers = Pushers.of(hosts);
            if (pushers.addresses().isEmpty()) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        config + ": masters before 3.5 push their dump over IPv4, and pika.address has only other"
                                + " addresses; name the one that this master pushes from in push.from");
            }
            return pushers;
        } catch (IOException e) {
            throw new AttemptFailed("the addresses that the master may push from cannot be found: " + e, e);
        }
    }

    private InetSocketAddress announced() throws ReplicationException {
        return replica.announced()
                .orElseThrow(() -> new ReplicationException(Kind.RETRY, config + ": the connection is lost"));
    }

    /**
     * A dump that was already being made when it was requested may lie before what is held; and for a while nothing is
     * held, if that connection was lost.
     */
    private void checkKept(BinlogOffset position) throws AttemptFailed, ReplicationException, InterruptedException {
        if (!replica.connected()) {
            replica.connect();
        }
        if (!replica.isKept(position)) {
            throw new AttemptFailed("the master pushed a dump from " + position
                    + ", and has removed its log from there; a larger expire-logs-nums on the master keeps more");
        }
    }

    /** Requests a dump; says when. */
    private Instant request(boolean anew) throws ReplicationException, InterruptedException {
        if (!replica.connected()) {
            replica.connect();
        }
        long current = replica.askMasterEnd().filenum();
        Instant now = Instant.now();
        replica.requestDump(anew ? current + NEW_DUMP : current);
        LOG.info("{}: requested a dump, the log is in file {}", config, current);
        return now;
    }

    /** A lost session means that the master may drop log and dump; a new request has it keep both again. */
    private void keepSession() throws ReplicationException, InterruptedException {
        if (replica.sessionAlive()) {
            return;
        }
        LOG.warn("{}: the session was lost while the dump comes; attaching again", config);
        try {
            request(false);
            reattachFailures = 0;
        } catch (ReplicationException e) {
            if (e.kind() != Kind.RETRY || ++reattachFailures >= REATTACH_TRIES) {
                throw e;
            }
            LOG.warn("{}", e.getMessage());
        }
    }
}
