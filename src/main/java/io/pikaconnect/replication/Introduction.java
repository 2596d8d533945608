package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.replication.ReplicationProto.Response;
import java.time.Duration;
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
            Told told = Told.by(config, timings, requests);
            Answers answers = new Answers(config);
            Response.MetaSync answer = answers.metaSync(metaSync(link, requests, config, timings, lifetime));
            MasterIdentity master = new MasterIdentity(
                    answers.version(told.version(), answer),
                    answer.getReplicationId(),
                    answer.getRunId(),
                    Answers.databases(answer));
            return new Introduction(link, requests, master, told.clockOffset(), told.binlogFileSize());
        } catch (ReplicationException | InterruptedException | RuntimeException e) {
            link.close("the introduction failed");
            throw e;
        }
    }

    /** The same with what was known of the version before, if it tells less now: a master that starts may not answer INFO. */
    Introduction knownAs(PikaVersion before) {
        return before.patch().isEmpty() || master.version().patch().isPresent()
                ? this
                : new Introduction(
                        link,
                        requests,
                        new MasterIdentity(before, master.replicationId(), master.runId(), master.databases()),
                        clockOffset,
                        binlogFileSize);
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

    /** What the client port told, before MetaSync: a replica that is taken for another ends that one's session. */
    private record Told(Optional<String> version, Optional<Duration> clockOffset, OptionalLong binlogFileSize) {

        static final Told NOTHING = new Told(Optional.empty(), Optional.empty(), OptionalLong.empty());

        static Told by(ReplicaConfig config, Timings timings, Requests requests) throws ReplicationException {
            Optional<ClientPort> opened = ClientPort.open(config, timings.connect());
            if (opened.isEmpty()) {
                return NOTHING;
            }
            Answers answers = new Answers(config);
            try (ClientPort client = opened.get()) {
                if (client.writesNoBinlog()) {
                    throw answers.writesNoBinlog();
                }
                Optional<String> version = client.version();
                if (answers.claimed(version)
                        .filter(PikaVersion::confusesReplicas)
                        .isPresent()) {
                    answers.checkConfused(requests.announced(), client.replicas());
                }
                return new Told(version, client.clockOffset(), client.binlogFileSize());
            }
        }
    }
}
