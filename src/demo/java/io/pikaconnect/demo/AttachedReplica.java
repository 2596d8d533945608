package io.pikaconnect.demo;

import io.pikaconnect.replication.BinlogItem;
import io.pikaconnect.replication.BinlogOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A replica attached to db0, with its window of items sent and not acknowledged. On the master's event loop only. */
final class AttachedReplica {

    private static final class Sent {
        private final BinlogOffset end;
        private boolean acknowledged;

        Sent(BinlogOffset end) {
            this.end = end;
        }
    }

    private final int session;
    private final int windowSize;
    private final Deque<Sent> window = new ArrayDeque<>();
    /** The item that is sent next; empty before the first BinlogSync. */
    private Optional<Integer> nextItem = Optional.empty();

    private long lastReceived = System.nanoTime();
    private long lastSent = System.nanoTime();

    AttachedReplica(int session, int windowSize) {
        this.session = session;
        this.windowSize = windowSize;
    }

    int session() {
        return session;
    }

    boolean streaming() {
        return nextItem.isPresent();
    }

    /** The first BinlogSync: 3.5.5 forgets what it sent before. */
    void activate(int item) {
        window.clear();
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
    List<BinlogItem> take(RecordedLog log, int most) {
        List<BinlogItem> taken = new ArrayList<>();
        int next = nextItem.orElseThrow();
        while (next < log.written() && taken.size() < most && window.size() < windowSize) {
            BinlogItem item = log.items().get(next++);
            window.addLast(new Sent(item.end()));
            taken.add(item);
        }
        nextItem = Optional.of(next);
        return taken;
    }

    /**
     * Takes an acknowledgement; both ends must be those of items in the window, in order, and not acknowledged before.
     *
     * @return how many items it covers; 0 when it is wrong
     */
    int acknowledge(BinlogOffset first, BinlogOffset last) {
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

    private void mark(BinlogOffset first, BinlogOffset last) {
        for (Sent sent : window) {
            if (sent.end.compareTo(first) >= 0 && sent.end.compareTo(last) <= 0) {
                sent.acknowledged = true;
            }
        }
        while (!window.isEmpty() && window.peekFirst().acknowledged) {
            window.removeFirst();
        }
    }
}
