package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first words on a new connection: MetaSync, and who the master is (replication-protocol 4.2, 10.5).
 *
 * @param link the connection, where our identity is now registered
 * @param requests of that identity
 * @param master who answered
 * @param clockOffset the master's clock minus ours; empty if it cannot be asked
 * @param binlogFileSize how long its binlog files get; empty likewise
 */
record Introduction(
        Link link,
        Requests requests,
        MasterIdentity master,
        Optional<Duration> clockOffset,
        OptionalLong binlogFileSize) {

    private static final Logger LOG = LoggerFactory.getLogger(Introduction.class);

    /** Announces the connection's own port, which no other replica does. */
    static final int OWN_PORT = 0;

    /**
     * Connects and introduces us; waits while the master holds our identity for attached.
     *
     * @param port the port to announce, or {@link #OWN_PORT}
     * @throws ReplicationException RETRY if there was no connection, REFUSED if this master is not one to replicate
     */
    static Introduction make(EventLoopGroup group, ReplicaConfig config, Timings timings, int port, Lifetime lifetime)
            throws ReplicationException, InterruptedException {
        Link link = Link.open(group, config, timings);
        try {
            lifetime.use(link);
            Requests requests = new Requests(
                    config.announcedHost().orElseGet(link::localHost),
                    port == OWN_PORT ? link.localPort() : port,
                    config.database());
            Response answer = metaSync(link, requests, config, timings, lifetime);
            return judge(link, requests, new Answers(config).metaSync(answer), config, timings);
        } catch (ReplicationException | InterruptedException | RuntimeException e) {
            link.close("the introduction failed");
            throw e;
        }
    }

    private static Response metaSync(
            Link link, Requests requests, ReplicaConfig config, Timings timings, Lifetime lifetime)
            throws ReplicationException, InterruptedException {
        Response answer = link.ask(requests.metaSync(config.password()));
        Duration waited = Duration.ZERO;
        while (Answers.taken(answer) && waited.compareTo(timings.takenLimit()) < 0) {
            LOG.warn("{}: the master holds an earlier connection of ours for alive; asking again", config);
            lifetime.pause(timings.taken());
            waited = waited.plus(timings.taken());
            answer = link.ask(requests.metaSync(config.password()));
        }
        return answer;
    }

    private static Introduction judge(
            Link link, Requests requests, Response.MetaSync answer, ReplicaConfig config, Timings timings)
            throws ReplicationException {
        Answers answers = new Answers(config);
        Optional<String> reported = Optional.empty();
        List<InetSocketAddress> replicas = List.of();
        Optional<Duration> clockOffset = Optional.empty();
        OptionalLong binlogFileSize = OptionalLong.empty();
        Optional<ClientPort> opened = ClientPort.open(config, timings.connect());
        if (opened.isPresent()) {
            try (ClientPort client = opened.get()) {
                reported = client.version();
                replicas = client.replicas();
                clockOffset = client.clockOffset();
                binlogFileSize = client.binlogFileSize();
                if (client.writesNoBinlog()) {
                    throw answers.writesNoBinlog();
                }
            }
        }
        PikaVersion version = answers.version(reported, answer);
        if (version.confusesReplicas()) {
            answers.checkConfused(requests.announced(), replicas);
        }
        return new Introduction(
                link,
                requests,
                new MasterIdentity(version, answer.getReplicationId(), answer.getRunId(), Answers.databases(answer)),
                clockOffset,
                binlogFileSize);
    }
}
