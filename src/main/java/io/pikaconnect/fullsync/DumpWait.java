package io.pikaconnect.fullsync;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time while a master makes its dump, which may be minutes and has no limit: shown in the progress, and mentioned in
 * the log where it takes long, since a master that cannot make one says nothing. For one thread.
 */
final class DumpWait implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DumpWait.class);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final FullSyncProgress progress;
    private final long begin = System.nanoTime();
    private Duration mentioned = Duration.ZERO;

    DumpWait(FullSyncProgress progress) {
        this.progress = progress;
        progress.waits(true);
    }

    /** It is not ready yet. */
    void goesOn() {
        Duration waited = Duration.ofNanos(System.nanoTime() - begin);
        if (waited.minus(mentioned).compareTo(LONG) > 0) {
            mentioned = waited;
            LOG.warn(
                    "The master has been making its dump for {} min; see its log (bgsave), and whether the disk of its"
                            + " dump-path has room",
                    waited.toMinutes());
        }
    }

    @Override
    public void close() {
        progress.waits(false);
    }
}
