package io.pikaconnect.fullsync;

import com.google.protobuf.ByteString;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import io.pikaconnect.replication.ReplicationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One attempt to pull a dump (replication-protocol 6): list, up to four files at once, list again, check. The connection
 * is new for every attempt, since a master may answer an old one from a stale cache.
 */
final class Pull {

    private static final int CHUNK = 4 * 1024 * 1024;

    private final PullLink link;
    private final Path directory;
    private final PullTimings timings;
    private final FullSyncProgress progress;
    private final SessionKeeper keeper;

    Pull(PullLink link, Path directory, PullTimings timings, FullSyncProgress progress, SessionKeeper keeper) {
        this.link = link;
        this.directory = directory;
        this.timings = timings;
        this.progress = progress;
        this.keeper = keeper;
    }

    /** Pulls everything into the directory and forces it to the disk. */
    InfoFile run() throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        FileList list = list();
        progress.files(list.names().size());
        for (String name : list.names()) {
            OwnerOnly.directories(directory.resolve(name).getParent());
        }
        pull(list);
        Response again = meta();
        if (again.getCode() != StatusCode.OK || !FileList.of(again).equals(list)) {
            throw new AttemptFailed("the master made another dump meanwhile");
        }
        byte[] info = Files.readAllBytes(directory.resolve(InfoFile.NAME));
        if (!md5(info).equals(list.uuid())) {
            throw new AttemptFailed("the file info received is not the one of dump " + list.uuid());
        }
        try {
            return InfoFile.parse(info);
        } catch (IllegalArgumentException e) {
            throw new AttemptFailed(e.getMessage(), e);
        }
    }

    /** Waits for the dump to be ready. */
    private FileList list() throws AttemptFailed, ReplicationException, InterruptedException {
        while (true) {
            keeper.check();
            try {
                Response meta = link.askMeta();
                if (meta.getCode() == StatusCode.OK) {
                    return FileList.of(meta);
                }
                TimeUnit.MILLISECONDS.sleep(timings.notReady().toMillis());
            } catch (TimeoutException e) {
                continue; // masters before 3.5.3 say nothing while they make the dump
            }
        }
    }

    private Response meta() throws AttemptFailed, InterruptedException {
        try {
            return link.askMeta();
        } catch (TimeoutException e) {
            throw new AttemptFailed("the master does not list its files any more", e);
        }
    }

    private void pull(FileList list) throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        Queue<String> names = new ConcurrentLinkedQueue<>(list.names());
        ExecutorService threads = Executors.newFixedThreadPool(PullLink.READERS);
        ExecutorCompletionService<Void> readers = new ExecutorCompletionService<>(threads);
        boolean complete = false;
        try {
            for (int i = 0; i < PullLink.READERS; i++) {
                int reader = i;
                readers.submit(() -> {
                    for (String name = names.poll(); name != null; name = names.poll()) {
                        pullFile(reader, name, list.uuid());
                    }
                    return null;
                });
            }
            for (int done = 0; done < PullLink.READERS; ) {
                keeper.check();
                Future<Void> reader = readers.poll(1, TimeUnit.SECONDS);
                if (reader != null) {
                    outcome(reader);
                    done++;
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                link.close(); // ends the readers that wait for an answer
            }
            threads.shutdownNow();
            threads.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void outcome(Future<Void> reader) throws AttemptFailed, InterruptedException, IOException {
        try {
            reader.get();
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

    private void pullFile(int reader, String name, String uuid)
            throws AttemptFailed, InterruptedException, IOException {
        Path path = directory.resolve(name);
        try (FileChannel file = OwnerOnly.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long offset = 0;
            boolean end = false;
            while (!end) {
                Response piece = link.askFile(reader, name, offset, CHUNK);
                check(piece, name, offset, uuid);
                write(file, path, piece.getFileResp().getData());
                offset += piece.getFileResp().getCount();
                end = piece.getFileResp().getEof() == 1;
            }
            file.force(true);
        }
        progress.fileDone();
    }

    private static void check(Response piece, String name, long offset, String uuid) throws AttemptFailed {
        if (piece.getCode() != StatusCode.OK) {
            throw new AttemptFailed("the master cannot read " + name + " at " + offset + " any more");
        }
        if (!piece.getSnapshotUuid().equals(uuid)) {
            throw new AttemptFailed(
                    "the master made another dump meanwhile: " + piece.getSnapshotUuid() + ", not " + uuid);
        }
        Response.FileResponse file = piece.getFileResp();
        if (file.getCount() != file.getData().size()
                || (file.getCount() == 0 && file.getEof() != 1)
                || file.getCount() > CHUNK) {
            throw new AttemptFailed("the master answered for " + name + " at " + offset + " with " + file.getCount()
                    + " bytes, but sent " + file.getData().size());
        }
    }

    private void write(FileChannel file, Path path, ByteString data) throws IOException {
        try {
            ByteBuffer bytes = data.asReadOnlyByteBuffer();
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e; // another reader failed
        } catch (IOException e) {
            throw new IOException(
                    "cannot write " + path + ": " + e.getMessage()
                            + "; snapshot.dir needs room for all of the master's data",
                    e);
        }
        progress.bytes(data.size());
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
