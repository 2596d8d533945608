package io.pikaconnect.replication;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What a master's client port returned before a handshake (replication-protocol 10.5).
 *
 * @param silent why it did not answer at all, if so
 * @param refused what it answered with an error
 * @param version such as {@code 3.5.5}
 * @param writesNoBinlog whether the master is known not to log its changes
 * @param needsNoPassword whether the master is known to have no requirepass
 * @param raft what it reports of replication by Raft
 * @param clockOffset the master's clock minus ours
 * @param binlogFileSize size in bytes at which it starts the next binlog file
 * @param replicas the replicas attached to it
 * @param role its role in its replication group
 * @param lacksReplicationId whether it would create a replication id for the next replica
 */
record ClientPortInfo(
        Optional<String> silent,
        List<String> refused,
        Optional<String> version,
        boolean writesNoBinlog,
        boolean needsNoPassword,
        ClientPort.Raft raft,
        Optional<Duration> clockOffset,
        OptionalLong binlogFileSize,
        List<KnownReplica> replicas,
        Role role,
        boolean lacksReplicationId) {

    static ClientPortInfo by(ReplicaConfig config, Duration limit) {
        try (ClientPort client = ClientPort.connect(config, limit)) {
            Optional<String> version = client.version();
            ClientPortInfo portInfo = new ClientPortInfo(
                    Optional.empty(),
                    List.of(),
                    version,
                    client.writesNoBinlog(),
                    client.needsNoPassword(),
                    client.raft(),
                    client.clockOffset(),
                    client.binlogFileSize(),
                    client.replicas(),
                    client.role(),
                    client.lacksReplicationId());
            return portInfo.with(client.silence().filter(s -> version.isEmpty()), client.refused());
        } catch (JedisDataException e) {
            return nothing().with(ClientPort.overloaded(e), List.of("AUTH: " + e.getMessage()));
        } catch (JedisException e) {
            return nothing().with(Optional.of(String.valueOf(e.getMessage())), List.of());
        }
    }

    private static ClientPortInfo nothing() {
        return new ClientPortInfo(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                false,
                ClientPort.Raft.NONE,
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                Role.UNKNOWN,
                false);
    }

    private ClientPortInfo with(Optional<String> nowSilent, List<String> nowRefused) {
        return new ClientPortInfo(
                nowSilent,
                nowRefused,
                version,
                writesNoBinlog,
                needsNoPassword,
                raft,
                clockOffset,
                binlogFileSize,
                replicas,
                role,
                lacksReplicationId);
    }
}
