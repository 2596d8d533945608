package io.pikaconnect.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a stand-in master is set up.
 *
 * @param version what INFO says
 * @param password requirepass
 * @param databases the dbs it has; the recording is {@code db0}
 * @param keepalive pause between keepalives of an idle session (2 s)
 * @param dropAfter silence after which a session is dropped (20 s)
 * @param dumpTakes how long the making of a dump takes
 * @param window unacknowledged items (9,000)
 */
public record MasterSetup(
        String version,
        Optional<String> password,
        List<String> databases,
        Duration keepalive,
        Duration dropAfter,
        Duration dumpTakes,
        int window) {

    /** A 3.5.5 master as installed. */
    public static final MasterSetup REAL = new MasterSetup(
            "3.5.5",
            Optional.empty(),
            List.of("db0"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofMillis(100),
            9_000);

    public MasterSetup withVersion(String other) {
        return new MasterSetup(other, password, databases, keepalive, dropAfter, dumpTakes, window);
    }

    public MasterSetup withPassword(String other) {
        return new MasterSetup(version, Optional.of(other), databases, keepalive, dropAfter, dumpTakes, window);
    }

    public MasterSetup withDatabases(String... other) {
        return new MasterSetup(version, password, List.of(other), keepalive, dropAfter, dumpTakes, window);
    }

    /** Shorter times than a real master's, for tests that wait for them. */
    public MasterSetup withTimes(Duration otherKeepalive, Duration otherDropAfter) {
        return new MasterSetup(version, password, databases, otherKeepalive, otherDropAfter, dumpTakes, window);
    }

    public MasterSetup withDumpTaking(Duration other) {
        return new MasterSetup(version, password, databases, keepalive, dropAfter, other, window);
    }

    public MasterSetup withWindow(int other) {
        return new MasterSetup(version, password, databases, keepalive, dropAfter, dumpTakes, other);
    }
}
