package io.pikaconnect.fullsync;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the dumps of one db of one connector are kept, in a folder of its own below {@code snapshot.dir}:
 *
 * <pre>
 * &lt;connector&gt;.&lt;db&gt;/lock              see {@link DumpLock}
 * &lt;connector&gt;.&lt;db&gt;/&lt;epoch&gt;           complete: renamed to this when everything was on the disk
 * &lt;connector&gt;.&lt;db&gt;/&lt;epoch&gt;.partial   begun
 * &lt;connector&gt;.&lt;db&gt;/deleted-&lt;random&gt;  of no use any more: renamed to this first, so it is taken for nothing else
 * </pre>
 *
 * Only whoever holds the lock touches them; other connectors' folders are left alone. Beside the master's files a dump
 * has {@value #REQUEST}, which says when it was requested. Earlier releases put dumps beside the folders, as {@code
 * <pika.name>.<db>.<epoch>}; one whose epoch goes on is taken over.
 *
 * <p>Safe for threads. What is removed in the background ends no task: what stays is named in the log.
 */
public final class DumpDirectory implements AutoCloseable {

    /** Our own file in a dump. */
    static final String REQUEST = "pika-connect.properties";

    private static final Logger LOG = LoggerFactory.getLogger(DumpDirectory.class);
    private static final String PARTIAL = ".partial";
    private static final String DELETED = "deleted-";
    private static final String REQUESTED = "requested";
    private static final int LOCK_LOOK_MILLIS = 100;
    private static final Duration SAY_AFTER = Duration.ofSeconds(10);
    private static final Duration SAY_EVERY = Duration.ofMinutes(1);

    private final Path base;
    private final Path home;
    /** Of the names that earlier releases gave. */
    private final String released;

    // Guarded by this.
    private Optional<DumpLock> lock = Optional.empty();
    /** The dump that the task has: complete, or begun. */
    private Optional<Path> inUse = Optional.empty();

    private int working;
    private boolean closed;

    /**
     * Makes nothing.
     *
     * @param snapshotDir made when the first dump is
     * @param connector name of the connector
     * @param pikaName logical name of the Pika, as in the names of earlier releases
     * @param database such as {@code db0}
     */
    public DumpDirectory(Path snapshotDir, String connector, String pikaName, String database) {
        base = snapshotDir.toAbsolutePath();
        home = base.resolve(FolderName.of(connector) + "." + FolderName.of(database));
        released = FolderName.escaped(pikaName) + "." + FolderName.escaped(database) + ".";
    }

    /**
     * The complete dump of that epoch, if there is one. Waits for whoever else works there.
     *
     * @throws IOException when it cannot be read, or somebody changed it
     */
    public Optional<Dump> complete(long epoch) throws IOException, InterruptedException {
        Path earlier = earlier(epoch);
        Path directory = path(epoch);
        if (!Files.isDirectory(directory) && !Files.isDirectory(earlier)) {
            return Optional.empty();
        }
        hold();
        synchronized (this) {
            inUse = Optional.of(directory);
            if (!Files.isDirectory(directory) && Files.isDirectory(earlier)) {
                Files.move(earlier, directory, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return Files.isDirectory(directory) ? Optional.of(read(directory)) : Optional.empty();
    }

    private static Dump read(Path directory) throws IOException {
        try (Reader in = Files.newBufferedReader(directory.resolve(REQUEST))) {
            Properties request = new Properties();
            request.load(in);
            InfoFile info = InfoFile.parse(Files.readAllBytes(directory.resolve(InfoFile.NAME)));
            return new Dump(
                    directory,
                    info.position(),
                    info.masterAddress(),
                    Instant.parse(request.getProperty(REQUESTED, "")));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("the dump " + directory + " was changed: " + e.getMessage() + "; remove it", e);
        }
    }

    /** An empty directory for the dump of that epoch; every other dump there is of no use any more and is removed. */
    Path begin(long epoch) throws IOException, InterruptedException {
        Path partial = partial(epoch);
        try {
            hold();
            synchronized (this) {
                doom(partial);
                inUse = Optional.of(partial);
            }
            discardUnused();
            return OwnerOnly.directory(partial);
        } catch (IOException e) {
            throw new IOException(
                    "cannot prepare " + partial + " for a dump: " + e
                            + "; snapshot.dir must be a directory that we can write to",
                    e);
        }
    }

    /** Removes what {@link #begin} made for that epoch, if it was not completed. */
    void abandon(long epoch) throws IOException {
        Removal.of(partial(epoch));
    }

    /** Makes what {@link #begin} began complete; every file in it has been forced to the disk. */
    Dump finish(long epoch, InfoFile info, Instant requested) throws IOException {
        Path partial = partial(epoch);
        Properties request = new Properties();
        request.setProperty(REQUESTED, requested.toString());
        StringWriter text = new StringWriter();
        request.store(text, "Written by kafka-connect-pika when this dump was complete");
        Files.deleteIfExists(partial.resolve(REQUEST));
        OwnerOnly.write(partial.resolve(REQUEST), text.toString());
        try (Stream<Path> all = Files.walk(partial, 1)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                force(path);
            }
        }
        synchronized (this) {
            doom(path(epoch));
            Files.move(partial, path(epoch), StandardCopyOption.ATOMIC_MOVE);
            inUse = Optional.of(path(epoch));
        }
        force(home);
        return new Dump(path(epoch), info.position(), info.masterAddress(), requested);
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The dump of that epoch is gone at once, for whoever looks; its room is free a little later. */
    public void delete(long epoch) throws IOException, InterruptedException {
        if (Files.isDirectory(path(epoch)) || Files.isDirectory(earlier(epoch))) {
            hold();
            synchronized (this) {
                inUse = Optional.empty();
                doom(path(epoch));
                doom(earlier(epoch));
            }
            inBackground(this::discardUnused);
        }
    }

    /** In the background: every dump but the one of that epoch goes, which the stored position still needs. */
    public void keepOnly(long epoch) {
        synchronized (this) {
            inUse = Optional.of(path(epoch));
        }
        inBackground(() -> {
            if (Files.isDirectory(home)) {
                hold();
                discardUnused();
            }
        });
    }

    /** In the background: every dump goes, since the stored position has left the one of that epoch behind. */
    public void keepNone(long epoch) {
        synchronized (this) {
            inUse = Optional.empty();
        }
        inBackground(() -> {
            if (Files.isDirectory(home) || Files.isDirectory(earlier(epoch))) {
                hold();
                doom(earlier(epoch));
                discardUnused();
            }
        });
    }

    /** In the background: the log gets to know what else lies in {@code snapshot.dir}. */
    public void nameOthers() {
        inBackground(() -> OtherDumps.in(base, home).forEach(LOG::warn));
    }

    // ---- who works there

    /** Somebody begins to work there: it stays locked until as many have left. */
    synchronized void enter() {
        working++;
    }

    synchronized void leave() {
        working--;
        letGo();
    }

    /** The task is over: the folder is unlocked when the last who works in it has left. */
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

    /** Waits until nobody else works there. */
    private void hold() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Duration say = SAY_AFTER;
        while (!tryHold()) {
            if (System.nanoTime() - begin > say.toNanos()) {
                LOG.warn(
                        "Waiting for {} s for the dumps in {}: {} works there. A connector of this name in another Connect"
                                + " cluster needs another snapshot.dir; if that process is gone for good, remove the file"
                                + " {} and restart the task",
                        say.toSeconds(),
                        home,
                        DumpLock.owner(home),
                        DumpLock.FILE);
                say = say.plus(SAY_EVERY);
            }
            TimeUnit.MILLISECONDS.sleep(LOCK_LOOK_MILLIS);
        }
    }

    private synchronized boolean tryHold() throws IOException, InterruptedException {
        if (closed && lock.isEmpty()) {
            throw new InterruptedException("the task was stopped");
        }
        if (lock.isEmpty()) {
            OwnerOnly.directories(home);
            lock = DumpLock.tryTake(home);
        }
        return lock.isPresent();
    }

    // ---- what goes

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void inBackground(Work work) {
        enter();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("The dumps in {} could not be looked through: {}", base, e.toString());
                    } catch (InterruptedException e) {
                        LOG.debug("The task was stopped while dumps in {} were to be removed", home);
                    } finally {
                        leave();
                    }
                },
                "pika-dumps-" + home.getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    private void discardUnused() throws IOException {
        for (Path doomed : doomUnused()) {
            try {
                Removal.of(doomed);
            } catch (IOException e) {
                LOG.warn(
                        "{} is of no use any more, and cannot be removed: {}. It takes the room of a dump; remove it",
                        doomed,
                        e.toString());
            }
        }
    }

    private synchronized List<Path> doomUnused() throws IOException {
        List<Path> doomed = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(home)) {
            for (Path path : all) {
                String name = path.getFileName().toString();
                if (name.startsWith(DELETED)) {
                    doomed.add(path);
                } else if (!name.equals(DumpLock.FILE)
                        && inUse.filter(path::equals).isEmpty()) {
                    doom(path).ifPresent(doomed::add);
                }
            }
        }
        return doomed;
    }

    private Optional<Path> doom(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            Path doomed = home.resolve(DELETED + UUID.randomUUID());
            return Optional.of(Files.move(path, doomed, StandardCopyOption.ATOMIC_MOVE));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // somebody else was faster
        }
    }

    private Path path(long epoch) {
        return home.resolve(Long.toString(epoch));
    }

    /** As earlier releases named it. */
    private Path earlier(long epoch) {
        return base.resolve(released + epoch);
    }

    private Path partial(long epoch) {
        return home.resolve(epoch + PARTIAL);
    }
}
