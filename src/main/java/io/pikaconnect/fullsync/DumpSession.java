package io.pikaconnect.fullsync;

import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.MasterIdentity;
import io.pikaconnect.replication.Outage;
import io.pikaconnect.replication.Replica;
import io.pikaconnect.replication.ReplicaConfig;
import io.pikaconnect.replication.ReplicationException;
import io.pikaconnect.replication.ReplicationException.Kind;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session on which a dump is requested, and which makes the master keep dump and log while the dump is transferred.
 * A lost session is started again, as often as necessary, while the transfer continues. For one thread.
 */
final class DumpSession implements SessionKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(DumpSession.class);

    /** A request for a file this far beyond makes every master make a new dump (replication-protocol 6.2). */
    private static final long NEW_DUMP = 1_000;

    private final Replica replica;
    private final FullSyncTimings timings;
    private final FullSyncProgress progress;
    private final Outage outage = new Outage();
    private boolean lost;

    /** The server that the dump was requested from. */
    private String server = "";

    /** The server that has made a dump for this full sync: every later dump of it is as good. */
    private String madeBy = "";

    DumpSession(Replica replica, FullSyncTimings timings, FullSyncProgress progress) {
        this.replica = replica;
        this.timings = timings;
        this.progress = progress;
    }

    void connect() throws ReplicationException, InterruptedException {
        if (!replica.connected()) {
            replica.connect();
        }
    }

    /**
     * Requests a dump made since this full sync started, and returns when it was requested.
     *
     * @param another whether it must not be the one that the master has
     */
    Instant request(boolean another) throws ReplicationException, InterruptedException {
        lost = false;
        connect();
        boolean made = !another && server().equals(madeBy);
        if (!made) {
            awaitNoneInTheMaking();
            connect();
        }
        Instant requested = requestFile(current -> made ? current : current + NEW_DUMP);
        madeBy = server;
        return requested;
    }

    /**
     * A dump that is being made now may be older than what it has to contain, and a master makes no second one at the
     * same time.
     */
    private void awaitNoneInTheMaking() throws InterruptedException {
        if (!replica.isMakingDump()) {
            return;
        }
        LOG.info("{}: the master is making a dump for another replica; ours is requested after that", config());
        try (DumpWait wait = new DumpWait(progress, config().toString())) {
            int asked = 0;
            do {
                asked++;
                TimeUnit.MILLISECONDS.sleep(timings.notReady().after(asked).toMillis());
                wait.goesOn();
            } while (replica.isMakingDump());
        }
    }

    /**
     * Requests the dump that the master has, which it made for this full sync, with position {@code begun}: for a later
     * file number it may make another one.
     */
    Instant requestAgain(BinlogPosition begun) throws ReplicationException, InterruptedException {
        lost = true; // it is unknown for how long
        Instant requested = requestFile(current -> begun.filenum());
        madeBy = server;
        return requested;
    }

    private interface FileChoice {
        long of(long current);
    }

    private Instant requestFile(FileChoice file) throws ReplicationException, InterruptedException {
        connect();
        server = server();
        long current = replica.askMasterEnd().filenum();
        Instant now = Instant.now();
        replica.requestDump(file.of(current));
        LOG.info("{}: requested a dump, the log is in file {}", config(), current);
        return now;
    }

    @Override
    public boolean check(Optional<BinlogPosition> dump) throws ReplicationException, InterruptedException {
        replica.look();
        if (replica.sessionAlive()) {
            return true;
        }
        if (!lost) {
            LOG.warn("{}: the session was lost during the transfer of the dump; attaching again", config());
            lost = true;
        }
        if (replica.connected() || reconnects()) {
            checkServer();
        } else {
            return false;
        }
        try {
            requestFile(current -> dump.map(BinlogPosition::filenum).orElse(current));
            answersAgain();
            return true;
        } catch (ReplicationException e) {
            away(e);
            return false;
        }
    }

    @Override
    public boolean isMakingDump() {
        return replica.isMakingDump();
    }

    private boolean reconnects() throws ReplicationException, InterruptedException {
        try {
            replica.connect();
            return true;
        } catch (ReplicationException e) {
            away(e);
            return false;
        }
    }

    /** Another server's log must not continue one server's dump, which may have what never reached the other server. */
    private void checkServer() throws ReplicationException {
        if (!server.equals(server())) {
            throw new ReplicationException(
                    Kind.RETRY,
                    config() + ": another server answers than the one whose dump is being received (" + server
                            + ", now " + server() + "); its own dump is needed");
        }
    }

    private String server() {
        String runId = replica.present().map(MasterIdentity::runId).orElse("");
        return config().member() + (runId.isEmpty() ? "" : " run id " + runId);
    }

    private ReplicaConfig config() {
        return replica.config();
    }

    /** Makes sure that the master has its log from the dump on, if there was a time without a session that keeps it. */
    void checkKeptIfLost(BinlogPosition position) throws AttemptFailed, ReplicationException, InterruptedException {
        if (lost) {
            checkKept(position);
        }
    }

    /** Makes sure that the master has its log from the dump on. */
    void checkKept(BinlogPosition position) throws AttemptFailed, ReplicationException, InterruptedException {
        connect();
        if (!replica.isRetained(position)) {
            throw new AttemptFailed("the master's dump is from " + position
                    + ", and it has removed its log from there; a larger expire-logs-nums on the master keeps more");
        }
    }

    /** Whether the master answers, and the connection has not broken. */
    boolean answers() throws ReplicationException, InterruptedException {
        if (!replica.connected()) {
            return false;
        }
        try {
            replica.askMasterEnd();
            return true;
        } catch (ReplicationException e) {
            throwUnlessPassing(e);
            return false;
        }
    }

    /** Waits for the master without a time limit. */
    void await(ReplicationException why) throws ReplicationException, InterruptedException {
        ReplicationException last = why;
        while (!replica.connected()) {
            away(last);
            TimeUnit.MILLISECONDS.sleep(timings.retry().first().toMillis());
            try {
                replica.connect();
            } catch (ReplicationException e) {
                last = e;
            }
        }
        answersAgain();
    }

    private void away(ReplicationException e) throws ReplicationException {
        throwUnlessPassing(e);
        outage.failed(e.getMessage()).ifPresent(LOG::warn);
    }

    private static void throwUnlessPassing(ReplicationException e) throws ReplicationException {
        if (e.kind() != Kind.RETRY) {
            throw e;
        }
    }

    private void answersAgain() {
        outage.over().ifPresent(said -> LOG.info("{}: the master {}", config(), said));
    }
}
