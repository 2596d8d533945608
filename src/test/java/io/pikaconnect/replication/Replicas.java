package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.retry.Backoff;
import java.time.Duration;
import java.util.List;
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
            Backoff.ofMillis(20, 100),
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            3);

    private Replicas() {}

    /** A replica that does not wait long for anything. */
    public static Replica quick(ReplicaConfig config, BooleanSupplier inFlight) {
        return new Replica(config, QUICK, inFlight);
    }

    /** The usual settings, for the master at that client port. */
    public static ReplicaConfig config(int port) {
        return of(port).config();
    }

    /** The usual settings, to be changed, for the master at that client port. */
    public static Settings of(int port) {
        return new Settings(port);
    }

    /** What a {@link ReplicaConfig} is made of; what a test does not set is usual. */
    public static final class Settings {

        private final int port;
        private String name = "test";
        private Optional<String> password = Optional.empty();
        private Optional<String> announcedHost = Optional.empty();
        private int announcedPort = 19_221;
        private String database = "db0";
        private boolean several;
        private Optional<PikaVersion> version = Optional.empty();
        private long queueBytes = 64 << 20;
        private RetentionLimits hold = RetentionLimits.NONE;
        private ReplicaConfig.Ports ports = ReplicaConfig.Ports.SHIFTED;
        private ReplicaConfig.Group group = new ReplicaConfig.Group(List.of(), true);

        private Settings(int port) {
            this.port = port;
        }

        public Settings name(String other) {
            name = other;
            return this;
        }

        public Settings password(String other) {
            password = Optional.of(other);
            return this;
        }

        public Settings announcedHost(String other) {
            announcedHost = Optional.of(other);
            return this;
        }

        /** The same port to masters of all versions. */
        public Settings announcedPort(int other) {
            announcedPort = other;
            return this;
        }

        /** One of several dbs that the master may have. */
        Settings oneOfSeveral(String otherDatabase) {
            database = otherDatabase;
            several = true;
            return this;
        }

        Settings version(String other) {
            version = Optional.of(PikaVersion.parse(other));
            return this;
        }

        Settings queueBytes(long other) {
            queueBytes = other;
            return this;
        }

        Settings hold(RetentionLimits other) {
            hold = other;
            return this;
        }

        public Settings ports(ReplicaConfig.Ports other) {
            ports = other;
            return this;
        }

        /** @param others client ports of the group's other members */
        Settings inGroup(boolean mayFollowReplica, int... others) {
            group = new ReplicaConfig.Group(
                    IntStream.of(others)
                            .mapToObj(member -> new ReplicaConfig.Member("127.0.0.1", member))
                            .toList(),
                    mayFollowReplica);
            return this;
        }

        public ReplicaConfig config() {
            return new ReplicaConfig(
                    name,
                    "127.0.0.1",
                    port,
                    password,
                    announcedHost,
                    announcedPort,
                    announcedPort,
                    database,
                    version,
                    queueBytes,
                    several,
                    hold,
                    ports,
                    group);
        }
    }
}
