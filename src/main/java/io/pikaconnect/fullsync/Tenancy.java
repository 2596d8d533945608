package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task's use of its folder of dumps: from the moment when no other task uses it, until the task has ended and the
 * last of its threads has left. Thread-safe.
 */
final class Tenancy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);
    private static final int LOOK_MILLIS = 100;
    private static final Duration SAY_AFTER = Duration.ofSeconds(10);
    private static final Duration SAY_EVERY = Duration.ofMinutes(1);

    private final Path folder;

    // Guarded by this.
    private Optional<DumpLock> lock = Optional.empty();
    private int working;
    private boolean closed;

    Tenancy(Path folder) {
        this.folder = folder;
    }

    /** Records a user of the folder: it stays locked until all users have left. */
    synchronized void enter() {
        working++;
    }

    synchronized void leave() {
        working--;
        letGo();
    }

    @Override
    public synchronized void close() {
        closed = true;
        letGo();
    }

    private void letGo() {
        if (closed && working == 0) {
            lock.ifPresent(DumpLock::close);
            lock = Optional.empty();
        }
    }

    /**
     * Creates the folder, and waits until no other task uses it.
     *
     * @throws InterruptedException also if the task has ended
     */
    void await() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Duration say = SAY_AFTER;
        while (!isOurs()) {
            if (System.nanoTime() - begin > say.toNanos()) {
                LOG.warn(
                        "Waiting for {} s for the dumps in {}: in use by {}. A connector of this name in another"
                                + " Connect cluster needs another snapshot.dir; if that process no longer exists,"
                                + " remove the file {} and restart the task",
                        say.toSeconds(),
                        folder,
                        DumpLock.owner(folder),
                        DumpLock.FILE);
                say = say.plus(SAY_EVERY);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private synchronized boolean isOurs() throws IOException, InterruptedException {
        if (closed && lock.isEmpty()) {
            throw new InterruptedException("the task was stopped");
        }
        if (lock.isEmpty()) {
            OwnerOnly.directories(folder);
            lock = DumpLock.tryTake(folder);
        }
        return lock.isPresent();
    }
}
