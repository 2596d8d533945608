package io.pikaconnect.fullsync;

import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a complete and verified dump onto local disk: requests one, pulls it, and begins again, a bounded number of times
 * and from the request on, whenever an attempt breaks. The replica's session stays attached at the end, so the binlog
 * can be followed from the dump's position.
 */
public final class FullSync {

    private static final Logger LOG = LoggerFactory.getLogger(FullSync.class);

    /** A request for a file this far beyond makes every master make a new dump (replication-protocol 6.2). */
    private static final long NEW_DUMP = 1_000;
    /** Attempts with the dump the master has; it may be a broken one. */
    private static final int WITH_OLD_DUMP = 2;

    /** Attempts to attach again before a pull that still works is given up. */
    private static final int REATTACH_TRIES = 10;

    private final Replica replica;
    private final ReplicaConfig config;
    private final DumpDirectory directory;
    private final FullSyncProgress progress;
    private final PullTimings timings;
    /** In a row; own thread only. */
    private int reattachFailures;

    /**
     * @param replica connected or not; not yet following
     * @param progress for others to look at
     */
    public FullSync(Replica replica, ReplicaConfig config, DumpDirectory directory, FullSyncProgress progress) {
        this(replica, config, directory, progress, PullTimings.DEFAULT);
    }

    FullSync(
            Replica replica,
            ReplicaConfig config,
            DumpDirectory directory,
            FullSyncProgress progress,
            PullTimings timings) {
        this.replica = replica;
        this.config = config;
        this.directory = directory;
        this.progress = progress;
        this.timings = timings;
    }

    /**
     * Blocks until the dump is complete. An interrupt ends it; nothing half done stays on disk.
     *
     * @param epoch the full sync's number, part of the directory's name
     * @throws ReplicationException REFUSED or POSITION_LOST at once, RETRY after the last attempt
     * @throws IOException when the local disk does not take it
     */
    public Dump run(long epoch) throws ReplicationException, InterruptedException, IOException {
        for (int attempt = 1; ; attempt++) {
            String reason;
            Exception cause;
            try {
                return attempt(epoch, attempt);
            } catch (PullFailed e) {
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
                                + " its ports + 2000 and + 10001 can be reached",
                        cause);
            }
            LOG.warn("{}; beginning again in {}", reason, timings.pauseAfter(attempt));
            TimeUnit.MILLISECONDS.sleep(timings.pauseAfter(attempt).toMillis());
        }
    }

    private Dump attempt(long epoch, int attempt)
            throws PullFailed, ReplicationException, InterruptedException, IOException {
        progress.attempt();
        Path partial = directory.begin(epoch);
        boolean complete = false;
        try {
            Instant requested = request(attempt > WITH_OLD_DUMP);
            try (PullLink link = new PullLink(config, timings)) {
                InfoFile info = new Pull(link, partial, timings, progress, this::keepSession).run();
                Dump dump = directory.finish(epoch, info, requested);
                complete = true;
                LOG.info(
                        "{}: full sync complete, {} bytes, position {}", config, progress.bytesDone(), info.position());
                return dump;
            }
        } finally {
            if (!complete) {
                directory.abandon(epoch);
            }
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
        LOG.warn("{}: the session was lost while the dump is pulled; attaching again", config);
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
