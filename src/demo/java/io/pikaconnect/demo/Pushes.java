package io.pikaconnect.demo;

import io.pikaconnect.replication.ReplicationProto.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The background thread of a master before 3.5 that pushes dumps to all replicas, one after the other. A replica that
 * is served or waits is not put in line a second time; and one whose dump was missing when its turn came is taken for
 * served ever after (replication-protocol 5.5).
 */
final class Pushes implements AutoCloseable {

    private static final int SHIFT = 1_000;
    private static final int LOOK_MILLIS = 10;

    private final MasterServer master;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(r -> {
        Thread made = new Thread(r, "master-pushes");
        made.setDaemon(true);
        return made;
    });
    private final Set<String> inLine = ConcurrentHashMap.newKeySet();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile Optional<RsyncPush> running = Optional.empty();

    // Written by any thread, read by the pushing one.
    private volatile boolean dumpsMissing;
    private volatile int kilobytesPerSecond = 1_048_576;

    Pushes(MasterServer master) {
        this.master = master;
    }

    /** To be called for a DBSync; the dump is present or being made. */
    void request(String db, Node node) {
        String name = db + " to " + ReplicationPortHandler.name(node);
        if (inLine.add(name)) {
            thread.execute(() -> {
                if (push(db, node)) {
                    inLine.remove(name);
                }
            });
        }
    }

    private boolean push(String db, Node node) {
        try {
            while (!master.on(() -> master.dump(db).isReady())) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            Path dump = master.on(() -> master.dump(db).path("info")).getParent();
            if (dumpsMissing || !Files.isDirectory(dump)) {
                return false;
            }
            RsyncPush push = new RsyncPush(
                    dump,
                    node.getIp(),
                    node.getPort() + SHIFT,
                    db,
                    master.access().rsyncPassword(),
                    kilobytesPerSecond);
            running = Optional.of(push);
            begun.incrementAndGet();
            push.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running = Optional.empty();
        }
        return true;
    }

    void dumpsMissing(boolean missing) {
        dumpsMissing = missing;
    }

    void speed(int newKilobytesPerSecond) {
        kilobytesPerSecond = newKilobytesPerSecond;
    }

    /** Kills the transfer that is under way. */
    void cut() {
        running.ifPresent(RsyncPush::cut);
    }

    /** Stops the transfer that is under way without ending it. */
    void freeze() throws IOException {
        if (running.isPresent()) {
            running.get().freeze();
        }
    }

    /** How many pushes have started so far. */
    int begun() {
        return begun.get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        cut();
    }
}
