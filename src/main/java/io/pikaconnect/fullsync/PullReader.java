package io.pikaconnect.fullsync;

import com.google.protobuf.ByteString;
import io.pikaconnect.fullsync.PullProto.Response;
import io.pikaconnect.fullsync.PullProto.StatusCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the readers of a pull: writes one file after the other, piece by piece. A file gets its name once it is
 * complete and forced to the disk; until then it has a temporary name, unique to this file. For one thread, except
 * {@link #keep}, which any thread may call: a disk takes about as long as the network.
 */
final class PullReader {

    private static final Logger LOG = LoggerFactory.getLogger(PullReader.class);

    /** How often a piece with a wrong checksum is requested. */
    private static final int TRIES = 3;

    private static final String BEGUN = ".reader-";
    private static final AtomicLong COUNT = new AtomicLong(System.currentTimeMillis());

    private final PullConnection connection;
    private final int reader;
    private final Path directory;
    private final String uuid;
    private final FullSyncProgress progress;
    private final Throttle throttle;
    private final PieceSize size;

    /** @param uuid of the dump that every piece must belong to */
    PullReader(
            PullConnection connection,
            int reader,
            Path directory,
            String uuid,
            FullSyncProgress progress,
            Throttle throttle,
            PieceSize size) {
        this.connection = connection;
        this.reader = reader;
        this.directory = directory;
        this.uuid = uuid;
        this.progress = progress;
        this.throttle = throttle;
        this.size = size;
    }

    /** Whether this is an incomplete file that an earlier reader left. */
    static boolean isBegun(Path file) {
        return file.getFileName().toString().startsWith(BEGUN);
    }

    /** Receives a file; returns it under its temporary name, for {@link #keep}. */
    Path receive(String name) throws AttemptFailed, InterruptedException, IOException {
        Path begun = directory.resolve(BEGUN + COUNT.incrementAndGet());
        try (FileChannel file = OwnerOnly.open(
                begun, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            long offset = 0;
            boolean end = false;
            while (!end) {
                Response piece = ask(name, offset);
                write(file, name, piece.getFileResp().getData());
                offset += piece.getFileResp().getCount();
                end = piece.getFileResp().getEof() == 1;
                throttle.passed(piece.getFileResp().getCount());
            }
        }
        return begun;
    }

    /** Forces a file that was received to the disk, and gives it its name. */
    void keep(Path begun, String name) throws IOException {
        DumpDirectory.force(begun);
        Files.move(begun, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        progress.fileDone();
    }

    private Response ask(String name, long offset) throws AttemptFailed, InterruptedException {
        int asked = size.bytes();
        for (int damaged = 0; damaged < TRIES; damaged++) {
            long begin = System.nanoTime();
            Response piece = connection.askFile(reader, name, offset, asked);
            size.took(System.nanoTime() - begin);
            check(piece, name, offset, asked);
            if (fits(piece.getFileResp())) {
                return piece;
            }
            LOG.warn(
                    "{}: what the master sent of {} at {} does not match its checksum, requesting it again",
                    connection.who(),
                    name,
                    offset);
        }
        throw new AttemptFailed("what the master sent of " + name + " at " + offset + " did not match its checksum,"
                + " " + TRIES + " times; check its disk and its memory");
    }

    /** Masters before 4.0.4 send no checksum. */
    private static boolean fits(Response.FileResponse piece) {
        return piece.getChecksum().isEmpty()
                || piece.getChecksum().equalsIgnoreCase(Md5.hex(piece.getData().asReadOnlyByteBuffer()));
    }

    private void check(Response piece, String name, long offset, int asked) throws AttemptFailed {
        if (piece.getCode() != StatusCode.OK) {
            throw new AttemptFailed("the master can no longer read " + name + " at " + offset);
        }
        if (!piece.getSnapshotUuid().equals(uuid)) {
            throw new AttemptFailed(
                    "the master made another dump during the pull: " + piece.getSnapshotUuid() + ", not " + uuid);
        }
        Response.FileResponse file = piece.getFileResp();
        if (file.getCount() != file.getData().size()
                || (file.getCount() == 0 && file.getEof() != 1)
                || file.getCount() > asked) {
            throw new AttemptFailed("the master answered for " + name + " at " + offset + " with " + file.getCount()
                    + " bytes of " + asked + ", and sent " + file.getData().size());
        }
    }

    private void write(FileChannel file, String name, ByteString data) throws IOException {
        try {
            ByteBuffer bytes = data.asReadOnlyByteBuffer();
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e; // another reader failed
        } catch (IOException e) {
            throw new IOException(
                    "cannot write " + directory.resolve(name) + ": " + e.getMessage()
                            + "; snapshot.dir needs space for all of the master's data",
                    e);
        }
        progress.bytes(data.size());
    }
}
