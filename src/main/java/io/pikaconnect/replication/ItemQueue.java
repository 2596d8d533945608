package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What was received from the master, across its sessions: the items not yet polled, bounded in bytes, and the position
 * reached.
 *
 * <p>The event loop adds items, and stops reading from the network while {@link #full}; the task removes them, and
 * reading resumes when half of the bytes are left. What ended replication is returned after the items before it.
 * Thread-safe: all fields are guarded by {@code this}.
 */
final class ItemQueue {

    /** Estimated heap of an item besides its bytes. */
    private static final int OVERHEAD = 100;

    private final long limit;
    private final Deque<BinlogItem> items = new ArrayDeque<>();
    private long bytes;
    private BinlogPosition start = BinlogPosition.ZERO;
    private BinlogPosition end = BinlogPosition.ZERO;
    private LastItems last = LastItems.none(BinlogPosition.ZERO);
    private Optional<Instant> idleSince = Optional.empty();
    private boolean mayBeIdle = true;
    private boolean paused;
    private Optional<ReplicationException> failure = Optional.empty();

    ItemQueue(long limit) {
        this.limit = limit;
    }

    /** Where the first item is expected. */
    void startAt(BinlogPosition from) {
        startAt(from, LastItems.none(from));
    }

    /**
     * Where the first item is expected.
     *
     * @param before the items that were received up to there, as far as they are known
     */
    synchronized void startAt(BinlogPosition from, LastItems before) {
        start = from;
        end = from;
        last = before;
    }

    /** The last items received. */
    synchronized LastItems last() {
        return last;
    }

    /** Where a new session starts: after what is acknowledged, or where the first one started. */
    synchronized BinlogPosition start(BinlogPosition acknowledged) {
        return acknowledged.compareTo(start) > 0 ? acknowledged : start;
    }

    synchronized void add(BinlogItem item) {
        items.addLast(item);
        bytes += cost(item);
        end = item.end();
        last = last.after(item);
        idleSince = Optional.empty();
        notifyAll();
    }

    /** A keepalive was received after everything else. */
    synchronized void idle(Instant at) {
        if (mayBeIdle) {
            idleSince = Optional.of(at);
        }
    }

    /** Whether nothing more to send at the master means that everything written anywhere has been received. */
    synchronized void mayBeIdle(boolean may) {
        mayBeIdle = may;
    }

    /** Ends the queue; the first reason stays. Items of a refused master are not returned. */
    synchronized void fail(ReplicationException reason) {
        if (failure.isPresent()) {
            return;
        }
        failure = Optional.of(reason);
        if (reason.kind() == ReplicationException.Kind.REFUSED) {
            items.clear();
            bytes = 0;
        }
        notifyAll();
    }

    synchronized Optional<BinlogItem> poll(Duration wait) throws ReplicationException, InterruptedException {
        long deadline = items.isEmpty() ? System.nanoTime() + wait.toNanos() : 0;
        while (items.isEmpty()) {
            if (failure.isPresent()) {
                throw failure.get();
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        BinlogItem item = items.removeFirst();
        bytes -= cost(item);
        return Optional.of(item);
    }

    synchronized boolean full() {
        return bytes >= limit;
    }

    /** Reading from the network has stopped, because the queue was {@link #full}. */
    synchronized void paused() {
        paused = true;
    }

    /** Whether reading from the network has stopped. */
    synchronized boolean isPaused() {
        return paused;
    }

    /** Whether reading from the network has stopped and is to start again; true once for each stop. */
    synchronized boolean resumes() {
        boolean resumes = paused && bytes <= limit / 2;
        paused &= !resumes;
        return resumes;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized BinlogPosition end() {
        return end;
    }

    synchronized Optional<Instant> idleSince() {
        return idleSince;
    }

    synchronized Optional<ReplicationException> failure() {
        return failure;
    }

    private static long cost(BinlogItem item) {
        return item.bytes().length + OVERHEAD;
    }
}
