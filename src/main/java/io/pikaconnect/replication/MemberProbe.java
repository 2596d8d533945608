package io.pikaconnect.replication;

import io.pikaconnect.pika.BinlogDialect;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicaConfig.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What keeps another member of a master's replication group from taking the master's place for us. Members are only
 * asked at their client ports, never introduced to: that makes a replica a master, too, for that moment.
 *
 * @param problem names the member
 * @param mayPass whether it may be over later, as when the member does not answer
 */
public record MemberProbe(String problem, boolean mayPass) {

    /**
     * Looks at each member but the one that {@code config} names first.
     *
     * @param master who that one is, where it answered
     * @param limit a fifth of it is the limit of every single step
     */
    public static List<MemberProbe> problems(ReplicaConfig config, Optional<MasterIdentity> master, Duration limit) {
        List<MemberProbe> problems = new ArrayList<>();
        for (Member other : config.group().others()) {
            if (!other.equals(config.member())) {
                look(config.at(other), master, limit.dividedBy(5)).ifPresent(problems::add);
            }
        }
        return problems;
    }

    private static Optional<MemberProbe> look(ReplicaConfig at, Optional<MasterIdentity> master, Duration limit) {
        try (ClientPort client = ClientPort.connect(at, limit)) {
            Optional<PikaVersion> version = new Responses(at).claimed(client.version());
            String replicationId = client.replicationId();
            if (client.refused().stream().anyMatch(refused -> refused.startsWith(ClientPort.AUTH))) {
                return lasting(
                        at,
                        "does not take pika.password (" + client.refused().get(0)
                                + "); all members need the same requirepass");
            }
            Optional<MemberProbe> different = master.flatMap(m -> compare(at, m, version, replicationId));
            return different.isPresent() ? different : replicationPort(at, limit);
        } catch (JedisException e) {
            return passing(at, "does not answer (" + e.getMessage() + ")");
        } catch (ReplicationException e) {
            return Optional.of(new MemberProbe(e.getMessage(), false));
        }
    }

    private static Optional<MemberProbe> compare(
            ReplicaConfig at, MasterIdentity master, Optional<PikaVersion> version, String replicationId) {
        if (!replicationId.isEmpty() && !master.mayBeOf(replicationId)) {
            return passing(
                    at,
                    "has other data: its replication id is " + replicationId + ", that of pika.address is "
                            + master.replicationId() + ". Take it out of pika.addresses, or make it a replica");
        }
        return version.filter(v -> !BinlogDialect.logsAlike(v, master.version()))
                .flatMap(v -> lasting(
                        at,
                        "is a Pika " + v + ", which logs some commands in another form than the Pika "
                                + master.version() + " at pika.address; take it out of pika.addresses, or upgrade it"));
    }

    private static Optional<MemberProbe> replicationPort(ReplicaConfig at, Duration limit) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(at.host(), at.replicationPort()), (int) limit.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            return passing(
                    at,
                    "cannot be reached at its replication port " + at.replicationPort() + " (" + e.getMessage() + ")");
        }
    }

    private static Optional<MemberProbe> lasting(ReplicaConfig at, String what) {
        return Optional.of(new MemberProbe(at.member() + " of pika.addresses " + what, false));
    }

    private static Optional<MemberProbe> passing(ReplicaConfig at, String what) {
        return Optional.of(new MemberProbe(at.member() + " of pika.addresses " + what, true));
    }
}
