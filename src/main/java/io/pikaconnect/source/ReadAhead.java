package io.pikaconnect.source;

import io.pikaconnect.change.Command;
import io.pikaconnect.change.Resp;
import io.pikaconnect.snapshot.SnapshotChunk;
import io.pikaconnect.snapshot.SnapshotException;
import io.pikaconnect.snapshot.SnapshotReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads a dump on a thread of its own, a few megabytes ahead of {@code poll()}: a long stretch of dead entries then
 * holds up neither ticks nor stopping. Chunks change hands many at a time. What is not said to be the task's thread's is
 * guarded by {@code this}.
 */
final class ReadAhead implements AutoCloseable {

    private static final long MAX_BYTES = 4L << 20;
    private static final int ENOUGH_CHUNKS = 500;
    private static final long ENOUGH_BYTES = MAX_BYTES / 8;
    private static final long CLOSING_MS = 2_000;

    private final SnapshotReader reader;
    private final Thread thread;

    /** The task's thread only. */
    private Deque<SnapshotChunk> taken = new ArrayDeque<>();

    private Deque<SnapshotChunk> chunks = new ArrayDeque<>();
    private long bytes;
    private boolean through;
    private boolean closed;
    private Optional<SnapshotException> failure = Optional.empty();

    ReadAhead(SnapshotReader reader) {
        this.reader = reader;
        this.thread = new Thread(this::read, "pika-source-snapshot");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The next chunk; empty if none came within {@code waitMs}, or if the dump is {@link #isThrough}. It may wait that long
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
        long deadline = System.nanoTime() + waitMs * 1_000_000;
        long left = waitMs;
        while (!isEnough() && !through && failure.isEmpty() && left > 0) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        if (chunks.isEmpty() && failure.isPresent()) {
            throw failure.get();
        }
        Deque<SnapshotChunk> empty = taken;
        taken = chunks;
        chunks = empty;
        bytes = 0;
        notifyAll();
    }

    /** Whether every chunk was read and taken. */
    synchronized boolean isThrough() {
        return through && chunks.isEmpty() && taken.isEmpty();
    }

    private void read() {
        try {
            Optional<SnapshotChunk> chunk = reader.next();
            while (chunk.isPresent() && put(chunk.get())) {
                chunk = reader.next();
            }
            end(Optional.empty());
        } catch (SnapshotException e) {
            end(Optional.of(e));
        } catch (InterruptedException e) {
            end(Optional.empty());
        } catch (RuntimeException | Error e) {
            end(Optional.of(new SnapshotException("reading the dump failed: " + e, e)));
        }
    }

    /** Waits for room; says whether to go on. */
    private boolean put(SnapshotChunk chunk) throws InterruptedException {
        long size = size(chunk);
        synchronized (this) {
            while (bytes >= MAX_BYTES && !closed) {
                wait();
            }
            chunks.add(chunk);
            bytes += size;
            if (isEnough()) {
                notifyAll();
            }
            return !closed;
        }
    }

    /** Worth waking somebody for. */
    private boolean isEnough() {
        return chunks.size() >= ENOUGH_CHUNKS || bytes >= ENOUGH_BYTES;
    }

    private synchronized void end(Optional<SnapshotException> reason) {
        through = reason.isEmpty();
        failure = reason;
        notifyAll();
    }

    private static long size(SnapshotChunk chunk) {
        long size = 100;
        for (Command command : chunk.change().commands()) {
            size += Resp.encodedSize(command);
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
