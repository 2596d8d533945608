package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Replicas for tests: of a master on this machine, and quick. */
public final class Replicas {

    static final Timings QUICK = new Timings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMillis(50),
            Duration.ofMillis(600),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            3);

    private Replicas() {}

    /** A replica that does not wait long for anything. */
    public static Replica quick(ReplicaConfig config, BooleanSupplier inFlight) {
        return new Replica(config, QUICK, inFlight);
    }

    static ReplicaConfig config(int port) {
        return new ReplicaConfig(
                "test",
                "127.0.0.1",
                port,
                Optional.empty(),
                Optional.empty(),
                19_221,
                "db0",
                Optional.empty(),
                64 << 20);
    }

    static ReplicaConfig withPassword(ReplicaConfig c, String password) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                Optional.of(password),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                c.database(),
                c.version(),
                c.queueBytes(),
                c.severalDatabases(),
                c.hold());
    }

    static ReplicaConfig withDatabase(ReplicaConfig c, String database, boolean several) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                database,
                c.version(),
                c.queueBytes(),
                several,
                c.hold());
    }

    static ReplicaConfig withAnnouncedPort(ReplicaConfig c, int port) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                port,
                port,
                c.database(),
                c.version(),
                c.queueBytes(),
                c.severalDatabases(),
                c.hold());
    }

    static ReplicaConfig inGroup(ReplicaConfig c, boolean mayFollowReplica, int... others) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                c.database(),
                c.version(),
                c.queueBytes(),
                c.severalDatabases(),
                c.hold(),
                c.ports(),
                new ReplicaConfig.Group(
                        IntStream.of(others)
                                .mapToObj(port -> new ReplicaConfig.Member("127.0.0.1", port))
                                .toList(),
                        mayFollowReplica));
    }

    static ReplicaConfig withVersion(ReplicaConfig c, String version) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                c.database(),
                Optional.of(PikaVersion.parse(version)),
                c.queueBytes(),
                c.severalDatabases(),
                c.hold());
    }

    static ReplicaConfig withQueue(ReplicaConfig c, long bytes) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                c.database(),
                c.version(),
                bytes,
                c.severalDatabases(),
                c.hold());
    }

    static ReplicaConfig withHold(ReplicaConfig c, RetentionLimits hold) {
        return new ReplicaConfig(
                c.name(),
                c.host(),
                c.port(),
                c.password(),
                c.announcedHost(),
                c.pushPort(),
                c.namePort(),
                c.database(),
                c.version(),
                c.queueBytes(),
                c.severalDatabases(),
                hold);
    }
}
