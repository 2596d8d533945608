package io.pikaconnect.fullsync;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder below {@code snapshot.dir} with the dumps of one db of one connector:
 *
 * <pre>
 * &lt;connector&gt;.&lt;db&gt;/lock see {@link DumpLock} &lt;connector&gt;.&lt;db&gt;/&lt;epoch&gt; complete: renamed
 * to this when everything was on the disk &lt;connector&gt;.&lt;db&gt;/&lt;epoch&gt;.partial incomplete
 * &lt;connector&gt;.&lt;db&gt;/deleted-&lt;random&gt; no longer needed: renamed to this first, so that it is not taken
 * for a dump
 * </pre>
 *
 * Only the holder of the lock changes them; other connectors' folders are never touched. Besides the master's files a
 * dump has a {@link Label}. Earlier releases put dumps next to the folders, as {@code <pika.name>.<db>.<epoch>}; one
 * whose epoch continues is adopted.
 *
 * <p>Thread-safe. A failure to remove something in the background does not end the task: what stays is named in the
 * log.
 */
public final class DumpDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DumpDirectory.class);
    private static final String PARTIAL = ".partial";
    private static final String DELETED = "deleted-";
    private static final Pattern EPOCH = Pattern.compile("(\\d{1,18})(\\.partial)?");
    private static final long NO_EPOCH = -1;

    private final Path base;
    private final Path home;
    /** The prefix of the names that earlier releases gave. */
    private final String released;

    private final Tenancy tenancy;
    /** The task's dump, complete or not; guarded by this. */
    private Optional<Path> inUse = Optional.empty();

    /**
     * Creates nothing on the disk.
     *
     * @param snapshotDir created with the first dump
     * @param connector name of the connector
     * @param pikaName logical name of the Pika, as in the names of earlier releases
     * @param database such as {@code db0}
     */
    public DumpDirectory(Path snapshotDir, String connector, String pikaName, String database) {
        base = snapshotDir.toAbsolutePath();
        home = home(snapshotDir, connector, database);
        released = FolderName.escaped(pikaName) + "." + FolderName.escaped(database) + ".";
        tenancy = new Tenancy(home);
    }

    /** The folder of a connector's dumps of a db. */
    public static Path home(Path snapshotDir, String connector, String database) {
        return snapshotDir.toAbsolutePath().resolve(FolderName.of(connector) + "." + FolderName.of(database));
    }

    /**
     * The complete dump of that epoch, if there is one. Waits while another task uses the folder.
     *
     * @throws IOException if it cannot be read, or was changed
     */
    public Optional<Dump> complete(long epoch) throws IOException, InterruptedException {
        Path directory = path(epoch);
        if (!Files.isDirectory(directory) && !Files.isDirectory(earlier(epoch))) {
            return Optional.empty();
        }
        tenancy.await();
        synchronized (this) {
            inUse = Optional.of(directory);
            if (!Files.isDirectory(directory) && Files.isDirectory(earlier(epoch))) {
                Files.move(earlier(epoch), directory, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return Files.isDirectory(directory) ? Optional.of(read(directory)) : Optional.empty();
    }

    private static Dump read(Path directory) throws IOException {
        try {
            InfoFile info = InfoFile.parse(Files.readAllBytes(directory.resolve(InfoFile.NAME)));
            Label label = Label.read(directory).orElseThrow(() -> new IllegalArgumentException("no " + Label.FILE));
            return new Dump(directory, info.position(), label.requested());
        } catch (IllegalArgumentException e) {
            throw new IOException("the dump " + directory + " was changed: " + e.getMessage() + "; remove it", e);
        }
    }

    // ---- for a full sync

    /** Records a user of the folder, who has to leave later; see {@link Tenancy}. */
    void enter() {
        tenancy.enter();
    }

    void leave() {
        tenancy.leave();
    }

    /**
     * Prepares a directory for the dump of that epoch. For a source's first epoch it contains what was pulled last and
     * may be continued, complete or not; every other dump there is no longer needed and is removed.
     */
    Path begin(long epoch, boolean first) throws IOException, InterruptedException {
        Path partial = partial(epoch);
        try {
            tenancy.await();
            synchronized (this) {
                Optional<Path> pulled = first ? lastPulled() : Optional.empty();
                if (pulled.isEmpty()) {
                    doom(partial);
                    OwnerOnly.directory(partial);
                } else if (!pulled.get().equals(partial)) {
                    doom(partial);
                    Files.move(pulled.get(), partial, StandardCopyOption.ATOMIC_MOVE);
                }
                inUse = Optional.of(partial);
            }
            discard(path -> true);
            return partial;
        } catch (IOException e) {
            throw new IOException(
                    "cannot prepare " + partial + " for a dump: " + e
                            + "; snapshot.dir must be a directory that the worker can write to",
                    e);
        }
    }

    /** The newest folder with files of a first dump that the master may still have. */
    private Optional<Path> lastPulled() throws IOException {
        Optional<Path> newest = Optional.empty();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(home)) {
            for (Path path : all) {
                if (epoch(path) > newest.map(DumpDirectory::epoch).orElse(NO_EPOCH) && mayBeContinued(path)) {
                    newest = Optional.of(path);
                }
            }
        }
        return newest;
    }

    private static long epoch(Path path) {
        Matcher name = EPOCH.matcher(path.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : NO_EPOCH;
    }

    private static boolean mayBeContinued(Path path) {
        try {
            return Label.read(path)
                    .filter(l -> l.first() && !l.uuid().isEmpty())
                    .isPresent();
        } catch (IOException e) {
            LOG.warn("{} cannot be used: {}", path, e.getMessage());
            return false;
        }
    }

    /** Removes what {@link #begin} created for that epoch, if it was not completed. */
    void abandon(long epoch) throws IOException {
        Removal.of(partial(epoch));
    }

    /** The same, unless a later task may continue it. */
    void abandonUnlessPulled(long epoch) throws IOException {
        if (!mayBeContinued(partial(epoch))) {
            abandon(epoch);
        }
    }

    /** Completes what {@link #begin} started; every file in it must have been forced to the disk. */
    Dump finish(long epoch) throws IOException {
        Path partial = partial(epoch);
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
        return read(path(epoch));
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    // ---- removal

    /** Removes the dump of that epoch: it disappears at once, its disk space is freed a little later. */
    public void delete(long epoch) throws IOException, InterruptedException {
        if (Files.isDirectory(path(epoch)) || Files.isDirectory(earlier(epoch))) {
            tenancy.await();
            synchronized (this) {
                inUse = Optional.empty();
                doom(path(epoch));
                doom(earlier(epoch));
            }
            inBackground(() -> discard(path -> false));
        }
    }

    /**
     * Keeps the dump of that epoch, but from being continued by a later full sync: its files are damaged, or its epoch
     * is stored, so that another full sync has to get other data.
     */
    public void keepFromLater(long epoch) {
        try {
            Optional<Label> label = Label.read(path(epoch)).filter(Label::first);
            if (label.isPresent()) {
                Label.pushed(label.get().requested()).write(path(epoch));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "A later full sync may continue the dump of epoch {}, since its folder {} cannot be marked: {}",
                    epoch,
                    path(epoch),
                    e.toString());
        }
    }

    /** Removes in the background what an earlier task started, unless the next full sync may continue it. */
    public void keepPulled() {
        inBackground(() -> {
            if (Files.isDirectory(home)) {
                tenancy.await();
                discard(path -> !mayBeContinued(path));
            }
        });
    }

    /** Removes in the background every dump except that of the epoch, which the stored position still needs. */
    public void keepOnly(long epoch) {
        synchronized (this) {
            inUse = Optional.of(path(epoch));
        }
        inBackground(() -> {
            if (Files.isDirectory(home)) {
                tenancy.await();
                discard(path -> true);
            }
        });
    }

    /** Removes every dump in the background, since the stored position is past that of the epoch. */
    public void keepNone(long epoch) {
        synchronized (this) {
            inUse = Optional.empty();
        }
        inBackground(() -> {
            if (Files.isDirectory(home) || Files.isDirectory(earlier(epoch))) {
                tenancy.await();
                doom(earlier(epoch));
                discard(path -> true);
            }
        });
    }

    /** Logs in the background what else is in {@code snapshot.dir}. */
    public void nameOthers() {
        inBackground(() -> OtherDumps.in(base, home).forEach(LOG::warn));
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void inBackground(Work work) {
        tenancy.enter();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("The dumps in {} could not be checked: {}", base, e.toString());
                    } catch (InterruptedException e) {
                        LOG.debug("The task was stopped while dumps in {} were to be removed", home);
                    } finally {
                        tenancy.leave();
                    }
                },
                "pika-dumps-" + home.getFileName());
        thread.setDaemon(true);
        thread.start();
    }

    /** Removes what was marked as deleted, and what is neither in use nor needed. */
    private void discard(Predicate<Path> useless) throws IOException {
        for (Path doomed : doomAll(useless)) {
            try {
                Removal.of(doomed);
            } catch (IOException e) {
                LOG.warn(
                        "{} is no longer needed, but cannot be removed: {}. It takes the disk space of a dump; remove"
                                + " it",
                        doomed,
                        e.toString());
            }
        }
    }

    private synchronized List<Path> doomAll(Predicate<Path> useless) throws IOException {
        List<Path> doomed = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(home)) {
            for (Path path : all) {
                String name = path.getFileName().toString();
                if (name.startsWith(DELETED)) {
                    doomed.add(path);
                } else if (!name.equals(DumpLock.FILE)
                        && inUse.filter(path::equals).isEmpty()
                        && useless.test(path)) {
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
            return Optional.empty(); // another process was faster
        }
    }

    /** Ends the task's use: the folder is unlocked when its last user has left. */
    @Override
    public void close() {
        tenancy.close();
    }

    private Path path(long epoch) {
        return home.resolve(Long.toString(epoch));
    }

    /** The path that earlier releases gave it. */
    private Path earlier(long epoch) {
        return base.resolve(released + epoch);
    }

    private Path partial(long epoch) {
        return home.resolve(epoch + PARTIAL);
    }
}
