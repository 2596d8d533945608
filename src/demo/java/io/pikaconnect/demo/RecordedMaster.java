package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.fullsync.PullProto;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A stand-in for a Pika master that plays a {@link Recording}: the full sync, the binlog with real windows and checks,
 * keepalives, the client port's INFO. It stops, falls silent, cuts, purges and changes its identity on request.
 *
 * <p>The controls return when they have taken effect. {@link FakePika} is the stand-in that takes writes.
 */
public final class RecordedMaster extends StandInMaster {

    private final Recording recording;
    private final RecordedLog log;
    private final Map<String, RecordedLog> logs = new HashMap<>();
    private final MasterServer server;

    private RecordedMaster(Map<String, Recording> recordings, MasterSetup setup) {
        recordings.forEach((db, played) -> logs.put(db, new RecordedLog(played)));
        this.recording = recordings.get("db0");
        this.log = logs.get("db0");
        this.server = new MasterServer(setup, new ServedData() {
            @Override
            public List<String> databases() {
                return setup.databases();
            }

            @Override
            public ServedLog log(String db) {
                return logs.get(db);
            }

            @Override
            public ServedDump newDump(String db) {
                return new RecordedDump(recordings.get(db), setup.dumpTakes());
            }

            @Override
            public Function<Command, Reply> newClient() {
                return new ClientCommands(server);
            }
        });
    }

    /** Starts one on free ports, which plays the recording in each of its databases; all items have been written. */
    public static RecordedMaster start(Recording recording, MasterSetup setup) throws IOException {
        return start(setup.databases().stream().collect(Collectors.toMap(db -> db, db -> recording)), setup);
    }

    /** Starts one that plays a separate recording in each db of the setup. */
    public static RecordedMaster start(Map<String, Recording> recordings, MasterSetup setup) throws IOException {
        RecordedMaster master = new RecordedMaster(recordings, setup);
        master.start();
        long every = setup.purgeEvery().toMillis();
        master.server.loop().scheduleAtFixedRate(master::purge, every, every, TimeUnit.MILLISECONDS);
        return master;
    }

    /** Starts one that is set up like a real one. */
    public static RecordedMaster start(Recording recording) throws IOException {
        return start(recording, MasterSetup.REAL);
    }

    @Override
    MasterServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }

    /** Its requirepass. */
    public Optional<String> password() {
        return server.access().password();
    }

    /** Sets requirepass; its rsync keeps the one that it has. */
    public void password(String other) {
        server.access().password(other);
    }

    /** Its rsync starts again. */
    public void startRsync() {
        server.access().startRsync();
    }

    /** What db0 plays. */
    public Recording recording() {
        return recording;
    }

    /** From now on only the first items of each db have been written; more can be written later, and a lost tail be played. */
    public void writeUpTo(int items) {
        server.on(() -> {
            logs.values().forEach(l -> l.writeUpTo(Math.min(items, l.items().size())));
            return null;
        });
        server.written();
    }

    @Override
    public BinlogPosition end() {
        return server.on(log::end);
    }

    /** Removes the binlog files before this one. */
    public void purgeBefore(long file) {
        server.on(() -> {
            logs.values().forEach(l -> l.purgeBefore(file));
            return null;
        });
    }

    private void purge() {
        logs.forEach((db, purged) -> purged.purgeBefore(PurgeRule.firstKept(
                purged.firstFile(),
                purged.end().filenum(),
                server.replicas().attachedTo(db),
                server.setup().release())));
    }

    /** The first binlog file of db0 that is there. */
    public long firstFile() {
        return server.on(log::firstFile);
    }

    /** While true, a push finds no dump, as if it had been removed. */
    public void dumpsMissing(boolean missing) {
        server.pushes().dumpsMissing(missing);
    }

    /** The speed of connections to the pull port that are made from now on. */
    public void pullSpeed(int bytesPerSecond) {
        server.pullSpeed(bytesPerSecond);
    }

    /** How fast dumps are pushed (db-sync-speed). */
    public void pushSpeed(int kilobytesPerSecond) {
        server.pushes().speed(kilobytesPerSecond);
    }

    /** Kills the rsync that is pushing. */
    public void cutPush() {
        server.pushes().cut();
    }

    /** Stops the rsync that is pushing without ending it. */
    public void freezePush() throws IOException {
        server.pushes().freeze();
    }

    /** Pushes started so far. */
    public int pushes() {
        return server.pushes().begun();
    }

    /** While held, nothing is sent; connections stay open. */
    public void hold(boolean hold) {
        server.hold(hold);
    }

    /** Forgets every session without closing its connection, as after 20 s of silence. */
    public void dropSessions() {
        server.dropSessions();
    }

    /** Sends its present sessions keepalives, and nothing of its log any more. */
    public void stallSessions() {
        server.stallSessions();
    }

    /** Ends the connections to the replication port. */
    public void cutReplication(boolean reset) {
        server.cutReplication(reset);
    }

    /** Ends the connections to the pull port. */
    public void cutPull(boolean reset) {
        server.cutPull(reset);
    }

    /** Another data set, or another server of the same group. */
    public void identity(String newReplicationId, String newRunId) {
        server.identity(newReplicationId, newRunId);
    }

    /** It calls itself a replica of the one at that client port. */
    public void replicaOf(int port, boolean linked) {
        server.replicaOf(port, linked);
    }

    /** It calls itself a master again. */
    public void promoted() {
        server.promoted();
    }

    /** Sets write-binlog. */
    public void writesBinlog(boolean on) {
        server.writesBinlog(on);
    }

    /** The size of its data as reported by INFO. */
    public void dataBytes(long bytes) {
        server.dataBytes(bytes);
    }

    /** From now on INFO is answered with an error. */
    public void denyInfo() {
        server.access().denyInfo();
    }

    /** While true, the client port cannot be reached. */
    public void turnClientsAway(boolean on) {
        server.turnClientsAway(on);
    }

    /** Filters what is sent on the replication port; empty: it is not sent. On the event loop. */
    public void rewrite(Function<Response, Optional<Response>> rewriting) {
        server.rewrite(rewriting);
    }

    /** Filters what is sent on the pull port; empty: it is not sent. On the event loop. */
    public void rewritePull(Function<PullProto.Response, Optional<PullProto.Response>> rewriting) {
        server.rewritePull(rewriting);
    }

    /** Items acknowledged since the start or the last {@link #countAnew}, in all sessions. */
    public int acknowledgedItems() {
        return server.seen().acknowledgedItems();
    }

    /** Pings received since the start or the last {@link #countAnew}; answered keepalives are pings, too. */
    public int pings() {
        return server.seen().pings();
    }

    public void countAnew() {
        server.seen().countAnew();
    }

    /** Replicas that did MetaSync since the start, whether they are still there or not. */
    public int registrations() {
        return server.registrations();
    }

    /** Items sent and not acknowledged, of all sessions. */
    public int unacknowledged() {
        return server.unacknowledged();
    }

    public int replicationConnectionCount() {
        return server.replicationConnectionCount();
    }
}
