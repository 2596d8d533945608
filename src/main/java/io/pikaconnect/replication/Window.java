package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The items a master delivered and that it has no acknowledgement for yet. Not safe for threads. */
final class Window {

    /** Ends of the first and of the last item acknowledged by one message. */
    record Range(BinlogOffset first, BinlogOffset last) {}

    private final Deque<BinlogOffset> ends = new ArrayDeque<>();

    void delivered(BinlogOffset end) {
        ends.addLast(end);
    }

    boolean isEmpty() {
        return ends.isEmpty();
    }

    /** Takes out every item up to {@code end}; empty if there is none, as after a new session. */
    Optional<Range> takeUpTo(BinlogOffset end) {
        if (ends.isEmpty() || ends.peekFirst().compareTo(end) > 0) {
            return Optional.empty();
        }
        BinlogOffset first = ends.peekFirst();
        BinlogOffset last = first;
        while (!ends.isEmpty() && ends.peekFirst().compareTo(end) <= 0) {
            last = ends.removeFirst();
        }
        return Optional.of(new Range(first, last));
    }
}
