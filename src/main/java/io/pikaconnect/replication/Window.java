package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The items that a master delivered and that are not acknowledged yet. Not thread-safe. */
final class Window {

    /** Ends of the first and of the last item acknowledged by one message. */
    record Range(BinlogPosition first, BinlogPosition last) {}

    private final Deque<BinlogPosition> ends = new ArrayDeque<>();

    void delivered(BinlogPosition end) {
        ends.addLast(end);
    }

    boolean isEmpty() {
        return ends.isEmpty();
    }

    /** Removes every item up to {@code end}; empty if there is none, as after a new session. */
    Optional<Range> takeUpTo(BinlogPosition end) {
        if (ends.isEmpty() || ends.peekFirst().compareTo(end) > 0) {
            return Optional.empty();
        }
        BinlogPosition first = ends.peekFirst();
        BinlogPosition last = first;
        while (!ends.isEmpty() && ends.peekFirst().compareTo(end) <= 0) {
            last = ends.removeFirst();
        }
        return Optional.of(new Range(first, last));
    }
}
