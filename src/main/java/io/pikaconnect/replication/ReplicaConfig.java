package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.util.List;
import java.util.Optional;

/**
 * The master to replicate and the identity to announce.
 *
 * @param name logical name of the Pika, for logs and errors
 * @param host of the master
 * @param port the master's client port; replication is at port + 2000, dumps at port + 10001
 * @param password the master's requirepass
 * @param announcedHost the address that we announce; if empty the connection's local one
 * @param pushPort the port we announce, with the address our identity, to a master up to 3.4, which pushes its dump to +
 *     1000
 * @param namePort the port we announce to a later master, for which it is only a name
 * @param database db to replicate, such as {@code db0}
 * @param version the master's version, if INFO is not to be trusted
 * @param queueBytes reading pauses while the received items that are not yet polled exceed this
 * @param severalDatabases whether the master may have other databases than {@code database}
 * @param hold how much the master may be made to keep for us
 * @param ports the master's other ports
 * @param group the master's replication group
 */
public record ReplicaConfig(
        String name,
        String host,
        int port,
        Optional<String> password,
        Optional<String> announcedHost,
        int pushPort,
        int namePort,
        String database,
        Optional<PikaVersion> version,
        long queueBytes,
        boolean severalDatabases,
        RetentionLimits hold,
        Ports ports,
        Group group) {

    private static final int REPLICATION = 2_000;
    private static final int PULL = 10_001;

    /**
     * The ports of a Pika besides its client port.
     *
     * @param replication -1: the client port + 2000
     * @param pull -1: the client port + 10001
     */
    public record Ports(int replication, int pull) {

        /** As Pika opens them, not mapped to others on the way. */
        public static final Ports SHIFTED = new Ports(-1, -1);
    }

    /** A server's client port. */
    public record Member(String host, int port) {

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * The master's replication group.
     *
     * @param others its other members, of which one may become the master
     * @param mayFollowReplica whether a server that is itself a replica may be followed
     */
    public record Group(List<Member> others, boolean mayFollowReplica) {

        public Group {
            others = List.copyOf(others);
        }
    }

    /** The port we announce to a master of that version. */
    public int portFor(PikaVersion master) {
        return master.pushesDump() ? pushPort : namePort;
    }

    /** The master's replication port. */
    public int replicationPort() {
        return ports.replication() < 0 ? port + REPLICATION : ports.replication();
    }

    /** The master's port for dumps, since 3.5. */
    public int pullPort() {
        return ports.pull() < 0 ? port + PULL : ports.pull();
    }

    /** The server itself. */
    public Member member() {
        return new Member(host, port);
    }

    /** The same configuration for another server. */
    public ReplicaConfig at(Member other) {
        return new ReplicaConfig(
                name,
                other.host(),
                other.port(),
                password,
                announcedHost,
                pushPort,
                namePort,
                database,
                version,
                queueBytes,
                severalDatabases,
                hold,
                ports,
                group);
    }

    /** The same without a version: for a server for which none is set. */
    ReplicaConfig withoutVersion() {
        return new ReplicaConfig(
                name,
                host,
                port,
                password,
                announcedHost,
                pushPort,
                namePort,
                database,
                Optional.empty(),
                queueBytes,
                severalDatabases,
                hold,
                ports,
                group);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return name + "/" + database + " of " + member();
    }
}
