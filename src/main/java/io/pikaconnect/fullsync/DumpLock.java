package io.pikaconnect.fullsync;

import io.pikaconnect.change.Escaped;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock on a folder of dumps: the file {@value #FILE} in it is locked while the folder is used, also against other
 * workers and, on a shared folder, other machines. The file's one line names the owner. The lock ends with its process.
 *
 * <p>Within one process the system's locks have no effect, and closing any channel of the file releases them (see
 * {@link FileLock}); so there a set decides, and only the owner in that set opens the file. On a file system without
 * locks only that set remains.
 */
final class DumpLock implements AutoCloseable {

    static final String FILE = "lock";

    private static final Logger LOG = LoggerFactory.getLogger(DumpLock.class);
    private static final int LONGEST_OWNER = 200;

    /** The lock files of this process; thread-safe. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DumpLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Locks the folder, which must exist, unless it is locked already. */
    static Optional<DumpLock> tryTake(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(FILE);
        if (!OURS.add(file)) {
            return Optional.empty();
        }
        Optional<DumpLock> taken = Optional.empty();
        try {
            taken = tryOpen(file);
            return taken;
        } finally {
            if (taken.isEmpty()) {
                OURS.remove(file);
            }
        }
    }

    private static Optional<DumpLock> tryOpen(Path file) throws IOException {
        FileChannel channel = OwnerOnly.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel, file)) {
            channel.close();
            return Optional.empty();
        }
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(us().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return Optional.of(new DumpLock(file, channel));
    }

    private static boolean tryLock(FileChannel channel, Path file) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // a second copy of this plugin in the same worker
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be locked ({}): nothing prevents another worker from using these dumps at the same time."
                            + " Make sure that only one uses this folder, or put snapshot.dir on storage that has locks",
                    file,
                    e.getMessage());
            return true;
        }
    }

    private static String us() {
        return "process " + ManagementFactory.getRuntimeMXBean().getName() + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Whether that folder is in use. */
    static boolean isTaken(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(FILE);
        if (!Files.exists(file)) {
            return false;
        }
        if (!OURS.add(file)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return !tryLock(channel, file);
        } finally {
            OURS.remove(file);
        }
    }

    /** The present or last owner of that folder's lock, as written in its file. */
    static String owner(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(FILE);
        if (!OURS.add(file)) {
            return "another task of this worker";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Escaped.text(in.readNBytes(LONGEST_OWNER));
        } finally {
            OURS.remove(file);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing {}", file, e);
        } finally {
            OURS.remove(file);
        }
    }
}
