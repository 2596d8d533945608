package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.util.List;
import java.util.Optional;

/**
 * Whom to replicate, and as whom.
 *
 * @param name logical name of the Pika, for logs and errors
 * @param host of the master
 * @param port the master's client port; replication is at port + 2000, dumps at port + 10001
 * @param password the master's requirepass
 * @param announcedHost the address we announce; otherwise the connection's local one
 * @param pushPort the port we announce, with the address our identity, to a master up to 3.4, which pushes its dump to +
 *     1000
 * @param namePort the port we announce to a later master, to which it is only a name
 * @param database db to replicate, such as {@code db0}
 * @param version the master's version, where INFO is not to be believed
 * @param queueBytes reading pauses while the items received and not yet polled have more bytes than this
 * @param severalDatabases whether the master may have other dbs than {@code database}
 * @param hold what the master may be made to keep for us
 * @param ports where the master's other ports are
 * @param group what else is known of the master's replication group
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
     * The ports of a Pika beside its clients'.
     *
     * @param replication -1: the client port + 2000
     * @param pull -1: the client port + 10001
     */
    public record Ports(int replication, int pull) {

        /** As Pika opens them, with nothing between that maps them. */
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
     * @param mayFollowReplica whether a server may be followed that is a replica itself
     */
    public record Group(List<Member> others, boolean mayFollowReplica) {

        /** A server of which nothing else is known, and which may be a replica. */
        public static final Group ALONE = new Group(List.of(), true);

        public Group {
            others = List.copyOf(others);
        }
    }

    /** Of a master whose ports are as Pika opens them, and of whose group nothing is known. */
    public ReplicaConfig(
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
            RetentionLimits hold) {
        this(
                name,
                host,
                port,
                password,
                announcedHost,
                pushPort,
                namePort,
                database,
                version,
                queueBytes,
                severalDatabases,
                hold,
                Ports.SHIFTED,
                Group.ALONE);
    }

    /** A master with this one db only, to which we announce this port whatever its version, and which keeps anything. */
    public ReplicaConfig(
            String name,
            String host,
            int port,
            Optional<String> password,
            Optional<String> announcedHost,
            int announcedPort,
            String database,
            Optional<PikaVersion> version,
            long queueBytes) {
        this(
                name,
                host,
                port,
                password,
                announcedHost,
                announcedPort,
                announcedPort,
                database,
                version,
                queueBytes,
                false,
                RetentionLimits.NONE);
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

    /** The same conversation with another server. */
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

    /** The same without a claim which version it is: for a server of which nothing is set. */
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
