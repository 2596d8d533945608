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
 * The session on which a dump is requested, and which has the master keep dump and log while the dump comes. One that is
 * lost is begun again, as often as it takes, while the transfer goes on. For one thread.
 */
final class DumpSession implements SessionKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(DumpSession.class);

    /** A request for a file this far beyond makes every master make a new dump (replication-protocol 6.2). */
    private static final long NEW_DUMP = 1_000;

    private final Replica replica;
    private final PullTimings timings;
    private final FullSyncProgress progress;
    private final Outage outage = new Outage();
    private boolean lost;

    /** Of which server the dump was requested. */
    private String server = "";

    /** Which server has made a dump for this full sync: every later one of it is as good. */
    private String madeBy = "";

    DumpSession(Replica replica, PullTimings timings, FullSyncProgress progress) {
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
     * Requests a dump that was made since this full sync began, and returns when.
     *
     * @param another than the one that the master has
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

    /** One that is being made now may be older than what it has to contain, and a master makes no second one beside it. */
    private void awaitNoneInTheMaking() throws InterruptedException {
        if (!replica.isMakingDump()) {
            return;
        }
        LOG.info("{}: the master is making a dump for somebody else; ours is requested after that", config());
        try (DumpWait wait = new DumpWait(progress, config().toString())) {
            do {
                TimeUnit.MILLISECONDS.sleep(timings.notReady().toMillis());
                wait.goesOn();
            } while (replica.isMakingDump());
        }
    }

    /**
     * Requests that the master keeps the dump it has, which it made for this full sync, from {@code begun}: asked for a
     * later one it may make another.
     */
    Instant requestAgain(BinlogPosition begun) throws ReplicationException, InterruptedException {
        lost = true; // for nobody knows how long
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
            LOG.warn("{}: the session was lost while the dump comes; attaching again", config());
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

    /** One server's dump is no begin for another one's log: what it has may never have come there. */
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

    /** Makes sure that the master has its log from the dump on, if there was a time when it need not keep it. */
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

    /** Whether the master is there, and has been on the connection that there is. */
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

    /** Waits for the master, without limit. */
    void await(ReplicationException why) throws ReplicationException, InterruptedException {
        ReplicationException last = why;
        while (!replica.connected()) {
            away(last);
            TimeUnit.MILLISECONDS.sleep(timings.pause().toMillis());
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
