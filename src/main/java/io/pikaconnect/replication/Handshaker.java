package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.pika.PikaVersion;
import io.pikaconnect.replication.ReplicationProto.Response;
import io.pikaconnect.retry.Backoff;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects and makes the handshake: queries the client port, then sends MetaSync (replication-protocol 4.2, 10.5).
 *
 * <p>A refused MetaSync redirects what the master sends away from the replica that has the address. So INFO is checked
 * first, and while it lists a replica with our address no MetaSync is sent; nor to a server that must not get one
 * ({@link MissingId}).
 *
 * <p>For one thread at a time, except {@link #addressTakenBy}, which is thread-safe.
 */
final class Handshaker {

    private static final Logger LOG = LoggerFactory.getLogger(Handshaker.class);

    /** A master closes a connection that is silent for 180 s. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** The port to announce to a master of that version. */
    interface Port {
        int of(ReplicaConfig config, PikaVersion master, Connection connection);
    }

    private final EventLoopGroup group;
    private final Timings timings;
    private final Port port;
    private final Lifetime lifetime;
    private final AddressTaken taken;
    private final MissingId missing;

    Handshaker(EventLoopGroup group, Timings timings, Port port, Lifetime lifetime) {
        this.group = group;
        this.timings = timings;
        this.port = port;
        this.lifetime = lifetime;
        taken = new AddressTaken(timings);
        missing = new MissingId(timings);
    }

    /** The replica that has our address, while it keeps us from connecting. */
    Optional<String> addressTakenBy() {
        return taken.by();
    }

    /**
     * Makes the handshake on a new connection; waits for a while if another replica has our address.
     *
     * @param config the master, and our identity
     * @param known the master's version, if known; then its client port need not answer
     * @throws ReplicationException RETRY if there was no connection, no answer, the address is still taken, or the
     *     server must not get a MetaSync now; REFUSED if this master is not one to replicate, or the address has been
     *     taken for too long
     */
    Handshake make(ReplicaConfig config, Optional<PikaVersion> known)
            throws ReplicationException, InterruptedException {
        Handshake made = make(config, known, known.orElse(PikaVersion.LIKELY));
        PikaVersion version = known.orElse(made.master().version());
        if (made.requests().announced().getPort() == port.of(config, version, made.connection())) {
            return made;
        }
        made.connection().close("a master of this version gets another port announced");
        return make(config, known, version);
    }

    private Handshake make(ReplicaConfig config, Optional<PikaVersion> known, PikaVersion assumed)
            throws ReplicationException, InterruptedException {
        Responses responses = new Responses(config);
        Connection connection = Connection.open(group, config, timings);
        try {
            lifetime.use(connection);
            ClientPortInfo portInfo = ClientPortInfo.by(config, timings.connect());
            check(config, portInfo, known);
            PikaVersion likely = responses.claimed(portInfo.version()).orElse(assumed);
            Requests requests = new Requests(
                    config.announcedHost().orElseGet(connection::localHost),
                    port.of(config, likely, connection),
                    config.database());
            if (likely.confusesReplicas()) {
                responses.checkConfused(requests.announced(), portInfo.replicas());
            }
            Response.MetaSync answer = responses.metaSync(metaSync(config, connection, requests, portInfo));
            return new Handshake(
                    connection,
                    requests,
                    new MasterIdentity(
                            responses.version(portInfo.version(), answer),
                            answer.getReplicationId(),
                            answer.getRunId(),
                            Responses.databases(answer)),
                    portInfo.clockOffset(),
                    portInfo.binlogFileSize(),
                    portInfo.refused(),
                    portInfo.role());
        } catch (ReplicationException | InterruptedException | RuntimeException | Error e) {
            connection.close("the handshake failed");
            throw e;
        }
    }

    private static void check(ReplicaConfig config, ClientPortInfo portInfo, Optional<PikaVersion> known)
            throws ReplicationException {
        Responses responses = new Responses(config);
        if (portInfo.writesNoBinlog()) {
            throw responses.writesNoBinlog();
        }
        responses.checkRaft(portInfo.raft());
        if (portInfo.silent().isPresent() && known.isEmpty() && config.version().isEmpty()) {
            throw responses.noVersionYet(portInfo.silent().get());
        }
        if (portInfo.needsNoPassword() && config.password().isPresent()) {
            responses.checkUnneededPassword(responses.claimed(portInfo.version()));
        }
    }

    private Response metaSync(ReplicaConfig config, Connection connection, Requests requests, ClientPortInfo portInfo)
            throws ReplicationException, InterruptedException {
        long beganNanos = System.nanoTime();
        Backoff pauses = new Backoff(FIRST_PAUSE, timings.taken());
        ClientPortInfo now = portInfo;
        for (int checks = 1; ; checks++) {
            missing.check(config, now);
            Optional<KnownReplica> other = now.replicas().stream()
                    .filter(r -> r.isAt(
                            requests.announced().getHostString(),
                            requests.announced().getPort()))
                    .findFirst();
            Optional<String> who = other.map(KnownReplica::toString);
            if (who.isEmpty()) {
                Response answer = connection.ask(requests.metaSync(config.password()));
                if (!Responses.taken(answer)) {
                    taken.free();
                    return answer;
                }
                who = Optional.of(requests.announced().getHostString() + ":"
                        + requests.announced().getPort() + " (" + answer.getReply() + ")");
            }
            taken.found(config, who.get()).ifPresent(LOG::warn);
            if (System.nanoTime() - beganNanos > LONGEST_WAIT.toNanos()) {
                throw taken.stillTaken(config);
            }
            lifetime.pause(pauses.after(checks));
            now = ClientPortInfo.by(config, timings.connect());
        }
    }
}
