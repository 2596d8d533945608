package io.pikaconnect.fullsync;

import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import io.pikaconnect.pika.BinlogPosition;
import io.pikaconnect.replication.ReplicationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to pull a dump (replication-protocol 6): list, {@code info}, up to four files at once, list again. The
 * connection is new for every attempt, since a master may answer an old one from a stale cache.
 *
 * <p>An attempt continues the previous one as long as the master has the same dump: the {@code .sst} files present
 * stay, since RocksDB never changes one and never reuses its name. The few others are small and pulled again.
 */
final class Pull {

    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);
    private static final String NEVER_CHANGES = ".sst";
    /** Threads that force files to the disk while others are received. */
    private static final int KEEPERS = 2;

    private final PullConnection connection;
    private final Path directory;
    private final String replicationId;
    private final boolean first;
    private final FullSyncTimings timings;
    private final FullSyncProgress progress;
    private final SessionKeeper keeper;
    private final long bytesPerSecond;
    private final Throttle throttle;
    /** Files that a later attempt need not pull again; counted when they are on the disk. */
    private final AtomicInteger gained = new AtomicInteger();
    /** The dump that is pulled, once the master has listed it; own thread only. */
    private Optional<FileList> pulled = Optional.empty();
    /** Where the binlog continues after the dump, once {@code info} has been received; own thread only. */
    private Optional<BinlogPosition> position = Optional.empty();

    /**
     * @param directory which may have files of an earlier attempt
     * @param replicationId the master's
     * @param first whether a later task may continue it, see {@link Label}
     * @param bytesPerSecond limit for the throttle
     */
    Pull(
            PullConnection connection,
            Path directory,
            String replicationId,
            boolean first,
            FullSyncTimings timings,
            FullSyncProgress progress,
            SessionKeeper keeper,
            long bytesPerSecond,
            Throttle throttle) {
        this.connection = connection;
        this.directory = directory;
        this.replicationId = replicationId;
        this.first = first;
        this.timings = timings;
        this.progress = progress;
        this.keeper = keeper;
        this.bytesPerSecond = bytesPerSecond;
        this.throttle = throttle;
    }

    /** The position of the dump whose pull was started here, if the master still has it. */
    Optional<BinlogPosition> begun() throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Optional<Label> label = Label.read(directory).filter(l -> !l.uuid().isEmpty());
        if (label.isEmpty()) {
            return Optional.empty();
        }
        try {
            Response meta = connection.askMeta();
            byte[] info = Files.readAllBytes(directory.resolve(InfoFile.NAME));
            boolean same = meta.getCode() == StatusCode.OK
                    && meta.getSnapshotUuid().equals(label.get().uuid())
                    && label.get().canContinue(FileList.of(meta), replicationId)
                    && Md5.hex(ByteBuffer.wrap(info)).equals(label.get().uuid());
            return same ? Optional.of(InfoFile.parse(info).position()) : Optional.empty();
        } catch (TimeoutException | NoSuchFileException | IllegalArgumentException e) {
            LOG.debug("The dump in {} cannot be continued", directory, e);
            return Optional.empty();
        }
    }

    /**
     * Pulls everything that is missing into the directory, and forces it to the disk.
     *
     * @param requested when the dump was requested
     */
    InfoFile run(Instant requested) throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        FileList list = list();
        pulled = Optional.of(list);
        prepare(list, requested);
        List<String> missing = list.names().stream()
                .filter(name -> !name.equals(InfoFile.NAME) && !isThere(name))
                .toList();
        progress.files(list.names().size(), list.names().size() - missing.size() - 1);
        for (String name : missing) {
            OwnerOnly.directories(directory.resolve(name).getParent());
        }
        PullReader reader = reader(0, list);
        reader.keep(reader.receive(InfoFile.NAME), InfoFile.NAME);
        InfoFile info = info(list);
        position = Optional.of(info.position());
        pull(list, missing);
        Response again = meta();
        // A master may list a dump only once. Each piece has named the dump, which is as good.
        if (again.getCode() == StatusCode.OK && !FileList.of(again).equals(list)) {
            throw new AttemptFailed("the master made another dump during the pull");
        }
        return info;
    }

    /**
     * Whether the master now has another dump than the one pulled, or is making one: then the failure does not mean
     * that the dump is broken.
     */
    boolean isReplaced(PullConnection another) throws InterruptedException {
        if (pulled.isEmpty()) {
            return false;
        }
        try {
            Response now = another.askMeta();
            return now.getCode() != StatusCode.OK
                    || !now.getSnapshotUuid().equals(pulled.get().uuid())
                    || !FileList.of(now).equals(pulled.get());
        } catch (AttemptFailed | ReplicationException | TimeoutException e) {
            return false;
        }
    }

    /** Whether the next attempt has less to pull. */
    boolean gained() {
        return gained.get() > 0;
    }

    /** Waits for the dump to be ready. */
    private FileList list() throws AttemptFailed, ReplicationException, InterruptedException {
        try (DumpWait wait = new DumpWait(progress, connection.who())) {
            int asked = 0;
            while (true) {
                boolean session = keeper.check(position);
                try {
                    Response meta = connection.askMeta();
                    if (meta.getCode() == StatusCode.OK) {
                        return FileList.of(meta);
                    }
                    asked++;
                    TimeUnit.MILLISECONDS.sleep(timings.notReady().after(asked).toMillis());
                } catch (TimeoutException e) {
                    // masters before 3.5.3 do not answer while they make the dump
                    if (!session) {
                        throw AttemptFailed.broken("the master does not answer on any port", e);
                    }
                }
                wait.goesOn();
            }
        }
    }

    /** Removes files of another dump, and incomplete ones. */
    private void prepare(FileList list, Instant requested) throws IOException {
        boolean same = Label.read(directory)
                .filter(l -> l.canContinue(list, replicationId))
                .isPresent();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path path : all) {
                if (!same || PullReader.isBegun(path)) {
                    Removal.of(path);
                }
            }
        }
        if (!same) {
            Label.pulled(requested, list, replicationId, first).write(directory);
        }
    }

    private boolean isThere(String name) {
        return name.endsWith(NEVER_CHANGES) && Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    private InfoFile info(FileList list) throws AttemptFailed, IOException {
        byte[] info = Files.readAllBytes(directory.resolve(InfoFile.NAME));
        if (!Md5.hex(ByteBuffer.wrap(info)).equals(list.uuid())) {
            throw new AttemptFailed("the file info received is not the one of dump " + list.uuid());
        }
        try {
            return InfoFile.parse(info);
        } catch (IllegalArgumentException e) {
            throw new AttemptFailed(e.getMessage(), e);
        }
    }

    private Response meta() throws AttemptFailed, InterruptedException {
        try {
            return connection.askMeta();
        } catch (TimeoutException e) {
            throw AttemptFailed.broken("the master no longer lists its files", e);
        }
    }

    private PullReader reader(int reader, FileList list) {
        return new PullReader(
                connection, reader, directory, list.uuid(), progress, throttle, new PieceSize(bytesPerSecond));
    }

    private void pull(FileList list, List<String> missing)
            throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Queue<String> names = new ConcurrentLinkedQueue<>(missing);
        ExecutorService threads = Executors.newFixedThreadPool(PullConnection.READERS);
        ExecutorService disk = Executors.newFixedThreadPool(KEEPERS);
        BlockingQueue<Future<Void>> ended = new LinkedBlockingQueue<>();
        ExecutorCompletionService<Void> readers = new ExecutorCompletionService<>(threads, ended);
        ExecutorCompletionService<Void> keepers = new ExecutorCompletionService<>(disk, ended);
        AtomicInteger started = new AtomicInteger(PullConnection.READERS);
        boolean complete = false;
        try {
            for (int i = 0; i < PullConnection.READERS; i++) {
                PullReader reader = reader(i, list);
                readers.submit(() -> {
                    for (String name = names.poll(); name != null; name = names.poll()) {
                        String received = name;
                        Path file = reader.receive(name);
                        started.incrementAndGet();
                        keepers.submit(() -> keep(reader, file, received));
                    }
                    return null;
                });
            }
            for (int done = 0; done < started.get(); ) {
                keeper.check(position);
                Future<Void> work = ended.poll(1, TimeUnit.SECONDS);
                if (work != null) {
                    outcome(work);
                    done++;
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                connection.close(); // ends the readers that wait for an answer
            }
            threads.shutdownNow();
            threads.awaitTermination(5, TimeUnit.SECONDS);
            disk.shutdown(); // what was received is kept: the next attempt need not pull it again
            disk.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private Void keep(PullReader reader, Path file, String name) throws IOException {
        reader.keep(file, name);
        gained.addAndGet(name.endsWith(NEVER_CHANGES) ? 1 : 0);
        return null;
    }

    private static void outcome(Future<Void> work) throws AttemptFailed, InterruptedException, IOException {
        try {
            work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AttemptFailed failed) {
                throw failed;
            }
            if (e.getCause() instanceof IOException disk) {
                throw disk;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
