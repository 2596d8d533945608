package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What a master answers before replication starts. The query leaves nothing on the master, and does not disturb a
 * running replica: it announces a separate port.
 *
 * @param identity the identity it reports
 * @param expireLogsNums how many binlog files it keeps; empty if the client port does not report it
 * @param binlogFileSize size in bytes at which the next one is started; empty if not reported
 * @param dataBytes size of its data; empty if not reported
 * @param localHost our local address on the connection to it
 * @param replicas those attached to it
 */
public record MasterProbe(
        MasterIdentity identity,
        OptionalLong expireLogsNums,
        OptionalLong binlogFileSize,
        OptionalLong dataBytes,
        String localHost,
        List<KnownReplica> replicas) {

    public MasterProbe {
        replicas = List.copyOf(replicas);
    }

    /** The replica that has the address which this configuration would announce from here. */
    public Optional<KnownReplica> replicaAt(ReplicaConfig config) {
        String host = config.announcedHost().orElse(localHost);
        int port = config.portFor(identity.version());
        return replicas.stream().filter(r -> r.isAt(host, port)).findFirst();
    }

    /**
     * Queries the master's identity.
     *
     * @throws ReplicationException RETRY if it cannot be reached, REFUSED if it is not one to replicate
     */
    public static MasterIdentity ask(ReplicaConfig config, Duration limit)
            throws ReplicationException, InterruptedException {
        return probe(config, limit).identity();
    }

    /**
     * Queries everything that has to be known before replication starts.
     *
     * @param limit each single step may take a fifth of it
     * @throws ReplicationException RETRY if it cannot be reached, REFUSED if it is not one to replicate
     */
    public static MasterProbe probe(ReplicaConfig config, Duration limit)
            throws ReplicationException, InterruptedException {
        Duration step = limit.dividedBy(5);
        Timings d = Timings.DEFAULT;
        Timings timings = new Timings(
                step, step, d.ping(), d.silence(), d.retry(), d.taken(), Duration.ZERO, d.ask(), d.arrival(), 1);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("pika-probe-" + config.name(), true), NioIoHandler.newFactory());
        try {
            Handshake made = new Handshaker(
                            group, timings, (any, version, connection) -> connection.localPort(), new Lifetime())
                    .make(config, Optional.empty());
            String localHost = made.connection().localHost();
            made.connection().close("the probe is complete");
            return withClientPort(made, localHost, ClientPort.open(config, step));
        } finally {
            group.shutdownGracefully(0, step.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static MasterProbe withClientPort(Handshake made, String localHost, Optional<ClientPort> opened) {
        if (opened.isEmpty()) {
            return new MasterProbe(
                    made.master(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    localHost,
                    List.of());
        }
        try (ClientPort client = opened.get()) {
            return new MasterProbe(
                    made.master(),
                    client.expireLogsNums(),
                    client.binlogFileSize(),
                    client.dataBytes(),
                    localHost,
                    client.replicas());
        }
    }
}
