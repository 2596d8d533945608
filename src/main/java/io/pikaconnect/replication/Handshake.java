package io.pikaconnect.replication;

import io.pikaconnect.pika.PikaVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A connection on which we are introduced, and to whom.
 *
 * @param connection the connection, where our identity is now registered
 * @param requests of that identity
 * @param master who answered
 * @param clockOffset the master's clock minus ours; empty if it cannot be asked
 * @param binlogFileSize how long its binlog files get; empty likewise
 * @param refused what its client port answered with an error
 * @param role what it is in its replication group
 */
record Handshake(
        Connection connection,
        Requests requests,
        MasterIdentity master,
        Optional<Duration> clockOffset,
        OptionalLong binlogFileSize,
        List<String> refused,
        Role role) {

    /** The same with what was known of the version before, if it tells less now: a master that starts may not answer INFO. */
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
