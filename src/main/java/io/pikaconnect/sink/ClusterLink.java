package io.pikaconnect.sink;

import io.pikaconnect.failure.TaskFailure;
import io.pikaconnect.redis.ClusterTarget;
import io.pikaconnect.redis.FlushableConnection;
import io.pikaconnect.redis.Server;
import io.pikaconnect.redis.SlotMap;
import io.pikaconnect.redis.TornSlots;
import java.net.Socket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

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
    private final NodeCounts counts;
    private final TaskClock clock;
    private final Consumer<Socket> opened;
    private final Map<Server, Node> nodes = new LinkedHashMap<>();
    private final Map<Server, Set<RestorePayload.Form>> restores = new HashMap<>();
    private Optional<TaskFailure> refusal = Optional.empty();
    private SlotMap slots;
    private Set<Integer> torn = Set.of();
    private long refreshedAt;

    ClusterLink(
            ClusterTarget target,
            ClusterApplier applier,
            ClusterMaintenance maintenance,
            NodeCounts counts,
            TaskClock clock,
            Consumer<Socket> opened) {
        this.target = target;
        this.applier = applier;
        this.maintenance = maintenance;
        this.counts = counts;
        this.clock = clock;
        this.opened = opened;
        this.slots = target.slots(opened)
                .orElseThrow(() -> new JedisConnectionException("the cluster is down: " + target.whyDown()));
        counts.have(slots);
        this.refreshedAt = clock.nanos();
        try {
            slots.masters().forEach(this::node);
            torn = tornSlots();
        } catch (RuntimeException e) {
            disconnect();
            throw e;
        }
    }

    private Node node(Server server) {
        return nodes.computeIfAbsent(server, s -> {
            Jedis jedis = connectTo(s);
            TargetWatch watch = new TargetWatch(target, false, clock::wallMs);
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

    /** Nothing can be applied without it: all partitions have records for its slots. */
    private Jedis connectTo(Server node) {
        try {
            return target.connectTo(node, NodeLink.FIRST_ANSWER_MS, opened);
        } catch (JedisConnectionException e) {
            throw new JedisConnectionException(
                    node + ", which has slots, is away (" + e.getMessage()
                            + "). Start it again with its data, or have a replica"
                            + " of it take over (CLUSTER FAILOVER)",
                    e);
        }
    }

    /** The node that has the slot with all its keys; empty if there is none at the moment. */
    Optional<Server> master(int slot) {
        return torn.contains(slot) ? Optional.empty() : slots.master(slot);
    }

    /** The same object as long as nothing has changed. */
    SlotMap slots() {
        return slots;
    }

    Jedis jedis(Server server) {
        return node(server).jedis;
    }

    /** Asks again which node has which slot, unless that was done just now. */
    void refresh() {
        if (clock.nanos() - refreshedAt >= REFRESH_NANOS) {
            refreshNow();
        }
    }

    /** Asks again which node has which slot. If the cluster is down, what was known before is kept. */
    void refreshNow() {
        refreshedAt = clock.nanos();
        Optional<SlotMap> changed = target.slots(opened).filter(now -> !now.equals(slots));
        changed.ifPresent(now -> slots = now);
        changed.ifPresent(counts::have);
        if (changed.isPresent()) {
            Set<Server> gone = new HashSet<>(nodes.keySet());
            gone.removeAll(slots.masters());
            gone.forEach(server -> {
                disconnect(nodes.remove(server).jedis);
                restores.remove(server);
            });
        }
        if (changed.isPresent() || !torn.isEmpty()) {
            torn = tornSlots();
        }
    }

    private Set<Integer> tornSlots() {
        return TornSlots.among(slots, this::jedis, opened);
    }

    /**
     * Runs a script on several nodes at the same time.
     *
     * @throws RuntimeException the first of their errors
     */
    Map<Server, ScriptReply> run(Script script, Map<Server, List<byte[]>> args) {
        long sent = clock.nanos();
        Map<Server, Jedis> asked = new LinkedHashMap<>();
        args.keySet().forEach(server -> asked.put(server, jedis(server))); // before anything is sent
        Map<Server, ScriptReply> replies = new HashMap<>();
        Optional<JedisDataException> failure = Optional.empty();
        boolean areAllRead = false;
        try {
            asked.forEach(
                    (server, jedis) -> script.send((FlushableConnection) jedis.getConnection(), args.get(server)));
            for (Map.Entry<Server, Jedis> call : asked.entrySet()) {
                try {
                    replies.put(call.getKey(), new ScriptReply(script.reply(call.getValue(), args.get(call.getKey()))));
                    counts.ran(call.getKey(), clock.nanos() - sent);
                } catch (JedisDataException e) {
                    failure = failure.or(() -> Optional.of(e));
                }
            }
            areAllRead = true;
        } finally {
            if (!areAllRead) { // or a later call would take a reply for its own
                disconnect();
            }
        }
        failure.ifPresent(e -> {
            throw e;
        });
        return replies;
    }

    /** The forms in which the node takes values by RESTORE, asked for once. */
    Set<RestorePayload.Form> restores(Server server, Supplier<Set<RestorePayload.Form>> asked) {
        return restores.computeIfAbsent(server, s -> asked.get());
    }

    /** The connection to the node that has the control ledger. */
    Jedis control() {
        return jedis(master(SlotTags.slot(SlotTags.CONTROL))
                .orElseThrow(() -> new JedisConnectionException("no node has the slot of the control ledger")));
    }

    @Override
    public boolean notesWhatIsLeft() {
        return true;
    }

    @Override
    public void leave(TopicPartition partition) {
        maintenance.leave(this, partition);
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
        return applier.run(this, step);
    }

    @Override
    public void maintain(SinkPartition p) {
        maintenance.run(this, p);
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
        restores.clear();
    }

    private static void disconnect(Jedis jedis) {
        try {
            jedis.getConnection().forceDisconnect();
        } catch (Exception e) {
            NodeLink.LOG.debug("While closing a connection", e);
        }
    }
}
