package io.pikaconnect.source;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at something again and again on a thread of its own, whatever a single look ends with. */
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Runnable look;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pika-source-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private Watchdog(Runnable look) {
        this.look = look;
    }

    /** The first look is one period from now. */
    static Watchdog every(Duration period, Runnable look) {
        Watchdog watchdog = new Watchdog(look);
        watchdog.timer.scheduleAtFixedRate(
                watchdog::lookSafely, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        return watchdog;
    }

    /** The timer would never call again what has thrown once. */
    private void lookSafely() {
        try {
            look.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void log(Throwable e) {
        try {
            LOG.error("The watchdog failed, and looks again later", e);
        } catch (Throwable again) {
            // no memory even for a line in the log: the next look may have some
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
