package io.pikaconnect.snapshot;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of a dump that a restart can seek by their keys, since a cursor has no key: recorded periodically while the
 * dump is read, in the file {@value #NAME} of its folder. Used by the reading thread only.
 *
 * <pre>
 * length of the key u32 ‖ instance u32 ‖ ordinal u64 ‖ key ‖ CRC-32C of all this u32, big-endian
 * 00000003 00000002 0000000000000417 6b6579 f469c69e            the 1047th entry of instance 2, whose key is "key"
 * </pre>
 *
 * <p>Records are ascending; one that is truncated or damaged ends the file. The file only saves time: if it is missing
 * or ends early, a restart reads from an earlier milestone, or from the first entry of the instance.
 */
final class Milestones implements AutoCloseable {

    static final String NAME = "pika-connect.milestones";

    /** About as long as a restart then takes to reach its cursor. */
    static final Duration EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Milestones.class);

    /** An entry with a longer key does not become a milestone. */
    private static final int LONGEST_KEY = 64 * 1_024;

    /** The clock is read at every 16th entry only. */
    private static final int LOOK_MASK = 15;

    private static final int HEAD = 16;
    private static final int CHECKSUM = 4;

    private final Path file;
    private final long everyNanos;
    private Optional<FileChannel> out = Optional.empty();
    private boolean usable = true;
    private long lastNanos = System.nanoTime();

    // The last complete record of the file, and where it ends.
    private int lastInstance;
    private long lastOrdinal;
    private long length;

    /** An entry of an instance. */
    record Milestone(long ordinal, byte[] key) {}

    /** @param every reading time between two milestones */
    Milestones(Path dump, Duration every) {
        this.file = dump.resolve(NAME);
        this.everyNanos = every.toNanos();
    }

    /** The last milestone in the cursor's instance that is not after the cursor. */
    Optional<Milestone> before(SnapshotCursor cursor) {
        Optional<Milestone> nearest = Optional.empty();
        length = 0;
        if (!Files.exists(file)) {
            return nearest;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (Optional<ByteBuffer> next = read(in); next.isPresent(); next = read(in)) {
                ByteBuffer entry = next.get();
                byte[] key = new byte[entry.getInt()];
                lastInstance = entry.getInt();
                lastOrdinal = entry.getLong();
                length += entry.capacity();
                if (lastInstance == cursor.instance() && lastOrdinal <= cursor.ordinal()) {
                    entry.get(key);
                    nearest = Optional.of(new Milestone(lastOrdinal, key));
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}); the dump is read again from an earlier place", file, e.toString());
            usable = false;
        }
        return nearest;
    }

    /** The next complete record; empty if there is none. */
    private static Optional<ByteBuffer> read(DataInputStream in) throws IOException {
        try {
            int keyLength = in.readInt();
            if (keyLength < 0 || keyLength > LONGEST_KEY) {
                return Optional.empty();
            }
            ByteBuffer entry = ByteBuffer.allocate(HEAD + keyLength + CHECKSUM);
            entry.putInt(0, keyLength);
            in.readFully(entry.array(), Integer.BYTES, entry.capacity() - Integer.BYTES);
            boolean whole = entry.getInt(HEAD + keyLength) == checksum(entry);
            return whole ? Optional.of(entry) : Optional.empty();
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    /** To be called for each entry read; makes it a milestone if one is due. */
    void passed(int instance, long ordinal, byte[] key, int keyLength) {
        if ((ordinal & LOOK_MASK) != 0 && everyNanos > 0 || !usable || keyLength > LONGEST_KEY) {
            return;
        }
        long now = System.nanoTime();
        boolean further = instance > lastInstance || instance == lastInstance && ordinal > lastOrdinal;
        if (further && now - lastNanos >= everyNanos) {
            lastNanos = now;
            write(instance, ordinal, key, keyLength);
        }
    }

    private void write(int instance, long ordinal, byte[] key, int keyLength) {
        ByteBuffer entry = ByteBuffer.allocate(HEAD + keyLength + CHECKSUM);
        entry.putInt(keyLength).putInt(instance).putLong(ordinal).put(key, 0, keyLength);
        entry.putInt(checksum(entry)).flip();
        try {
            if (out.isEmpty()) {
                out = Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                out.get().truncate(length);
            }
            length += out.get().write(entry, length);
            lastInstance = instance;
            lastOrdinal = ordinal;
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written ({}); after a restart the dump is read again from an earlier place",
                    file,
                    e.toString());
            usable = false;
        }
    }

    private static int checksum(ByteBuffer entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry.array(), 0, entry.capacity() - CHECKSUM);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        try {
            if (out.isPresent()) {
                out.get().close();
            }
        } catch (IOException e) {
            LOG.debug("closing {}: {}", file, e.toString());
        }
    }
}
