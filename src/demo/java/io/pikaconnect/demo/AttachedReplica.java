package io.pikaconnect.demo;

import io.pikaconnect.pika.BinlogItem;
import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A replica attached to a db, with its window of items sent and not acknowledged. On the master's event loop only. */
final class AttachedReplica {

    private static final long WINDOW_BYTES = 1L << 30;

    private static final class Sent {
        private final BinlogPosition end;
        private final int bytes;
        private boolean acknowledged;

        Sent(BinlogItem item) {
            this.end = item.end();
            this.bytes = item.bytes().length;
        }
    }

    private final int session;
    private final int windowSize;
    private final Deque<Sent> window = new ArrayDeque<>();
    private long windowBytes;
    /** The item that is sent next; empty before the first BinlogSync. */
    private Optional<Long> nextItem = Optional.empty();
    /** Up to where everything is acknowledged; initially the start of the stream. */
    private BinlogPosition acknowledged = BinlogPosition.ZERO;

    private boolean inFullSync;
    /** It gets keepalives only. */
    private boolean stalled;

    private long lastReceived = System.nanoTime();
    private long lastSent = System.nanoTime();

    AttachedReplica(int session, int windowSize) {
        this.session = session;
        this.windowSize = windowSize;
    }

    int session() {
        return session;
    }

    boolean stalled() {
        return stalled;
    }

    /** From now on it gets keepalives only. */
    void stall() {
        stalled = true;
    }

    boolean streaming() {
        return nextItem.isPresent();
    }

    /** It has requested a dump, and has not started to stream since. */
    boolean isInFullSync() {
        return inFullSync;
    }

    void askedForDump() {
        inFullSync = true;
    }

    BinlogPosition acknowledged() {
        return acknowledged;
    }

    /** The first BinlogSync; 3.5 forgets what it sent before. */
    void activate(long item, BinlogPosition from, boolean clearWindow) {
        if (clearWindow) {
            window.clear();
            windowBytes = 0;
        }
        inFullSync = false;
        acknowledged = from;
        nextItem = Optional.of(item);
    }

    void heard() {
        lastReceived = System.nanoTime();
    }

    void sent() {
        lastSent = System.nanoTime();
    }

    long nanosSinceReceived() {
        return System.nanoTime() - lastReceived;
    }

    long nanosSinceSent() {
        return System.nanoTime() - lastSent;
    }

    boolean everythingAcknowledged() {
        return window.isEmpty();
    }

    int unacknowledged() {
        return window.size();
    }

    /** Puts the next items, as many as fit, into the window. */
    List<BinlogItem> take(ServedLog log, int most) {
        List<BinlogItem> taken = new ArrayList<>();
        long next = nextItem.orElseThrow();
        while (taken.size() < most && window.size() < windowSize && windowBytes <= WINDOW_BYTES) {
            Optional<BinlogItem> item = log.item(next);
            if (item.isEmpty()) {
                break;
            }
            Sent sent = new Sent(item.get());
            window.addLast(sent);
            windowBytes += sent.bytes;
            taken.add(item.get());
            next++;
        }
        nextItem = Optional.of(next);
        return taken;
    }

    /**
     * Takes an acknowledgement; both ends must be those of items in the window, in order, and not acknowledged before.
     *
     * @return how many items it covers; 0 when it is wrong
     */
    int acknowledge(BinlogPosition first, BinlogPosition last) {
        int covered = 0;
        boolean inside = false;
        for (Sent sent : window) {
            inside |= sent.end.equals(first);
            if (inside) {
                if (sent.acknowledged) {
                    return 0;
                }
                covered++;
                if (sent.end.equals(last)) {
                    mark(first, last);
                    return covered;
                }
            }
        }
        return 0;
    }

    private void mark(BinlogPosition first, BinlogPosition last) {
        for (Sent sent : window) {
            if (sent.end.compareTo(last) > 0) {
                break;
            }
            sent.acknowledged |= sent.end.compareTo(first) >= 0;
        }
        while (!window.isEmpty() && window.peekFirst().acknowledged) {
            Sent head = window.removeFirst();
            acknowledged = head.end;
            windowBytes -= head.bytes;
        }
    }
}
