package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.demo.pika.Database;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The databases of a {@link FakePika}, each with its data and its log. On the master's event loop only. */
final class FakeData implements ServedData {

    private record Db(Database database, Binlog log) {}

    private final Map<String, Db> dbs = new LinkedHashMap<>();
    private final PikaRelease release;
    private final Path folder;
    private final MasterServer server;
    private final ExecutorService dumpWriters = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "dump");
        thread.setDaemon(true);
        return thread;
    });
    private boolean wakePending;
    private boolean severalPairs;

    FakeData(MasterSetup setup, Path folder) {
        this.release = setup.release();
        this.folder = folder;
        setup.databases()
                .forEach(db -> dbs.put(db, new Db(new Database(release), new Binlog(release, setup.binlogFileSize()))));
        this.server = new MasterServer(setup, this);
    }

    MasterServer server() {
        return server;
    }

    Database database(String db) {
        return dbs.get(db).database;
    }

    @Override
    public List<String> databases() {
        return List.copyOf(dbs.keySet());
    }

    @Override
    public Binlog log(String db) {
        return dbs.get(db).log;
    }

    @Override
    public ServedDump newDump(String db) {
        return new ModelDump(server, dbs.get(db).database.store(), log(db), folder.resolve(db), dumpWriters);
    }

    @Override
    public Function<Command, Reply> newClient() {
        return new FakeClient(this);
    }

    /** Waits until no dump is being written any more; from any thread. */
    void awaitDumps() {
        dumpWriters.shutdown();
        try {
            dumpWriters.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Reply execute(String db, Command command) {
        long now = server.now().toEpochMilli();
        if (command.name().equals("flushall")) {
            return flushAll(db, command, now);
        }
        if (severalPairs && command.name().equals("hset") && command.size() > 4 && command.size() % 2 == 0) {
            return setSeveralPairs(db, command, now);
        }
        Optional<Database.Done> done = dbs.get(db).database.execute(command, now);
        if (done.isEmpty()) {
            return new ClientCommands(server).apply(command);
        }
        done.get().logged().forEach(logged -> log(db, logged, now));
        return done.get().reply();
    }

    /** HSET takes several pairs from now on, which no known release does. */
    void takeSeveralPairs() {
        severalPairs = true;
    }

    private Reply setSeveralPairs(String db, Command hset, long now) {
        List<byte[]> hmset = new ArrayList<>(hset.args());
        hmset.set(0, Resp.bytes("hmset"));
        Reply reply = dbs.get(db)
                .database
                .execute(new Command(hmset), now)
                .orElseThrow()
                .reply();
        if (reply.equals(Reply.OK)) {
            log(db, hset, now);
        }
        return reply;
    }

    /** Logs a command in db0 and executes nothing. */
    void logOnly(Command command) {
        log(databases().get(0), command, server.now().toEpochMilli());
    }

    private Reply flushAll(String db, Command command, long now) {
        for (String each : dbs.keySet()) {
            dbs.get(each).database.execute(Command.of("flushdb"), now);
            if (!release.logsFlushallOnce()) {
                log(each, Command.of("flushdb"), now);
            }
        }
        if (release.logsFlushallOnce()) {
            log(db, command, now);
        }
        return Reply.OK;
    }

    private void log(String db, Command logged, long now) {
        if (server.isWritingBinlog()) {
            log(db).append(logged, Math.floorDiv(now, 1000L));
            if (!wakePending) {
                wakePending = true;
                server.loop().execute(this::wake);
            }
        }
    }

    private void wake() {
        wakePending = false;
        server.replicas().written();
    }

    /** Removes the binlog files that no replica needs. */
    void purge() {
        dbs.forEach((db, of) -> of.log.purgeBefore(PurgeRule.firstKept(
                of.log.oldest(), of.log.end().filenum(), server.replicas().attachedTo(db), release)));
    }
}
