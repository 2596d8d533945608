package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Threads that write to a {@link FakePika}, each its own {@link RandomWrites}, until they are closed. */
public final class LiveWrites implements AutoCloseable {

    private static final long SLICE_NANOS = 5_000_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean closed;

    private LiveWrites() {}

    /**
     * Starts one thread for each.
     *
     * @param perSecond commands a second, of all threads together
     */
    public static LiveWrites start(FakePika pika, List<RandomWrites> writers, int perSecond) {
        LiveWrites live = new LiveWrites();
        double perSlice = perSecond / (double) writers.size() * SLICE_NANOS / 1e9;
        for (RandomWrites writes : writers) {
            Thread thread = new Thread(() -> live.write(pika, writes, perSlice), "live-writes");
            thread.setDaemon(true);
            live.threads.add(thread);
            thread.start();
        }
        return live;
    }

    private void write(FakePika pika, RandomWrites writes, double perSlice) {
        long begin = System.nanoTime();
        long done = 0;
        while (!closed) {
            long due = (long) ((System.nanoTime() - begin) / (double) SLICE_NANOS * perSlice);
            while (done < due && !closed) {
                List<Command> next = writes.next();
                pika.execute(next);
                written.addAndGet(next.size());
                done++;
            }
            LockSupport.parkNanos(SLICE_NANOS);
        }
    }

    /** Commands executed so far. */
    public long written() {
        return written.get();
    }

    /** Ends the threads; the last command has been executed. */
    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
