package io.pikaconnect.fullsync;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which a master makes its dump, which may be minutes and has no limit: shown in the progress, and logged
 * if it is long, since a master that cannot make a dump does not report it. For one thread.
 */
final class DumpWait implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DumpWait.class);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final FullSyncProgress progress;
    private final String who;
    private final long begin = System.nanoTime();
    private Duration mentioned = Duration.ZERO;

    /** @param who the replica and the master, for the log */
    DumpWait(FullSyncProgress progress, String who) {
        this.progress = progress;
        this.who = who;
        progress.waits(true);
    }

    /** Records that the dump is not ready yet. */
    void goesOn() {
        mention(Duration.ofNanos(System.nanoTime() - begin)).ifPresent(LOG::warn);
    }

    /** What has to be logged after that time, if anything. */
    Optional<String> mention(Duration waited) {
        if (waited.minus(mentioned).compareTo(LONG) <= 0) {
            return Optional.empty();
        }
        mentioned = waited;
        return Optional.of(who + ": the master has been making its dump for " + waited.toMinutes()
                + " min; check its log (bgsave), and whether the disk of its dump-path has space");
    }

    @Override
    public void close() {
        progress.waits(false);
    }
}
