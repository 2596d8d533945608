package io.pikaconnect.fullsync;

import java.time.Duration;
import java.util.Optional;
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
    private final String who;
    private final long begin = System.nanoTime();
    private Duration mentioned = Duration.ZERO;

    /** @param who waits for whose dump, for the log */
    DumpWait(FullSyncProgress progress, String who) {
        this.progress = progress;
        this.who = who;
        progress.waits(true);
    }

    /** It is not ready yet. */
    void goesOn() {
        mention(Duration.ofNanos(System.nanoTime() - begin)).ifPresent(LOG::warn);
    }

    /** What is to be logged after so long, if anything. */
    Optional<String> mention(Duration waited) {
        if (waited.minus(mentioned).compareTo(LONG) <= 0) {
            return Optional.empty();
        }
        mentioned = waited;
        return Optional.of(who + ": the master has been making its dump for " + waited.toMinutes()
                + " min; see its log (bgsave), and whether the disk of its dump-path has room");
    }

    @Override
    public void close() {
        progress.waits(false);
    }
}
