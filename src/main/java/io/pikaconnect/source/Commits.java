package io.pikaconnect.source;

import java.util.concurrent.atomic.AtomicLong;

/** How often Connect has stored offsets; counted by its committing thread, read by the task's. */
final class Commits {

    private final AtomicLong count = new AtomicLong();

    void happened() {
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
