package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.demo.pika.Store;
import io.pikaconnect.demo.pika.StoredKey;
import io.pikaconnect.pika.BinlogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A stand-in for a Pika master with a model of its data: it takes commands, by RESP on its client port or in this JVM,
 * logs what its release would log of them, keeps real binlog positions, makes dumps, and serves replicas. Its dump is
 * exact at its position.
 */
public final class FakePika extends StandInMaster {

    private static final String FIRST = "db0";

    private final Path folder;
    private final FakeData data;
    private final MasterServer server;
    private final Mischief mischief;
    private final Unreleased unreleased;

    private FakePika(MasterSetup setup) throws IOException {
        folder = Files.createTempDirectory("fake-pika-");
        data = new FakeData(setup, folder);
        server = data.server();
        mischief = new Mischief(data);
        unreleased = new Unreleased(data);
    }

    /** Starts an empty one on free ports. */
    public static FakePika start(MasterSetup setup) throws IOException {
        FakePika pika = new FakePika(setup);
        pika.start();
        long every = setup.purgeEvery().toMillis();
        pika.server.loop().scheduleAtFixedRate(pika.data::purge, every, every, TimeUnit.MILLISECONDS);
        return pika;
    }

    @Override
    MasterServer server() {
        return server;
    }

    @Override
    public void close() {
        server.stop();
        data.awaitDumps();
        server.close();
        try {
            ModelDump.empty(folder);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }

    public Mischief mischief() {
        return mischief;
    }

    public Unreleased unreleased() {
        return unreleased;
    }

    /** Executes a command on db0. */
    public Reply execute(Command command) {
        return execute(List.of(command)).get(0);
    }

    /** Executes commands on db0, without another in between. */
    public List<Reply> execute(List<Command> commands) {
        return execute(FIRST, commands);
    }

    /** Executes commands on a db, without another in between. */
    public List<Reply> execute(String db, List<Command> commands) {
        return server.on(() -> commands.stream().map(c -> data.execute(db, c)).toList());
    }

    /** This master's clock. */
    public long now() {
        return server.now().toEpochMilli();
    }

    /** What can be seen of db0 at this moment. */
    public List<StoredKey> content() {
        return content(FIRST);
    }

    /** What can be seen of a db at this moment; a name of several types once for each. */
    public List<StoredKey> content(String db) {
        return server.on(() -> {
            Store store = data.database(db).store();
            long now = now();
            return store.copy().stream().filter(key -> key.isLiveAt(now)).toList();
        });
    }

    /** How many keys of db0 can be seen. */
    public long size() {
        return server.on(() -> {
            Store store = data.database(FIRST).store();
            store.at(now());
            return store.size();
        });
    }

    @Override
    public BinlogPosition end() {
        return end(FIRST);
    }

    /** End of a db's log. */
    public BinlogPosition end(String db) {
        return server.on(() -> data.log(db).end());
    }

    /** Items that db0's log has had. */
    public long items() {
        return server.on(() -> data.log(FIRST).items());
    }

    /** Files of db0's log that are left. */
    public int binlogFiles() {
        return server.on(() -> data.log(FIRST).files());
    }
}
