package io.pikaconnect.demo;

import io.pikaconnect.demo.pika.PikaRelease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a stand-in master is set up.
 *
 * @param release how it behaves
 * @param version what INFO reports
 * @param password requirepass
 * @param databases its databases
 * @param keepalive pause between keepalives of an idle session (2 s; 10 s in 3.2)
 * @param dropAfter silence after which a session is dropped (20 s)
 * @param dumpTakes how long making a dump takes at least
 * @param window unacknowledged items (9,000; 3,000 in early 3.2)
 * @param binlogFileSize bytes after which a new binlog file starts (100 MiB)
 * @param purgeEvery interval of the checks for binlog files to remove (5 s; 10 s in 3.2)
 */
public record MasterSetup(
        PikaRelease release,
        String version,
        Optional<String> password,
        List<String> databases,
        Duration keepalive,
        Duration dropAfter,
        Duration dumpTakes,
        int window,
        long binlogFileSize,
        Duration purgeEvery) {

    /** A 3.5.5 master as installed. */
    public static final MasterSetup REAL = of(PikaRelease.V355);

    /** A master of that release as installed. */
    public static MasterSetup of(PikaRelease release) {
        boolean early = release == PikaRelease.V320;
        return new MasterSetup(
                release,
                release.reported(),
                Optional.empty(),
                List.of("db0"),
                Duration.ofSeconds(early ? 10 : 2),
                Duration.ofSeconds(20),
                Duration.ofMillis(100),
                early ? 3_000 : 9_000,
                100L * 1024 * 1024,
                Duration.ofSeconds(early ? 10 : 5));
    }

    /** Another version, in INFO and, if there is such a release, in the master's behaviour. */
    public MasterSetup withVersion(String other) {
        return with(copy -> {
            copy.release = PikaRelease.of(other);
            copy.version = other;
        });
    }

    /** The same behaviour with another version in INFO. */
    public MasterSetup reporting(String other) {
        return with(copy -> copy.version = other);
    }

    public MasterSetup withPassword(String other) {
        return with(copy -> copy.password = Optional.of(other));
    }

    public MasterSetup withDatabases(String... other) {
        return with(copy -> copy.databases = List.of(other));
    }

    /** Shorter times than a real master's, for tests that wait for them. */
    public MasterSetup withTimes(Duration otherKeepalive, Duration otherDropAfter) {
        return with(copy -> {
            copy.keepalive = otherKeepalive;
            copy.dropAfter = otherDropAfter;
        });
    }

    public MasterSetup withDumpTaking(Duration other) {
        return with(copy -> copy.dumpTakes = other);
    }

    public MasterSetup withWindow(int other) {
        return with(copy -> copy.window = other);
    }

    /** Small files, checked often, for tests that wait until one is removed. */
    public MasterSetup withBinlogFiles(long bytes, Duration otherPurgeEvery) {
        return with(copy -> {
            copy.binlogFileSize = bytes;
            copy.purgeEvery = otherPurgeEvery;
        });
    }

    private MasterSetup with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.setup();
    }

    private static final class Copy {

        PikaRelease release;
        String version;
        Optional<String> password;
        List<String> databases;
        Duration keepalive;
        Duration dropAfter;
        Duration dumpTakes;
        int window;
        long binlogFileSize;
        Duration purgeEvery;

        Copy(MasterSetup of) {
            release = of.release;
            version = of.version;
            password = of.password;
            databases = of.databases;
            keepalive = of.keepalive;
            dropAfter = of.dropAfter;
            dumpTakes = of.dumpTakes;
            window = of.window;
            binlogFileSize = of.binlogFileSize;
            purgeEvery = of.purgeEvery;
        }

        MasterSetup setup() {
            return new MasterSetup(
                    release,
                    version,
                    password,
                    databases,
                    keepalive,
                    dropAfter,
                    dumpTakes,
                    window,
                    binlogFileSize,
                    purgeEvery);
        }
    }
}
