package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.FlushableConnection;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import java.net.Socket;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * A connection to each node of a cluster that has slots. If one of them breaks all are closed: what that node holds has to be read
 * again, and which one is in its place.
 */
final class ClusterLink implements Link {

    /** The nodes are not asked more often which slots they have. */
    private static final long REFRESH_NANOS = 200_000_000L;

    /** A connection, and what is watched of it. */
    private record Node(Jedis jedis, TargetWatch watch) {}

    private final ClusterTarget target;
    private final ClusterApplier applier;
    private final ClusterMaintenance maintenance;
    private final TaskClock clock;
    private final Consumer<Socket> opened;
    private final Map<Server, Node> nodes = new LinkedHashMap<>();
    private Optional<TaskFailure> refusal = Optional.empty();
    private SlotMap slots;
    private long refreshedAt;

    ClusterLink(
            ClusterTarget target,
            ClusterApplier applier,
            ClusterMaintenance maintenance,
            TaskClock clock,
            Consumer<Socket> opened) {
        this.target = target;
        this.applier = applier;
        this.maintenance = maintenance;
        this.clock = clock;
        this.opened = opened;
        this.slots = target.slots(opened);
        this.refreshedAt = clock.nanos();
        try {
            slots.masters().forEach(this::node);
        } catch (RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    private Node node(Server server) {
        return nodes.computeIfAbsent(server, s -> {
            Jedis jedis = target.connectTo(s, NodeLink.FIRST_ANSWER_MS, opened);
            TargetWatch watch = new TargetWatch(target, clock::wallMs);
            try {
                refusal = watch.connected(jedis).or(() -> refusal);
            } catch (RuntimeException e) {
                disconnect(jedis);
                throw e;
            }
            jedis.getConnection().setSoTimeout(NodeLink.ANSWER_MS);
            return new Node(jedis, watch);
        });
    }

    /** The node that has the slot; empty if none has it at the moment. */
    Optional<Server> master(int slot) {
        return slots.master(slot);
    }

    SlotMap slots() {
        return slots;
    }

    Jedis jedis(Server server) {
        return node(server).jedis;
    }

    /** Asks again which node has which slot, unless that was done just now. */
    void refresh() {
        long now = clock.nanos();
        if (now - refreshedAt >= REFRESH_NANOS) {
            refreshedAt = now;
            slots = target.slots(opened);
        }
    }

    /**
     * Runs a script on several nodes at the same time.
     *
     * @throws RuntimeException the first of their errors
     */
    Map<Server, ScriptReply> run(Script script, Map<Server, List<byte[]>> args) {
        args.forEach((server, words) ->
                script.send((FlushableConnection) jedis(server).getConnection(), words));
        Map<Server, ScriptReply> replies = new HashMap<>();
        Optional<JedisDataException> failure = Optional.empty();
        for (Map.Entry<Server, List<byte[]>> call : args.entrySet()) {
            try {
                replies.put(call.getKey(), new ScriptReply(script.reply(jedis(call.getKey()), call.getValue())));
            } catch (JedisDataException e) {
                failure = failure.or(() -> Optional.of(e));
            }
        }
        failure.ifPresent(e -> {
            throw e;
        });
        return replies;
    }

    /** The connection to the node that has the control ledger. */
    Jedis control() {
        return jedis(master(SlotTags.slot(SlotTags.CONTROL))
                .orElseThrow(() -> new JedisConnectionException("no node has the slot of the control ledger")));
    }

    @Override
    public Jedis ledger(int database) {
        return control();
    }

    @Override
    public Optional<TaskFailure> refusal() {
        return refusal;
    }

    @Override
    public Optional<TaskFailure> check() {
        return nodes.values().stream()
                .filter(node -> node.watch.isDue())
                .flatMap(node -> node.watch.check(node.jedis).stream())
                .findFirst()
                .or(() -> refusal);
    }

    @Override
    public Outcome run(Step step) {
        try {
            return applier.run(this, step);
        } catch (JedisRedirectionException e) {
            throw hasMoved(e);
        }
    }

    @Override
    public void maintain(SinkPartition p) {
        try {
            maintenance.run(this, p);
        } catch (JedisRedirectionException e) {
            throw hasMoved(e);
        }
    }

    /** The control ledger is at another node by now, which the next connect finds. */
    private static JedisConnectionException hasMoved(JedisRedirectionException e) {
        return new JedisConnectionException("the slot of the control ledger was moved: " + e.getMessage(), e);
    }

    @Override
    public long nanosUntilMaintenance(SinkPartition p, long now, long most) {
        return maintenance.nanosUntilNext(p, now, most);
    }

    @Override
    public void ping() {
        nodes.values().forEach(node -> node.jedis.ping());
    }

    @Override
    public void disconnect() {
        nodes.values().forEach(node -> disconnect(node.jedis));
        nodes.clear();
    }

    private static void disconnect(Jedis jedis) {
        try {
            jedis.getConnection().forceDisconnect();
        } catch (Exception e) {
            NodeLink.LOG.debug("While closing a connection", e);
        }
    }
}
