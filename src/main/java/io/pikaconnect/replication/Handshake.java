package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A connection after its handshake, and the master it leads to.
 *
 * @param connection the connection, on which our identity is registered
 * @param requests of that identity
 * @param master the master that answered
 * @param clockOffset the master's clock minus ours; empty if unknown
 * @param binlogFileSize size in bytes at which it starts the next binlog file; empty if unknown
 * @param refused what its client port answered with an error
 * @param role its role in its replication group
 */
record Handshake(
        Connection connection,
        Requests requests,
        MasterIdentity master,
        Optional<Duration> clockOffset,
        OptionalLong binlogFileSize,
        List<String> refused,
        Role role) {

    /** Keeps the more precise version if the master reports less now: one that is starting may not answer INFO. */
    Handshake knownAs(PikaVersion before) {
        return before.releases().size() >= master.version().releases().size()
                ? this
                : new Handshake(
                        connection,
                        requests,
                        new MasterIdentity(before, master.replicationId(), master.runId(), master.databases()),
                        clockOffset,
                        binlogFileSize,
                        refused,
                        role);
    }
}
