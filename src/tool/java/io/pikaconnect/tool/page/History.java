package io.pikaconnect.tool.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The points of the last hour, and no more of them than one every two seconds. Thread-safe. */
final class History {

    static final long SECONDS = 3_600;

    private static final long LEAST_APART = 2;

    /** Guarded by this. */
    private final Deque<Point> points = new ArrayDeque<>();

    synchronized void add(Point point) {
        if (!points.isEmpty() && point.time() < points.getLast().time()) {
            points.clear(); // the clock was set back
        }
        if (!points.isEmpty() && point.time() - points.getLast().time() < LEAST_APART) {
            return;
        }
        points.addLast(point);
        while (point.time() - points.getFirst().time() > SECONDS) {
            points.removeFirst();
        }
    }

    /** Those that are newer than a time, in seconds since 1970. */
    synchronized List<Point> after(long time) {
        return points.stream().filter(point -> point.time() > time).toList();
    }
}
