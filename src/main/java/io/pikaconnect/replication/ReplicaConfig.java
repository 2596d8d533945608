package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
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
        HoldLimits hold) {

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
                HoldLimits.NONE);
    }

    /** The port we announce to a master of that version. */
    public int portFor(PikaVersion master) {
        return master.pushesDump() ? pushPort : namePort;
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return name + "/" + database + " of " + host + ":" + port;
    }
}
