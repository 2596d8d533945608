package io.pikaconnect.replication;

import io.netty.channel.EventLoopGroup;
import io.pikaconnect.pika.BinlogOffset;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The master as one replica knows it across connections: who it was at first, where its log ends, what its clock says.
 * Connecting is for one thread at a time; the rest is safe for threads.
 */
final class Master {

    private static final Logger LOG = LoggerFactory.getLogger(Master.class);

    /** The default of binlog-file-size, for a master that does not tell. */
    private static final long BINLOG_FILE_SIZE = 100L << 20;

    private final ReplicaConfig config;
    private final Timings timings;
    private final Introducing introducing;
    private final Lifetime lifetime;

    /** The port to announce, where it is not the configured one. */
    private volatile OptionalInt otherPort = OptionalInt.empty();

    private final AddressTaken taken;
    private volatile Optional<Introduction> latest = Optional.empty();
    private volatile Optional<MasterIdentity> first = Optional.empty();
    private volatile Duration clockOffset = Duration.ZERO;
    private volatile Optional<BinlogOffset> end = Optional.empty();
    private volatile long binlogFileSize = BINLOG_FILE_SIZE;
    private final LongAdder troubles = new LongAdder();
    private volatile Optional<String> lastTrouble = Optional.empty();
    /** When the latest connect was begun; by the connecting thread only. */
    private Optional<Long> connectedAt = Optional.empty();

    Master(ReplicaConfig config, Timings timings, EventLoopGroup group, Lifetime lifetime) {
        this.config = config;
        this.timings = timings;
        this.lifetime = lifetime;
        taken = new AddressTaken(config, timings);
        introducing = new Introducing(
                group,
                config,
                timings,
                (version, link) -> otherPort.orElseGet(() -> config.portFor(version)),
                taken,
                lifetime);
    }

    /** From now on this is the port announced; a connection that announced another one ends. */
    void announce(int port) {
        otherPort = OptionalInt.of(port);
        connection()
                .filter(i -> i.requests().announced().getPort() != port)
                .ifPresent(i -> i.link().close("announcing another port"));
    }

    /** The connection, if it is alive. */
    Optional<Introduction> connection() {
        return latest.filter(i -> i.link().isOpen());
    }

    /** Connects anew, but not sooner after the last connect than allowed. */
    Introduction connect() throws ReplicationException, InterruptedException {
        connection().ifPresent(i -> i.link().close("connecting anew"));
        if (connectedAt.isPresent()) {
            Duration gone = Duration.ofNanos(System.nanoTime() - connectedAt.get());
            if (gone.compareTo(timings.pause()) < 0) {
                lifetime.pause(timings.pause().minus(gone));
            }
        }
        connectedAt = Optional.of(System.nanoTime());
        Introduction made = introduced();
        MasterIdentity expected = first.orElse(made.master());
        if (!made.master().mayBeOf(expected.replicationId())) {
            made.link().close("another data set");
            throw new Answers(config).otherHistory(expected, made.master());
        }
        if (!expected.version().mayBe(made.master().version())) {
            made.link().close("another version");
            throw new Answers(config).otherVersion(expected, made.master());
        }
        if (!expected.databases().equals(made.master().databases())) {
            LOG.warn(
                    "{}: the master had the dbs {} and has {} now; restart the connector if they are all to be replicated",
                    config,
                    expected.databases(),
                    made.master().databases());
        }
        if (first.isEmpty() && !made.refused().isEmpty()) {
            LOG.warn(
                    "{}: the master's client port does not answer everything: {}. What it does not tell is not looked"
                            + " after: whether it writes its binlog, its clock, how far it is, who its other replicas are",
                    config,
                    String.join("; ", made.refused()));
        }
        first = Optional.of(expected);
        made.clockOffset().ifPresent(o -> clockOffset = o);
        made.binlogFileSize().ifPresent(size -> binlogFileSize = size);
        Introduction known = made.knownAs(expected.version());
        latest = Optional.of(known);
        LOG.info("{}: connected to Pika {}", config, known.master().version());
        return known;
    }

    private Introduction introduced() throws ReplicationException, InterruptedException {
        try {
            return introducing.make(first.map(MasterIdentity::version));
        } catch (ReplicationException e) {
            troubled(e.getMessage());
            throw e;
        }
    }

    /** Asks again, on the client port, for what changes. */
    void look() throws ReplicationException {
        Optional<ClientPort> opened = ClientPort.open(config, timings.connect());
        if (opened.isPresent()) {
            try (ClientPort client = opened.get()) {
                if (client.writesNoBinlog()) {
                    throw new Answers(config).writesNoBinlog();
                }
                client.clockOffset().ifPresent(o -> clockOffset = o);
                client.end(config.database()).ifPresent(this::endsAt);
            }
        }
    }

    /** The replica that has our address at the master, while there is one. */
    Optional<String> addressTakenBy() {
        return taken.by();
    }

    void endsAt(BinlogOffset position) {
        end = Optional.of(position);
    }

    Optional<MasterIdentity> identity() {
        return first;
    }

    Optional<BinlogOffset> end() {
        return end;
    }

    Duration clockOffset() {
        return clockOffset;
    }

    long binlogFileSize() {
        return binlogFileSize;
    }

    /** A connect failed, or a stream broke. */
    void troubled(String why) {
        lastTrouble = Optional.of(why);
        troubles.increment();
    }

    long troubles() {
        return troubles.sum();
    }

    Optional<String> lastTrouble() {
        return lastTrouble;
    }
}
