package io.pikaconnect.fullsync;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The progress of a full sync; any thread may read it. The size of a file is known only after it was read. */
public final class FullSyncProgress {

    private final AtomicInteger filesTotal = new AtomicInteger();
    private final AtomicInteger filesDone = new AtomicInteger();
    private final AtomicLong bytesDone = new AtomicLong();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile OptionalLong waitingSince = OptionalLong.empty();

    /**
     * Files of the dump; 0 until the master has finished it, and for a master that pushes, which does not report it.
     */
    public int filesTotal() {
        return filesTotal.get();
    }

    public int filesDone() {
        return filesDone.get();
    }

    /** Bytes received in this attempt. */
    public long bytesDone() {
        return bytesDone.get();
    }

    /** Attempts started so far. */
    public int attempts() {
        return attempts.get();
    }

    /** The progress, for the log. */
    public String text() {
        if (filesTotal() > 0) {
            return filesDone() + " of " + filesTotal() + " files, " + bytesDone() + " bytes";
        }
        if (bytesDone() > 0) {
            return bytesDone() + " bytes pushed by the master";
        }
        OptionalLong since = waitingSince;
        return since.isEmpty()
                ? "requesting a dump from the master"
                : "waiting for the master's dump, for "
                        + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since.getAsLong()) + " s";
    }

    void attempt() {
        attempts.incrementAndGet();
        filesTotal.set(0);
        filesDone.set(0);
        bytesDone.set(0);
    }

    /** Records whether the master is making its dump. */
    void waits(boolean on) {
        waitingSince = on ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
    }

    void files(int total, int here) {
        filesTotal.set(total);
        filesDone.set(here);
    }

    void bytes(long more) {
        bytesDone.addAndGet(more);
    }

    void fileDone() {
        filesDone.incrementAndGet();
    }
}
