package io.pikaconnect.fullsync;

import io.pikaconnect.replication.ReplicationException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a master's push of its dump, in one attempt (replication-protocol 5.4, 5.5). The dump is complete when
 * {@code info} is present, which the master sends last, and only if everything before succeeded; it does not report
 * errors. So a push has failed if the connection that ends it was made, and no {@code info} follows; or if nothing was
 * received for long although the master is no longer making its dump. The master pushes again only on a new request.
 */
final class Push {

    private final String who;
    private final PushPort port;
    private final RsyncDaemon daemon;
    private final FullSyncTimings.OfPush timings;
    private final FullSyncProgress progress;
    private final SessionKeeper keeper;
    /** When the master was last seen to be making a dump, or this was created; own thread only. */
    private long madeNanos = System.nanoTime();

    /** @param who the replica and the master, for the log */
    Push(
            String who,
            PushPort port,
            RsyncDaemon daemon,
            FullSyncTimings.OfPush timings,
            FullSyncProgress progress,
            SessionKeeper keeper) {
        this.who = who;
        this.port = port;
        this.daemon = daemon;
        this.timings = timings;
        this.progress = progress;
        this.keeper = keeper;
    }

    /** Waits until the push is complete, and closes the port. */
    InfoFile await() throws AttemptFailed, ReplicationException, InterruptedException, IOException {
        try (DumpWait wait = new DumpWait(progress, who)) {
            while (port.transfers() == 0) {
                look();
                wait.goesOn();
            }
        }
        while (!arrived()) {
            look();
        }
        port.close();
        try {
            return InfoFile.parse(Files.readAllBytes(info()));
        } catch (IllegalArgumentException e) {
            throw new AttemptFailed(
                    e.getMessage() + ", as of a push that was cut, or of a dump for which the master's dump-path has no"
                            + " room",
                    e);
        }
    }

    private void look() throws AttemptFailed, ReplicationException, InterruptedException {
        giveUpWhenFailed(keeper.check(Optional.empty()));
        TimeUnit.MILLISECONDS.sleep(timings.look().toMillis());
    }

    /** Whether {@code info} is present, and the connection that sent it has ended. */
    private boolean arrived() {
        return port.activeTransfers() == 0 && !port.broken() && Files.isRegularFile(info(), LinkOption.NOFOLLOW_LINKS);
    }

    /** @param session whether the session exists */
    private void giveUpWhenFailed(boolean session) throws AttemptFailed {
        if (port.broken() && !session) {
            throw AttemptFailed.broken("the master disappeared in the middle of its push", null);
        }
        long quiet = port.quietNanos();
        if (port.refusedFor(timings.refused()) && !isMakingDump()) {
            throw AttemptFailed.refused(
                    "our rsync refused the master's, which does not know pika.password, although the"
                            + " master itself does. " + said());
        }
        if (port.transfers() == 0) {
            long waited = Math.min(quiet, System.nanoTime() - madeNanos);
            if (waited > timings.first().toNanos() && !isMakingDump()) {
                throw new AttemptFailed("the master did not start to push its dump within "
                        + minutes(timings.first())
                        + ", and is not making one (is_bgsaving). It must be able to connect to us there; after a push"
                        + " that it could not start it pushes nothing more to that address, so another port is tried"
                        + " next. " + said());
            }
        } else if (port.ended()
                && port.activeTransfers() == 0
                && quiet > timings.end().toNanos()) {
            throw new AttemptFailed("the master's push failed. " + said());
        } else if (quiet > timings.quiet().toNanos()) {
            throw new AttemptFailed("nothing was received for " + minutes(timings.quiet())
                    + " in the middle of the master's push. " + said());
        }
    }

    /** While a master makes its dump it pushes nothing, so connections until now were another program's. */
    private boolean isMakingDump() {
        boolean making = keeper.isMakingDump();
        if (making) {
            madeNanos = System.nanoTime();
            port.forgetRefusals();
        }
        return making;
    }

    private static String minutes(Duration limit) {
        return limit.toMinutes() + " min";
    }

    private String said() {
        String words = daemon.lastErrors();
        String said =
                words.isEmpty() ? "Our rsync logged no error; check the master's log" : "Our rsync logged: " + words;
        if (words.contains("auth failed")) {
            said += ". A master before 3.5 pushes with the requirepass that it had when it started, even if CONFIG SET"
                    + " has changed it since. Restart the master with its present one in pika.conf, or end its rsync"
                    + " (the process of rsync/slash_rsync.pid in its db-sync-path), which it starts again with the"
                    + " present one; or set requirepass and pika.password to its value at the start. If another Pika"
                    + " pushes to this address by mistake, give another one in replica.address";
        }
        return port.turnedAway().isEmpty()
                ? said
                : said + ". Connections from " + port.turnedAway()
                        + " were turned away; if that is the master, add it to push.from";
    }

    private Path info() {
        return daemon.received().resolve(InfoFile.NAME);
    }

    /**
     * Moves what was received into {@code directory}, and forces it to the disk. The port must be closed.
     *
     * @throws AttemptFailed if it cannot be a dump
     */
    void moveTo(Path directory) throws AttemptFailed, IOException {
        for (String type : RsyncDaemon.TYPES) {
            Path from = daemon.received().resolve(type);
            if (!Files.isRegularFile(from.resolve("CURRENT"), LinkOption.NOFOLLOW_LINKS)) {
                throw new AttemptFailed("the master pushed a dump without " + type
                        + "/CURRENT; check its log (bgsave), and whether the disk of its dump-path has space");
            }
            Files.walkFileTree(from, new Forcing());
            Files.move(from, directory.resolve(type));
        }
        Files.move(info(), directory.resolve(InfoFile.NAME));
    }

    /** Forces every file to the disk; refuses anything else, such as links, which could lead elsewhere. */
    private static final class Forcing extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!attributes.isRegularFile()) {
                throw new IOException("the master pushed " + file + ", which is not a file; is it really a Pika?");
            }
            DumpDirectory.force(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            DumpDirectory.force(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
