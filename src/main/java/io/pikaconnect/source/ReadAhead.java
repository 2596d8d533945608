package io.pikaconnect.source;

import io.pikaconnect.change.Command;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotException;
import io.pikaconnect.snapshot.SnapshotReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads a dump on a thread of its own, some megabytes ahead of {@code poll()}: a long stretch of dead entries then holds
 * up neither ticks nor stopping, and the reading continues while a batch is on its way to Kafka. Chunks change hands many
 * at a time. Unless marked "task thread only", fields are guarded by {@code this}.
 *
 * <p>In memory are {@link #MAX_BYTES} and one chunk more, however large that is: none is read before there is room.
 */
final class ReadAhead implements AutoCloseable {

    /** Half of what a batch of the snapshot may have. */
    private static final long MAX_BYTES = 16L << 20;

    private static final int ENOUGH_CHUNKS = 500;
    private static final long ENOUGH_BYTES = MAX_BYTES / 32;
    private static final long CLOSING_MS = 2_000;

    /** A chunk's objects, cursor and place in a queue. */
    private static final int CHUNK_OVERHEAD = 300;

    /** Header of an array, and the reference to it. */
    private static final int ARRAY_OVERHEAD = 24;

    private final SnapshotReader reader;
    private final LongSupplier nanoTime;
    private final Thread thread;

    /** Task thread only. */
    private Deque<SnapshotChunk> taken = new ArrayDeque<>();

    private Deque<SnapshotChunk> chunks = new ArrayDeque<>();

    /** In {@link #chunks}, and those taken last: their memory is free only when there is none of them left. */
    private long bytes;

    private long takenBytes;

    /** The reader came to the dump's end. */
    private boolean complete;

    private boolean closed;
    private Optional<SnapshotException> failure = Optional.empty();

    /** @param nanoTime as {@link System#nanoTime} */
    ReadAhead(SnapshotReader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
        this.thread = new Thread(this::read, "pika-source-snapshot");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The next chunk; empty if none came within {@code waitMs}, or if the dump is {@link #isComplete}. It may wait that long
     * for others to come with it.
     *
     * @throws SnapshotException what ended the reading, after the chunks before it
     */
    Optional<SnapshotChunk> next(long waitMs) throws SnapshotException, InterruptedException {
        if (taken.isEmpty()) {
            takeAll(waitMs);
        }
        return Optional.ofNullable(taken.poll());
    }

    private synchronized void takeAll(long waitMs) throws SnapshotException, InterruptedException {
        bytes -= takenBytes;
        takenBytes = 0;
        notifyAll();
        long deadline = nanoTime.getAsLong() + waitMs * 1_000_000;
        long left = waitMs;
        while (!isEnough() && !complete && failure.isEmpty() && left > 0) {
            wait(left);
            left = (deadline - nanoTime.getAsLong()) / 1_000_000;
        }
        if (chunks.isEmpty() && failure.isPresent()) {
            throw failure.get();
        }
        Deque<SnapshotChunk> empty = taken;
        taken = chunks;
        chunks = empty;
        takenBytes = bytes;
    }

    /** Whether every chunk was read and taken. */
    synchronized boolean isComplete() {
        return complete && chunks.isEmpty() && taken.isEmpty();
    }

    private void read() {
        try {
            while (awaitRoom()) {
                Optional<SnapshotChunk> chunk = reader.next();
                if (chunk.isEmpty()) {
                    cameToTheEnd();
                    return;
                }
                put(chunk.get());
            }
        } catch (SnapshotException e) {
            fail(e);
        } catch (InterruptedException e) {
            fail(new SnapshotException(
                    "reading of the dump was interrupted before its end; restart the task, it continues where it was",
                    e));
        } catch (Throwable e) {
            fail(new SnapshotException("reading of the dump failed: " + e, e));
        }
    }

    /** Returns whether there is room for a chunk; false once this was closed. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        while (bytes >= MAX_BYTES && !closed) {
            wait();
        }
        return !closed;
    }

    private void put(SnapshotChunk chunk) {
        long size = size(chunk);
        synchronized (this) {
            chunks.add(chunk);
            bytes += size;
            if (isEnough()) {
                notifyAll();
            }
        }
    }

    /** Worth waking somebody for. */
    private boolean isEnough() {
        return chunks.size() >= ENOUGH_CHUNKS || bytes - takenBytes >= ENOUGH_BYTES;
    }

    private synchronized void cameToTheEnd() {
        complete = true;
        notifyAll();
    }

    private synchronized void fail(SnapshotException reason) {
        failure = Optional.of(reason);
        notifyAll();
    }

    /** What a chunk takes in memory, roughly. */
    private static long size(SnapshotChunk chunk) {
        long size = CHUNK_OVERHEAD;
        for (Command command : chunk.change().commands()) {
            List<byte[]> args = command.args();
            for (int i = 0; i < args.size(); i++) {
                size += args.get(i).length + ARRAY_OVERHEAD;
            }
        }
        return size;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        reader.close();
        try {
            thread.join(CLOSING_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
