package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.Target;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** One connection, to the one Redis that takes all writes. */
final class NodeLink implements Link {

    static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);

    /** Longest wait for a reply: a script may have much to delete. */
    static final int ANSWER_MS = 60_000;

    /** The same while connecting: a Redis that hangs should be noticed soon. */
    static final int FIRST_ANSWER_MS = 5_000;

    private final Target target;
    private final Applier applier;
    private final DatabaseMaintenance maintenance;
    private final TargetWatch watch;
    private final Jedis jedis;
    private final Optional<TaskFailure> refusal;
    private Optional<Socket> socket = Optional.empty();
    private int database;

    NodeLink(
            Target target,
            Applier applier,
            DatabaseMaintenance maintenance,
            TargetWatch watch,
            int database,
            Consumer<Socket> opened) {
        this.target = target;
        this.applier = applier;
        this.maintenance = maintenance;
        this.watch = watch;
        this.database = database;
        this.jedis = target.connect(database, FIRST_ANSWER_MS, made -> {
            socket = Optional.of(made);
            opened.accept(made);
        });
        this.refusal = refusalOf(watch);
        jedis.getConnection().setSoTimeout(ANSWER_MS);
    }

    private Optional<TaskFailure> refusalOf(TargetWatch watching) {
        try {
            return watching.connected(jedis);
        } catch (RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    @Override
    public Optional<TaskFailure> refusal() {
        return refusal;
    }

    @Override
    public Optional<TaskFailure> check() {
        if (!watch.isDue()) {
            return Optional.empty();
        }
        Optional<TaskFailure> failure = watch.check(jedis);
        socket.map(Socket::getRemoteSocketAddress).flatMap(target::successorOf).ifPresent(other -> {
            throw new JedisConnectionException(other + " is the master by now");
        });
        return failure;
    }

    @Override
    public Outcome run(Step step) {
        return applier.run(ledger(step.assignment().database()), step);
    }

    @Override
    public void maintain(SinkPartition p) {
        maintenance.run(ledger(p.database), p);
    }

    @Override
    public long nanosUntilMaintenance(SinkPartition p, long now, long most) {
        return maintenance.nanosUntilNext(p, now, most);
    }

    /** Each batch has noted where it is. */
    @Override
    public boolean notesWhatIsLeft() {
        return false;
    }

    @Override
    public void leave(TopicPartition partition) {}

    @Override
    public Jedis ledger(int wanted) {
        if (database != wanted) {
            jedis.select(wanted);
            database = wanted;
        }
        return jedis;
    }

    @Override
    public void ping() {
        jedis.ping();
    }

    @Override
    public void disconnect() {
        try {
            jedis.getConnection().forceDisconnect();
        } catch (Exception e) {
            LOG.debug("While closing a connection", e);
        }
    }
}
